#include "engine/commands/console.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace allot::commands {

using namespace std::chrono_literals;

void say(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
}

exit_status flush_output() {
    errno = 0;
    bool const whole = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
    // A reader that has seen enough (`| head`) is no failure.
    if (whole || errno == EPIPE) return as_the_job_says;
    note("allot: standard output could not be written whole");
    return could_not_run;
}

void tell(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stderr);
}

void note(std::string_view line) {
    tell(std::string{line} + "\n");
}

exit_status complain(failure const& what) {
    std::fflush(stdout);
    note("allot: " + what.message);
    return status_of(what.code);
}

std::string printable(std::string_view text) {
    std::string shown;
    for (auto const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f) {
            shown += fmt::format("\\x{:02x}", byte);
        } else {
            shown += c;
        }
    }
    return shown;
}

progress_line::progress_line(bool quiet) : quiet_{quiet}, terminal_{isatty(STDERR_FILENO) == 1} {}

void progress_line::show(time_point now, std::string_view text) {
    if (quiet_) return;
    if (next_ == time_point{} && !terminal_) next_ = now + 30s;
    if (now < next_) return;
    next_ = now + (terminal_ ? duration{250ms} : duration{30s});
    if (terminal_) {
        tell(fmt::format("\r\x1b[K{}", text));
        drawn_ = true;
    } else {
        note(text);
    }
}

void progress_line::finish() {
    if (drawn_) tell("\r\x1b[K");
    drawn_ = false;
}

}  // namespace allot::commands
