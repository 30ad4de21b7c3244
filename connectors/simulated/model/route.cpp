#include "connectors/simulated/model/route.hpp"

#include <algorithm>
#include <charconv>

#include "connectors/simulated/model/address.hpp"

namespace allot::simulated {

namespace {

constexpr std::string_view version = "/v1.0";
constexpr std::string_view users = "users";

route wrong(int status, std::string_view code, std::string message) {
    route made;
    made.why = {status, code, std::move(message)};
    return made;
}

route no_method() {
    return wrong(405, "Request_BadRequest",
                 "Specified HTTP method is not allowed for the request target.");
}

/// `('it''s')`: in quotes, those within doubled. Empty when it is not written so.
std::optional<std::string> unquoted(std::string_view text) {
    if (text.size() < 4 || !text.starts_with("('") || !text.ends_with("')")) return std::nullopt;
    text = text.substr(2, text.size() - 4);
    std::string key;
    for (std::size_t at = 0; at < text.size(); ++at) {
        key += text[at];
        if (text[at] != '\'') continue;
        if (at + 1 == text.size() || text[at + 1] != '\'') return std::nullopt;
        ++at;
    }
    return key;
}

/// The user's name in `/{key}` or `('{key}')`.
std::optional<std::string> key_of(std::string_view segment) {
    bool const quoted = segment.starts_with('(');
    if (!quoted) segment.remove_prefix(1);
    auto decoded = percent_decoded(segment);
    if (!decoded) return std::nullopt;
    if (quoted) return unquoted(*decoded);
    // After a slash the dollar sign begins a word of OData's.
    if (decoded->empty() || decoded->front() == '$') return std::nullopt;
    return decoded;
}

/// `rest` is what follows `users` and begins with `/` or `(`.
route user_route(std::string_view method, std::string_view rest) {
    auto const end = std::min(rest.find('/', 1), rest.size());
    auto const action = rest.substr(end);
    auto const key = key_of(rest.substr(0, end));
    if (!key) return no_segment(rest.substr(0, end));
    route made;
    if (action.empty() && method == "DELETE") {
        made = known_route(route_kind::remove_user, method, "DELETE");
    } else if (action.empty()) {
        made = method == "PATCH" ? known_route(route_kind::set_location, method, "PATCH")
                                 : known_route(route_kind::user, method, "GET");
    } else if (equal_whatever_case(action, "/assignLicense")) {
        made = known_route(route_kind::assign, method, "POST");
    } else {
        return no_segment(action.substr(1));
    }
    made.key = *key;
    return made;
}

bool is_segment(std::string_view path, std::string_view name) {
    return path.starts_with(name) &&
           (path.size() == name.size() || path[name.size()] == '/' || path[name.size()] == '(');
}

}  // namespace

route no_segment(std::string_view segment) {
    return wrong(400, "BadRequest",
                 "Resource not found for the segment '" + std::string{segment} + "'.");
}

route known_route(route_kind kind, std::string_view method, std::string_view allowed) {
    if (method != allowed) return no_method();
    route made;
    made.kind = kind;
    return made;
}

route route_of(std::string_view method, std::string_view path) {
    if (!is_segment(path, version) || path.size() == version.size()) {
        return wrong(404, "ResourceNotFound", "There is nothing at this address.");
    }
    path.remove_prefix(version.size() + 1);
    if (path == "$batch") return known_route(route_kind::batch, method, "POST");
    return part_route_of(method, path);
}

route part_route_of(std::string_view method, std::string_view path) {
    if (path.starts_with('/')) path.remove_prefix(1);
    if (path == "subscribedSkus") return known_route(route_kind::subscriptions, method, "GET");
    if (path == users) return known_route(route_kind::users, method, "GET");
    if (path == "users/delta") return known_route(route_kind::changes, method, "GET");
    if (path == "groups") return known_route(route_kind::groups, method, "GET");
    if (path.starts_with("groups/")) return group_route(method, path.substr(6));
    if (is_segment(path, users)) return user_route(method, path.substr(users.size()));
    return no_segment(path.substr(0, path.find('/')));
}

std::optional<std::string> sign_in_tenant(std::string_view path) {
    constexpr std::string_view tail = "/oauth2/v2.0/token";
    if (!path.starts_with('/') || !path.ends_with(tail)) return std::nullopt;
    auto const name = path.substr(1, std::max(path.size() - tail.size(), std::size_t{1}) - 1);
    if (name.empty() || name.find('/') != std::string_view::npos) return std::nullopt;
    return percent_decoded(name);
}

std::int64_t resource_units(route const& to, std::string_view query) {
    if (to.kind == route_kind::subscriptions) return 3;
    bool const members = to.kind == route_kind::members || to.kind == route_kind::errored_members;
    if (to.kind != route_kind::users && !members) return 1;
    std::int64_t units = members ? 3 : 2;
    if (query_value(query, "$select")) --units;
    if (auto const top = query_value(query, "$top")) {
        int size = 0;
        std::from_chars(top->data(), top->data() + top->size(), size);
        if (size < 20) --units;
    }
    return std::max<std::int64_t>(1, units);
}

}  // namespace allot::simulated
