#pragma once

#include <string>
#include <string_view>

#include "connectors/port/time.hpp"
#include "engine/commands/exit_status.hpp"

namespace allot::commands {

/// Writes a result to stdout.
void say(std::string_view text);
/// `could_not_run` when stdout could not take everything that was said (a full disk behind `>`).
exit_status flush_output();

/// Writes to stderr. That nobody can read it any more (a closed terminal) is no failure.
void tell(std::string_view text);
/// Writes a line of diagnostics or progress to stderr.
void note(std::string_view line);

/// Says on stderr what went wrong: `allot: …`; returns the exit status that belongs to it.
exit_status complain(failure const& what);

/// Control characters made visible, so that nothing read from a file or a service moves a
/// terminal's cursor.
std::string printable(std::string_view text);

/// Progress on stderr: one line redrawn in place on a terminal, else a line every half minute.
class progress_line {
 public:
    explicit progress_line(bool quiet);
    /// Shows `text` if it is time to. `now` is steady time.
    void show(time_point now, std::string_view text);
    /// Ends the line that is being redrawn.
    void finish();

 private:
    bool quiet_;
    bool terminal_;
    bool drawn_ = false;
    time_point next_{};
};

}  // namespace allot::commands
