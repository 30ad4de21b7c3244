#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "connectors/simulated/model/address.hpp"
#include "connectors/simulated/model/json_text.hpp"
#include "connectors/simulated/model/service.hpp"

/// `GET users/delta`: learn.microsoft.com/graph/delta-query-overview.
namespace allot::simulated {

namespace {

/// What a token of `users/delta` stands for.
struct place {
    std::uint32_t position = 0;  ///< the next user to look at
    std::uint64_t since = 0;     ///< milliseconds since 1970; 0: everybody is told
    std::uint64_t until = 0;     ///< what is as new as this is told when asked with the link
};

std::uint64_t check_of(place const& of) {
    return random{of.position ^ of.since << 20 ^ of.until}.next() & 0xFFFF'FFFF;
}

std::string token_of(place const& of) {
    return fmt::format("{:08x}{:012x}{:012x}{:08x}", of.position, of.since, of.until, check_of(of));
}

template <class Number>
bool read_hex(std::string_view text, Number& to) {
    auto const [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), to, 16);
    return wrong == std::errc{} && end == text.data() + text.size();
}

/// Empty for a token that was not given out.
std::optional<place> place_of(std::string_view token) {
    place made;
    std::uint64_t check = 0;
    bool const whole = token.size() == 40 && read_hex(token.substr(0, 8), made.position) &&
                       read_hex(token.substr(8, 12), made.since) &&
                       read_hex(token.substr(20, 12), made.until) &&
                       read_hex(token.substr(32), check);
    return whole && check == check_of(made) ? std::optional{made} : std::nullopt;
}

std::uint64_t milliseconds(wall_time at) {
    using std::chrono::duration_cast;
    auto const count = duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count();
    return static_cast<std::uint64_t>(std::max<std::int64_t>(0, count));
}

http_response page_answer(std::string body) {
    http_response made;
    made.status = 200;
    made.headers.emplace_back("Content-Type",
                              "application/json;odata.metadata=minimal;charset=utf-8");
    made.body = std::move(body);
    return made;
}

}  // namespace

http_response tenant::service::read_changes(call const& of) {
    if (!has_only(of.query, {"$select", "$skiptoken", "$deltatoken"})) {
        return refuse({400, "Request_UnsupportedQuery", "Unsupported Query."},
                      of.client_request_id);
    }
    auto const select = query_value(of.query, "$select");
    auto const chosen = select ? selected_properties(*select) : default_properties;
    if (!chosen) return refuse(unknown_property(), of.client_request_id);
    auto const delta = query_value(of.query, "$deltatoken");
    auto const skip = query_value(of.query, "$skiptoken");
    auto const now = milliseconds(
        std::chrono::floor<std::chrono::milliseconds>(current_.wall - settings.read_lag));
    auto at = place{0, 0, now};
    bool const nobody = delta && *delta == "latest";
    if (skip || (delta && !nobody && !delta->empty())) {
        auto const known = place_of(skip ? *skip : *delta);
        if (!known) {
            return refuse({400, "Request_BadRequest", "Badly formed token."}, of.client_request_id);
        }
        at = *known;
        auto const age = std::chrono::milliseconds{now - std::min(now, at.until)};
        if (age > settings.changes_lifetime) return forgotten(of, at.until % 2 == 0);
        if (delta) at = place{0, at.until, now};
    }

    auto body = context(select ? "users(" + names_of(*chosen) + ")" : "users") + R"(,"value":[)";
    // Times are kept to the second across restarts of the server: rather twice than never.
    auto const since = at.since / 1000 * 1000;
    auto const told = [&](user_index which) {
        auto const& account = held.at(which);
        if (account.appears_at > current_.wall) return false;
        if (at.since == 0) return !account.removed;
        return milliseconds(account.touched_at) >= since;
    };
    std::vector<user_index> shown;
    auto next = nobody ? static_cast<std::uint32_t>(held.size()) : at.position;
    // Accounts may come again: now and then the one before the page does.
    if (at.position > 0 && told(at.position - 1) &&
        random{settings.seed ^ at.position}.chance(0.2)) {
        shown.push_back(at.position - 1);
    }
    for (; next < held.size() && shown.size() < settings.changes_page_size; ++next) {
        if (told(next)) shown.push_back(next);
    }
    while (next < held.size() && !told(next)) ++next;
    if (settings.seed % 2 == 0) std::ranges::reverse(shown);
    for (auto const which : shown) {
        if (body.back() != '[') body += ',';
        body += '{';
        if (held.at(which).removed) {
            append_name(body, "id");
            append_guid(body, held.at(which).id.value);
            body += R"(,"@removed":{"reason":"changed"})";
        } else {
            append_user(body, held, which, *chosen, as_of());
        }
        body += '}';
    }
    bool const more = next < held.size();
    body += more ? R"(],"@odata.nextLink":)" : R"(],"@odata.deltaLink":)";
    auto link = current_.root + "/v1.0/users/delta?";
    if (select) link += "$select=" + std::string{*select} + "&";
    link += more ? "$skiptoken=" + token_of({next, at.since, at.until})
                 : "$deltatoken=" + token_of({0, at.since, at.until});
    append_said_text(body, link);
    body += '}';
    return page_answer(std::move(body));
}

/// The service says it in two ways.
http_response tenant::service::forgotten(call const& of, bool gone) {
    if (!gone) {
        return refuse({400, "syncStateNotFound",
                       "The sync state generation is not found; continue with a full resync."},
                      of.client_request_id);
    }
    auto made = refuse({410, "resyncRequired", "Resync required."}, of.client_request_id);
    made.headers.emplace_back("Location", current_.root + "/v1.0/users/delta?$deltatoken=");
    return made;
}

http_response tenant::service::remove_user(call const& of) {
    auto const which = held.find(of.to.key, current_.wall);
    if (!which) return refuse(no_such_user(of.to.key), of.client_request_id);
    held.remove(*which, as_of());
    all_groups.withdraw(*which, as_of());
    http_response made;
    made.status = 204;
    return made;
}

}  // namespace allot::simulated
