#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "config/settings.hpp"
#include "connectors/port/time.hpp"
#include "engine/commands/exit_status.hpp"
#include "engine/logging/event.hpp"

/// The only place that writes to standard output, standard error and the log.
namespace allot::commands {

/// Where the log goes, and what of it. Before it is called, everything from `info` on goes to
/// stderr as text. Errors: `could_not_run`, the log file cannot be appended to.
result<void> open_log(config::settings const& with);

/// Writes a result to stdout; what people are to read there does nothing to their terminal.
void say(std::string_view text);
/// `could_not_run` when stdout could not take everything that was said (a full disk behind `>`).
exit_status flush_output();

/// Writes to stderr as it is. That nobody can read it any more (a closed terminal) is no failure.
void tell(std::string_view text);

/// An event into the log. Where the log is stderr as text, it is the message alone, as `allot:
/// message`; with debug events, the fields too.
void log(logging::event of);
/// Whether such events go anywhere: for those that cost something to make.
bool logs(logging::level which);
/// All later events are of this run.
void log_run(std::string const& name);

/// A remark on stderr, and in the log file where there is one. What begins with `allot: ` loses
/// that where the form of the log has its own.
void note(std::string_view line, logging::level is = logging::level::info);
/// A remark that `--quiet` keeps from stderr.
void mention(logging::event of);
/// Into the log file, or a log of JSON objects: not for people at a terminal, who see it otherwise.
void record(logging::event of);

/// Says on stderr what went wrong: `allot: …`; returns the exit status that belongs to it.
exit_status complain(failure const& what);
/// What was last complained of; empty for nothing.
std::string last_complaint();

/// `1 user`, `2 users`
std::string plural(std::uint64_t count, std::string_view what);
/// Control characters made visible, so that nothing read from a file or a service moves a
/// terminal's cursor.
std::string printable(std::string_view text);
/// The same, but line ends stay.
std::string harmless_lines(std::string_view text);
/// No column of a table is wider, whatever is in it: a longer text moves the rest of its own line.
inline constexpr std::size_t column_width_max = 64;

}  // namespace allot::commands
