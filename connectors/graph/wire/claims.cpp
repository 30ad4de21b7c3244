#include "connectors/graph/wire/claims.hpp"

#include <string_view>

#include "connectors/graph/wire/json.hpp"
#include "connectors/port/base64.hpp"

namespace allot::graph::wire {

std::optional<std::vector<std::string>> read_roles(std::string const& token) {
    auto const first = token.find('.');
    if (first == std::string::npos) return std::nullopt;
    auto const second = token.find('.', first + 1);
    if (second == std::string::npos) return std::nullopt;
    auto const text = parse_base64(std::string_view{token}.substr(first + 1, second - first - 1));
    if (!text) return std::nullopt;
    auto const claims = json::parse_object(*text);
    if (!claims) return std::nullopt;
    std::vector<std::string> roles;
    auto const named = json::array_at(*claims, "roles");
    if (!named) return roles;
    for (auto const each : *named) {
        std::string_view role;
        if (each.get_string().get(role) == simdjson::SUCCESS) roles.emplace_back(role);
    }
    return roles;
}

}  // namespace allot::graph::wire
