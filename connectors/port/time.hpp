#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace allot {

using duration = std::chrono::nanoseconds;
/// Monotonic time: for waiting and pacing.
using time_point = std::chrono::time_point<std::chrono::steady_clock, duration>;
/// Wall time: for dates in files and headers.
using wall_time = std::chrono::sys_time<std::chrono::milliseconds>;

/// `2026-01-05T08:00:01.250Z`, always UTC and with milliseconds (ISO 8601).
std::string iso_8601(wall_time at);

/// Reads `2026-01-05T08:00:01Z`, with or without a fraction; a missing zone means UTC, as in the
/// service's error bodies. Anything else: empty.
std::optional<wall_time> parse_iso_8601(std::string_view text);

/// `Mon, 05 Jan 2026 08:00:01 GMT` (RFC 9110, IMF-fixdate).
std::string http_date(wall_time at);

/// Reads an IMF-fixdate. The two obsolete forms of RFC 9110 are not read. Anything else: empty.
std::optional<wall_time> parse_http_date(std::string_view text);

/// For people: `850 ms`, `12.5 s`, `2 min 5 s`, `1 h 3 min`.
std::string for_people(duration span);

}  // namespace allot
