#include "config/proxy.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/environment.hpp"
#include "config/values.hpp"
#include "config/words.hpp"

namespace allot::config {

namespace {

constexpr std::string_view wanted =
    "is not the URL of an HTTP proxy: write http://HOST:PORT, http://USER@HOST:PORT, or none";

failure wrong(std::string message) {
    return failure{errc::invalid_input, std::move(message)};
}

std::optional<unsigned> hex_digit(char c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
    return std::nullopt;
}

std::optional<std::string> percent_decoded(std::string_view text) {
    std::string decoded;
    for (std::size_t at = 0; at < text.size(); ++at) {
        char c = text[at];
        if (c == '%') {
            if (at + 2 >= text.size()) return std::nullopt;
            auto const high = hex_digit(text[at + 1]);
            auto const low = hex_digit(text[at + 2]);
            if (!high || !low) return std::nullopt;
            c = static_cast<char>(*high * 16 + *low);
            at += 2;
        }
        // Neither may be part of a header.
        if (static_cast<unsigned char>(c) < 0x20 || c == '\x7F') return std::nullopt;
        decoded += c;
    }
    return decoded;
}

bool read_login(proxy_server& into, std::string_view login) {
    auto const colon = login.find(':');
    auto const user = percent_decoded(login.substr(0, colon));
    // A colon in the name would be read as its end (RFC 7617, section 2).
    if (!user || user->empty() || user->find(':') != std::string::npos) return false;
    into.user = *user;
    if (colon == std::string_view::npos) return true;
    auto password = percent_decoded(login.substr(colon + 1));
    if (!password) return false;
    into.password = std::move(*password);
    return true;
}

/// The password of the variables, in a place of its own.
result<std::optional<std::string>> password_from_variables(surroundings const& from) {
    auto password = variable(from, "ALLOT_PROXY_PASSWORD");
    auto const file = variable(from, "ALLOT_PROXY_PASSWORD_FILE");
    std::string source = "ALLOT_PROXY_PASSWORD";
    if (file) {
        if (password) {
            return wrong(
                "ALLOT_PROXY_PASSWORD and ALLOT_PROXY_PASSWORD_FILE are both set: unset one");
        }
        source = "ALLOT_PROXY_PASSWORD_FILE";
        auto const contents = from.file(*file);
        if (!contents) {
            return wrong(fmt::format("{}: the file that it names cannot be read: {}", source,
                                     contents.error().message));
        }
        if (!*contents) {
            return wrong(fmt::format("{}: the file that it names does not exist", source));
        }
        auto const& whole = **contents;
        auto const end = whole.find_last_not_of("\r\n");
        password = end == std::string::npos ? std::string{} : whole.substr(0, end + 1);
    }
    if (!password) return password;
    auto const control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7F'; };
    if (password->empty() || std::ranges::any_of(*password, control)) {
        return wrong(
            fmt::format("{}: it must hold the proxy's password alone, on one line", source));
    }
    return password;
}

std::vector<std::string> exceptions_in(std::string_view list) {
    std::vector<std::string> entries;
    while (!list.empty()) {
        auto const end = list.find_first_of(", \t");
        auto const entry = list.substr(0, end);
        if (!entry.empty()) entries.emplace_back(entry);
        if (end == std::string_view::npos) break;
        list.remove_prefix(end + 1);
    }
    return entries;
}

result<void> from_ecosystem(proxy_server& into, surroundings const& from) {
    for (auto const* name : {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
        auto const value = variable(from, name);
        if (!value) continue;
        if (auto const problem = store_proxy(into, *value)) {
            bool const shown = value->find('@') == std::string::npos;
            return wrong(fmt::format("{}: {} {}; or set ALLOT_PROXY, which is stronger", name,
                                     shown ? in_quotes(*value) : "its value", *problem));
        }
        into.source = name;
        into.loopback_too = false;
        break;
    }
    return {};
}

}  // namespace

std::optional<std::string> store_proxy(proxy_server& into, std::string_view text) {
    proxy_server read;
    read.decided = true;
    read.loopback_too = true;
    if (lower(text) == "none") {
        into = read;
        return std::nullopt;
    }
    auto rest = text;
    if (auto const scheme = rest.find("://"); scheme != std::string_view::npos) {
        auto const name = lower(rest.substr(0, scheme));
        if (name.starts_with("socks") || name == "https") {
            return "is no plain HTTP proxy, and allot speaks to no other: write http://HOST:PORT "
                   "of one that opens tunnels (CONNECT), or none";
        }
        if (name != "http") return std::string{wanted};
        rest.remove_prefix(scheme + 3);
    }
    if (rest.ends_with('/')) rest.remove_suffix(1);
    // The last one: a password may hold one that should have been encoded.
    if (auto const at = rest.rfind('@'); at != std::string_view::npos) {
        if (!read_login(read, rest.substr(0, at))) {
            return "holds a user or password that cannot be read: percent-encode what is not a "
                   "letter or a digit, as %40 for @, %3A for :, %25 for %";
        }
        rest.remove_prefix(at + 1);
    }
    // What is a root of a service is a proxy's authority too.
    auto const root = parse_root_url("https://" + std::string{rest});
    if (!root) return std::string{wanted};
    std::string authority = root->substr(std::string_view{"https://"}.size());
    auto const colon = authority.rfind(':');
    read.port = "80";
    if (colon != std::string::npos && !authority.ends_with(']')) {
        read.port = authority.substr(colon + 1);
        read.port.erase(0, std::min(read.port.find_first_not_of('0'), read.port.size() - 1));
        authority.resize(colon);
    }
    if (authority.starts_with('[')) authority = authority.substr(1, authority.size() - 2);
    read.host = std::move(authority);
    into = std::move(read);
    return std::nullopt;
}

result<void> complete_proxy(proxy_server& into, surroundings const& from) {
    if (!into.decided) {
        if (auto done = from_ecosystem(into, from); !done) return done;
    }
    if (into.host.empty()) return {};
    auto const password = password_from_variables(from);
    if (!password) return password.error();
    if (*password) {
        if (into.user.empty()) {
            return wrong(
                fmt::format("{}: its URL names no user to go with ALLOT_PROXY_PASSWORD: write "
                            "http://USER@HOST:PORT",
                            into.source));
        }
        into.password = **password;
    }
    auto except = variable(from, "no_proxy");
    if (!except) except = variable(from, "NO_PROXY");
    if (except) into.except = exceptions_in(*except);
    return {};
}

}  // namespace allot::config
