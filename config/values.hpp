#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/settings.hpp"

/// One setting's text to its value. Nothing around it, no signs; anything else: empty.
namespace allot::config {

/// A whole number, in digits only.
std::optional<std::uint64_t> parse_number(std::string_view text);

/// `yes`, `true`, `on`, `1` and their opposites, any case.
std::optional<bool> parse_switch(std::string_view text);

/// The longest that anything in a run can be told to take.
inline constexpr duration waiting_max = std::chrono::hours{24 * 30};
/// The longest that ended runs can be kept.
inline constexpr duration keeping_max = std::chrono::hours{24 * 3650};

/// `10m`, `90s`, `1h30m`, `500ms`, `7d`: units d, h, m, s, ms from large to small, each once; `0`
/// needs none. At most `longest`, which is no more than a hundred years.
std::optional<duration> parse_duration(std::string_view text, duration longest = waiting_max);

/// `3000/150s`: at least one in a window longer than zero.
std::optional<quota> parse_quota(std::string_view text);

/// `500`, or `10%` up to `100%`.
std::optional<cap> parse_cap(std::string_view text);

/// `5%` or `0.5%` as a share from 0 to 1.
std::optional<double> parse_share(std::string_view text);

/// `0.5` or `50%`: above 0 and up to 1.
std::optional<double> parse_part(std::string_view text);

/// The root of a service: `https://HOST` or `https://HOST:PORT`, a final `/` is taken off. No other
/// scheme, no user, path, query or fragment: the token goes to this host.
std::optional<std::string> parse_root_url(std::string_view text);

/// `http://HOST`, `http://HOST:PORT`, and with `path` what follows it; else a final `/` is taken
/// off. For what answers on this machine alone: nothing else is asked without TLS.
std::optional<std::string> parse_plain_url(std::string_view text, bool path);

/// A GUID, in any case; or a domain name such as `contoso.onmicrosoft.com`. Lower case.
std::optional<std::string> parse_tenant(std::string_view text);

/// An address of this machine only: `127.0.0.1` and its like, `::1`, `localhost`.
std::optional<std::string> parse_loopback(std::string_view text);

}  // namespace allot::config
