#include <algorithm>

#include "connectors/simulated/model/address.hpp"
#include "connectors/simulated/model/group_shapes.hpp"
#include "connectors/simulated/model/json_text.hpp"
#include "connectors/simulated/model/paging.hpp"
#include "connectors/simulated/model/service.hpp"

namespace allot::simulated {

namespace {

refusal unknown_group_property() {
    return {.message =
                "Could not find a property that was selected on type 'microsoft.graph.group'."};
}

/// The text in `displayName eq 'it''s'`; empty when the filter is another one.
std::optional<std::string> display_name_in(std::string_view filter) {
    constexpr std::string_view before = "displayName eq '";
    auto const decoded = percent_decoded(filter);
    if (!decoded || !decoded->starts_with(before) || !decoded->ends_with('\'')) return std::nullopt;
    if (decoded->size() <= before.size()) return std::nullopt;
    auto const text =
        std::string_view{*decoded}.substr(before.size(), decoded->size() - before.size() - 1);
    std::string name;
    for (std::size_t at = 0; at < text.size(); ++at) {
        name += text[at];
        if (text[at] != '\'') continue;
        if (at + 1 == text.size() || text[at + 1] != '\'') return std::nullopt;
        ++at;
    }
    return name;
}

}  // namespace

http_response tenant::service::read_groups(call const& of) {
    if (!has_only(of.query, {"$select", "$filter", "$top", "$skiptoken"})) {
        return refuse(unsupported_query(), of.client_request_id);
    }
    auto const select = query_value(of.query, "$select");
    auto const chosen = select ? selected_group_properties(*select) : default_group_properties;
    if (!chosen) return refuse(unknown_group_property(), of.client_request_id);
    auto const filter = query_value(of.query, "$filter");
    auto const name = filter ? display_name_in(*filter) : std::nullopt;
    if (filter && !name) return refuse(unsupported_query(), of.client_request_id);
    auto const page = read_wanted_page(of.query);
    if (auto const* const wrong = std::get_if<refusal>(&page)) {
        return refuse(*wrong, of.client_request_id);
    }
    auto const& wanted = std::get<wanted_page>(page);

    auto body = context(select ? "groups(" + names_of_group(*chosen) + ")" : "groups");
    body += R"(,"value":[)";
    std::size_t shown = 0;
    for (std::size_t which = wanted.start; which < all_groups.size(); ++which) {
        auto const one = all_groups.seen(static_cast<group_index>(which), as_of());
        if (name && !equal_whatever_case(*name, one.name)) continue;
        if (shown == wanted.size) {
            body += ']';
            append_next_link(body, current_.root + "/v1.0/groups", of.query,
                             static_cast<std::uint32_t>(which));
            body += '}';
            return json_answer(std::move(body));
        }
        if (shown++ > 0) body += ',';
        body += '{';
        append_group(body, one, *chosen);
        body += '}';
    }
    body += "]}";
    return json_answer(std::move(body));
}

http_response tenant::service::read_group(call const& of) {
    if (!has_only(of.query, {"$select"})) return refuse(unsupported_query(), of.client_request_id);
    auto const select = query_value(of.query, "$select");
    auto const chosen = select ? selected_group_properties(*select) : default_group_properties;
    if (!chosen) return refuse(unknown_group_property(), of.client_request_id);
    auto const which = all_groups.find(of.to.key);
    if (!which) return refuse(no_such_user(of.to.key), of.client_request_id);
    auto body =
        context((select ? "groups(" + names_of_group(*chosen) + ")" : "groups") + "/$entity");
    body += ',';
    append_group(body, all_groups.seen(*which, as_of()), *chosen);
    body += '}';
    return json_answer(std::move(body));
}

/// The members of a group, or those of them with a licence of it in error.
http_response tenant::service::read_members(call const& of) {
    if (!has_only(of.query, {"$select", "$top", "$skiptoken"})) {
        return refuse(unsupported_query(), of.client_request_id);
    }
    auto const select = query_value(of.query, "$select");
    auto const chosen = select ? selected_properties(*select) : default_properties;
    if (!chosen) return refuse(unknown_property(), of.client_request_id);
    auto const page = read_wanted_page(of.query);
    if (auto const* const wrong = std::get_if<refusal>(&page)) {
        return refuse(*wrong, of.client_request_id);
    }
    auto const& wanted = std::get<wanted_page>(page);
    auto const which = all_groups.find(of.to.key);
    if (!which) return refuse(no_such_user(of.to.key), of.client_request_id);

    bool const in_error = of.to.kind == route_kind::errored_members;
    auto const next_from = [&](std::uint32_t number) {
        auto found = all_groups.next_seen(*which, number, as_of());
        while (in_error && found && !all_groups.seen_in_error(*which, found->user, as_of())) {
            found = all_groups.next_seen(*which, found->number + 1, as_of());
        }
        return found;
    };
    auto body = context("directoryObjects") + R"(,"value":[)";
    auto next = next_from(wanted.start);
    for (std::size_t shown = 0; !of.empty_page && shown < wanted.size && next; ++shown) {
        if (shown > 0) body += ',';
        body += R"({"@odata.type":"#microsoft.graph.user",)";
        append_user(body, held, next->user, *chosen, as_of());
        body += '}';
        next = next_from(next->number + 1);
    }
    body += ']';
    if (next) {
        std::string const list = in_error ? "/membersWithLicenseErrors" : "/members";
        append_next_link(body, current_.root + "/v1.0/groups/" + of.to.key + list, of.query,
                         next->number);
    }
    body += '}';
    return json_answer(std::move(body));
}

http_response tenant::service::write_group(call const& of) {
    auto const which = all_groups.find(of.to.key);
    if (!which) return refuse(no_such_user(of.to.key), of.client_request_id);
    auto const meant = users_meant(of);
    if (auto const* const wrong = std::get_if<refusal>(&meant)) {
        return refuse(*wrong, of.client_request_id);
    }
    auto const& users = std::get<std::vector<user_index>>(meant);
    bool clear = true;
    for (auto const one : users) clear = begin_write(one) && clear;
    auto const why = clear ? try_write(of, *which, users) : std::optional{concurrency_violation()};
    if (why) return refuse(*why, of.client_request_id);
    accept(users, of);
    http_response made;
    made.status = 204;
    if (of.to.kind != route_kind::assign_group) return made;
    auto body = context("groups/$entity") + ",";
    append_group(body, all_groups.seen(*which, as_of()), default_group_properties);
    body += '}';
    made = json_answer(std::move(body));
    made.status = 202;
    made.headers.emplace_back("Location", current_.root + "/v1.0/groups/" + of.to.key);
    return made;
}

/// The users whom a write to a group is about.
std::variant<std::vector<user_index>, refusal> tenant::service::users_meant(call const& of) const {
    std::vector<std::string> ids;
    if (of.to.kind == route_kind::remove_member) {
        ids.push_back(of.to.member);
    } else if (of.body == nullptr) {
        return refusal{.message = "Unable to read JSON request payload."};
    } else if (of.to.kind != route_kind::assign_group) {
        auto const& wrong =
            of.to.kind == route_kind::bind_members ? of.body->not_members : of.body->not_a_member;
        if (wrong) return *wrong;
        for (auto const& one : of.body->members) ids.push_back(one.str());
    }
    std::vector<user_index> users;
    for (auto const& id : ids) {
        auto const found = held.find(id, current_.wall);
        if (!found) return no_such_user(id);
        users.push_back(*found);
    }
    return users;
}

std::optional<refusal> tenant::service::try_write(call const& of, group_index which,
                                                  std::vector<user_index> const& users) {
    auto const lag = settings.group_lag;
    switch (of.to.kind) {
        case route_kind::remove_member:
            return all_groups.remove(which, users.front(), lag, as_of());
        case route_kind::assign_group:
            if (of.body->not_assignable) return of.body->not_assignable;
            return all_groups.assign(which, of.body->wanted, lag, as_of());
        default:
            return all_groups.add(which, users, lag, as_of());
    }
}

}  // namespace allot::simulated
