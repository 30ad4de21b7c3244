#include "config/values.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "config/words.hpp"
#include "connectors/port/id.hpp"

namespace allot::config {

namespace {

using namespace std::chrono;

constexpr std::string_view digits = "0123456789";
constexpr std::string_view host_characters = "abcdefghijklmnopqrstuvwxyz0123456789-.";

/// Labels of letters, digits and inner hyphens, joined by dots (RFC 1123). In lower case.
bool is_host_name(std::string_view text) {
    if (text.empty() || text.size() > 253) return false;
    if (text.find_first_not_of(host_characters) != std::string_view::npos) return false;
    while (true) {
        auto const label = text.substr(0, text.find('.'));
        if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') {
            return false;
        }
        if (label.size() == text.size()) return true;
        text.remove_prefix(label.size() + 1);
    }
}

/// `[::1]`: the characters only; the resolver knows the rest.
bool is_bracketed_ipv6(std::string_view text) {
    return text.size() > 4 && text.front() == '[' && text.back() == ']' &&
           text.substr(1, text.size() - 2).find_first_not_of("0123456789abcdef:.") ==
               std::string_view::npos;
}

/// `12` or `12.5`.
std::optional<double> parse_decimal(std::string_view text) {
    auto const point = text.find('.');
    auto const whole = text.substr(0, point);
    auto const fraction = point == std::string_view::npos ? "0" : text.substr(point + 1);
    if (!parse_number(whole) || !parse_number(fraction)) return std::nullopt;
    double value = 0;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc{}) return std::nullopt;
    return value;
}

}  // namespace

std::optional<std::uint64_t> parse_number(std::string_view text) {
    if (text.empty() || text.find_first_not_of(digits) != std::string_view::npos) {
        return std::nullopt;
    }
    std::uint64_t value = 0;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc{}) return std::nullopt;
    return value;
}

std::optional<bool> parse_switch(std::string_view text) {
    auto const word = lower(text);
    if (word == "yes" || word == "true" || word == "on" || word == "1") return true;
    if (word == "no" || word == "false" || word == "off" || word == "0") return false;
    return std::nullopt;
}

std::optional<duration> parse_duration(std::string_view text, duration longest) {
    constexpr std::array<std::pair<std::string_view, duration>, 5> units{{{"d", hours{24}},
                                                                          {"h", hours{1}},
                                                                          {"m", minutes{1}},
                                                                          {"s", seconds{1}},
                                                                          {"ms", milliseconds{1}}}};
    if (text.empty()) return std::nullopt;
    if (text == "0") return duration{0};
    duration total{0};
    std::size_t next_unit = 0;
    while (!text.empty()) {
        auto const number_end = std::min(text.find_first_not_of(digits), text.size());
        auto const number = parse_number(text.substr(0, number_end));
        text.remove_prefix(number_end);
        auto const unit = text.substr(0, text.find_first_of(digits));
        text.remove_prefix(unit.size());
        while (next_unit < units.size() && units[next_unit].first != unit) ++next_unit;
        if (!number || next_unit == units.size()) return std::nullopt;
        auto const one = units[next_unit++].second;
        // Each part is bounded by itself, so that the sum cannot overflow.
        if (*number > static_cast<std::uint64_t>(longest / one)) return std::nullopt;
        total += one * static_cast<duration::rep>(*number);
    }
    if (total > longest) return std::nullopt;
    return total;
}

std::optional<quota> parse_quota(std::string_view text) {
    constexpr std::uint64_t amount_max = 1'000'000'000;
    auto const slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    auto const amount = parse_number(text.substr(0, slash));
    auto const window = parse_duration(text.substr(slash + 1));
    if (!amount || !window) return std::nullopt;
    if (*amount == 0 || *amount > amount_max || *window == duration{0}) return std::nullopt;
    return quota{static_cast<double>(*amount), *window};
}

std::optional<cap> parse_cap(std::string_view text) {
    auto const percent = text.ends_with('%');
    if (percent) text.remove_suffix(1);
    auto const amount = parse_number(text);
    if (!amount || (percent && *amount > 100)) return std::nullopt;
    return cap{*amount, percent};
}

std::optional<double> parse_share(std::string_view text) {
    if (!text.ends_with('%')) return std::nullopt;
    text.remove_suffix(1);
    auto const value = parse_decimal(text);
    if (!value || *value > 100) return std::nullopt;
    return *value / 100;
}

std::optional<double> parse_part(std::string_view text) {
    auto const value = text.ends_with('%') ? parse_share(text) : parse_decimal(text);
    if (!value || *value <= 0 || *value > 1) return std::nullopt;
    return value;
}

std::optional<std::string> parse_root_url(std::string_view text) {
    constexpr std::string_view scheme = "https://";
    auto const url = lower(text);
    if (!url.starts_with(scheme)) return std::nullopt;
    auto authority = std::string_view{url}.substr(scheme.size());
    if (authority.ends_with('/')) authority.remove_suffix(1);
    auto host = authority;
    auto const colon = authority.rfind(':');
    if (colon != std::string_view::npos && !authority.ends_with(']')) {
        auto const port = parse_number(authority.substr(colon + 1));
        if (!port || *port == 0 || *port > 65535) return std::nullopt;
        host = authority.substr(0, colon);
    }
    if (!is_host_name(host) && !is_bracketed_ipv6(host)) return std::nullopt;
    return std::string{scheme} + std::string{authority};
}

std::optional<std::string> parse_plain_url(std::string_view text, bool path) {
    constexpr std::string_view scheme = "http://";
    if (!lower(text.substr(0, scheme.size())).starts_with(scheme)) return std::nullopt;
    auto const rest = text.substr(scheme.size());
    auto const slash = std::min(rest.find('/'), rest.size());
    auto const follows = rest.substr(slash);
    if (!path && follows.size() > 1) return std::nullopt;
    bool const plain =
        std::ranges::all_of(follows, [](char c) { return c > ' ' && c < 127 && c != '#'; });
    // What may stand before the path is the same with and without TLS.
    auto const root = parse_root_url("https://" + std::string{rest.substr(0, slash)});
    if (!root || !plain) return std::nullopt;
    return std::string{scheme} + root->substr(scheme.size() + 1) +
           (path ? std::string{follows} : std::string{});
}

std::optional<std::string> parse_tenant(std::string_view text) {
    if (auto const id = guid::parse(text)) return id->str();
    auto domain = lower(text);
    // Without a dot it is `common` or `organizations`: those sign in users, not an application.
    if (!is_host_name(domain) || domain.find('.') == std::string::npos) return std::nullopt;
    return domain;
}

std::optional<std::string> parse_loopback(std::string_view text) {
    if (text == "localhost") return "127.0.0.1";
    if (text == "::1") return "::1";
    auto rest = text;
    for (int part = 0; part < 4; ++part) {
        auto const end = part == 3 ? rest.size() : rest.find('.');
        if (end > 3) return std::nullopt;  // also when there is none
        auto const number = parse_number(rest.substr(0, end));
        if (!number || *number > 255 || (part == 0 && *number != 127)) return std::nullopt;
        rest.remove_prefix(part == 3 ? end : end + 1);
    }
    return std::string{text};
}

}  // namespace allot::config
