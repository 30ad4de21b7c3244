#include "connectors/http/request_text.hpp"

#include <algorithm>
#include <array>

namespace allot::http {

namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool same_name(std::string_view left, std::string_view right) {
    return std::ranges::equal(left, right, {}, lower, lower);
}

bool is_host(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    });
}

bool is_ipv6(std::string_view text) {
    return text.find(':') != std::string_view::npos && std::ranges::all_of(text, [](char c) {
               return (c >= 'a' && c <= 'f') || (c >= '0' && c <= '9') || c == '.' || c == ':';
           });
}

bool is_port(std::string_view text) {
    bool const digits = !text.empty() && text.size() <= 5 &&
                        std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    if (!digits) return false;
    unsigned value = 0;
    for (char const c : text) value = value * 10 + static_cast<unsigned>(c - '0');
    return value > 0 && value <= 65535;
}

/// RFC 9110, 5.6.2: what a method and a header's name are made of.
bool is_token(std::string_view text) {
    constexpr std::string_view signs = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::ranges::all_of(text, [&](char c) {
        return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') ||
               signs.find(c) != std::string_view::npos;
    });
}

bool is_value(std::string_view text) {
    return std::ranges::none_of(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

/// Those that this transport writes, or will not have written by others.
bool is_ours(std::string_view name) {
    constexpr std::array ours{"Host", "Content-Length", "Connection", "Transfer-Encoding"};
    return std::ranges::any_of(ours, [&](char const* each) { return same_name(name, each); });
}

void append_header(std::string& to, std::string_view name, std::string_view value) {
    to += name;
    to += ": ";
    to += value;
    to += "\r\n";
}

std::string host_header(destination const& to) {
    bool const ipv6 = to.host.find(':') != std::string::npos;
    auto text = ipv6 ? "[" + to.host + "]" : to.host;
    if (to.port != (to.plain ? "80" : "443")) text += ":" + to.port;
    return text;
}

}  // namespace

std::string destination::name() const {
    return host + ":" + port;
}

std::string destination::key() const {
    return plain ? "http://" + name() : name();
}

std::optional<destination> parse_url(std::string_view url) {
    constexpr std::string_view secure = "https://";
    constexpr std::string_view plain = "http://";
    bool const printable = std::ranges::all_of(url, [](char c) { return c > ' ' && c < 127; });
    if (!printable) return std::nullopt;
    destination parsed;
    parsed.plain = same_name(url.substr(0, plain.size()), plain);
    if (!parsed.plain && !same_name(url.substr(0, secure.size()), secure)) return std::nullopt;
    url.remove_prefix(parsed.plain ? plain.size() : secure.size());
    auto const path = url.find_first_of("/?#\\");
    parsed.port = parsed.plain ? "80" : "443";
    parsed.target = path == std::string_view::npos ? "/" : std::string{url.substr(path)};
    if (parsed.target.front() != '/') return std::nullopt;
    if (parsed.target.find('#') != std::string::npos) return std::nullopt;
    std::string authority{url.substr(0, path)};
    std::ranges::transform(authority, authority.begin(), lower);
    bool const bracketed = authority.starts_with('[');
    auto const host_end = bracketed ? authority.find(']') : authority.find(':');
    if (bracketed && host_end == std::string::npos) return std::nullopt;
    parsed.host = bracketed ? authority.substr(1, host_end - 1) : authority.substr(0, host_end);
    auto const rest = host_end == std::string::npos
                          ? std::string{}
                          : authority.substr(host_end + (bracketed ? 1 : 0));
    if (!rest.empty()) {
        if (!rest.starts_with(':') || !is_port(std::string_view{rest}.substr(1)))
            return std::nullopt;
        parsed.port = rest.substr(1);
    }
    if (bracketed ? !is_ipv6(parsed.host) : !is_host(parsed.host)) return std::nullopt;
    return parsed;
}

std::optional<std::string> why_not_plain(http_request const& request, destination const& to) {
    if (!to.plain) return std::nullopt;
    if (!request.plain_allowed) return "it would go unencrypted: the address must be https";
    if (request.method != "GET" || !request.body.empty()) {
        return "nothing but a GET without a body goes unencrypted";
    }
    constexpr std::string_view basic = "Basic ";
    for (auto const& [name, value] : request.headers) {
        if (!same_name(name, "Authorization")) continue;
        if (!same_name(std::string_view{value}.substr(0, basic.size()), basic)) {
            return "a token never goes unencrypted";
        }
    }
    return std::nullopt;
}

std::optional<std::string> request_text(http_request const& request, destination const& to,
                                        std::string_view user_agent) {
    if (!is_token(request.method)) return std::nullopt;
    std::string text;
    text.reserve(512 + to.target.size() + request.body.size());
    text += request.method;
    text += ' ';
    text += to.target;
    text += " HTTP/1.1\r\n";
    append_header(text, "Host", host_header(to));
    if (find_header(request.headers, "User-Agent") == nullptr) {
        append_header(text, "User-Agent", user_agent);
    }
    // Replies are not unpacked here, so none may come packed.
    if (find_header(request.headers, "Accept-Encoding") == nullptr) {
        append_header(text, "Accept-Encoding", "identity");
    }
    for (auto const& [name, value] : request.headers) {
        if (!is_token(name) || !is_value(value)) return std::nullopt;
        if (!is_ours(name)) append_header(text, name, value);
    }
    bool const has_length = !request.body.empty() || request.method != "GET";
    if (has_length) append_header(text, "Content-Length", std::to_string(request.body.size()));
    text += "\r\n";
    text += request.body;
    return text;
}

}  // namespace allot::http
