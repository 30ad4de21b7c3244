#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "connectors/port/time.hpp"

/// What happened, as values, and the forms in which it is written down. Pure.
namespace allot::logging {

/// From the gravest on.
enum class level { error, warning, info, debug };

/// `error`, `warning`, `info`, `debug`.
std::string_view name(level of);

/// A fact about an event. Names are lower case with underscores; of times, the unit is in them.
struct field {
    std::string name;
    std::variant<std::string, std::int64_t, double, bool> value;
};

struct event {
    level is = level::info;
    std::string name;     ///< what kind of event: `run_begun`; empty for a remark
    std::string message;  ///< for people; may have several lines
    std::vector<field> fields{};
};

/// `2026-01-05T08:00:01.250Z warning: message key=value`, with a line end; further lines of the
/// message are indented. Control characters are made harmless, values with spaces are quoted.
std::string as_text(event const& of, wall_time at);

/// One JSON object with a line end: `time`, `level`, `event` where it has a name, `message`, then
/// the fields.
std::string as_json(event const& of, wall_time at);

/// Every line of the text with the level before it that journald reads (`<4>`; sd-daemon(3)).
std::string for_journal(std::string_view text, level is);

}  // namespace allot::logging
