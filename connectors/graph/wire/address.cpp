#include "connectors/graph/wire/address.hpp"

#include <algorithm>
#include <optional>

#include "connectors/port/id.hpp"

namespace allot::graph::wire {

namespace {

bool needs_no_escape(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~' || c == '@' || c == '$';
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

/// `https://host:port` in lower case with the port always said; what follows goes to `rest`.
std::optional<std::string> origin_of(std::string_view url, std::string_view& rest) {
    std::string origin;
    if (auto const colon = url.find("://"); colon != std::string_view::npos) {
        auto const after = url.find_first_of("/?#\\", colon + 3);
        rest = after == std::string_view::npos ? std::string_view{} : url.substr(after);
        origin = url.substr(0, after);
    }
    std::ranges::transform(origin, origin.begin(), lower);
    bool const secure = origin.starts_with("https://");
    if (!secure && !origin.starts_with("http://")) return std::nullopt;
    auto const authority = std::string_view{origin}.substr(secure ? 8 : 7);
    // A name before an `@` is a login, not a host; what comes after is where it would really go.
    if (authority.empty() || authority.find('@') != std::string_view::npos) return std::nullopt;
    auto const bracket = authority.rfind(']');
    auto const colon = authority.rfind(':');
    bool const has_port =
        colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
    if (!has_port) origin += secure ? ":443" : ":80";
    return origin;
}

}  // namespace

std::string escaped_segment(std::string_view text) {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string escaped;
    escaped.reserve(text.size());
    for (char const c : text) {
        if (needs_no_escape(c)) {
            escaped += c;
            continue;
        }
        auto const byte = static_cast<unsigned char>(c);
        escaped += '%';
        escaped += digits[byte >> 4];
        escaped += digits[byte & 15];
    }
    return escaped;
}

std::string doubled_quotes(std::string_view text) {
    std::string doubled;
    for (char const c : text) {
        doubled += c;
        if (c == '\'') doubled += c;
    }
    return doubled;
}

std::string user_path(std::string_view user) {
    bool const plain = guid::parse(user).has_value() ||
                       (user.find('@') != std::string_view::npos && !user.starts_with('$'));
    if (plain) return "/users/" + escaped_segment(user);
    return "/users('" + escaped_segment(doubled_quotes(user)) + "')";
}

bool same_origin(std::string_view url, std::string_view root) {
    if (!std::ranges::all_of(url, [](char c) { return c > ' ' && c < 127; })) return false;
    std::string_view path;
    std::string_view root_path;
    auto const origin = origin_of(url, path);
    return origin && origin == origin_of(root, root_path) && path.starts_with('/');
}

}  // namespace allot::graph::wire
