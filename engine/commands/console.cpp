#include "engine/commands/console.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <system_error>
#include <utility>
#include <variant>

#include "engine/commands/process.hpp"
#include "engine/commands/screen.hpp"
#include "engine/progress/cells.hpp"

namespace allot::commands {

namespace {

using logging::event;
using logging::level;

struct log_state {
    int file = -1;  ///< open for as long as the process lives; -1: the log is stderr
    std::string path;
    bool json = false;
    level least = level::info;
    bool quiet = false;
    bool journal = false;      ///< stderr is journald's
    bool broken = false;       ///< the file could not be written to; told once
    bool said = false;         ///< something, on stdout
    bool reader_left = false;  ///< nobody reads stdout any more
    bool for_people = false;   ///< what is said there is read on a terminal
    std::string run;
    std::string complaint;
};
log_state kept;

/// Whether stderr is the stream that systemd says goes to the journal: `device:inode`
/// (systemd.exec(5), $JOURNAL_STREAM). Else it was redirected since.
bool is_journal() {
    auto const* const told = std::getenv("JOURNAL_STREAM");
    struct stat is {};
    if (told == nullptr || ::fstat(STDERR_FILENO, &is) != 0) return false;
    return fmt::format("{}:{}", is.st_dev, is.st_ino) == told;
}

wall_time now() {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

void write_file(std::string_view text) {
    auto rest = text;
    while (!rest.empty()) {
        auto const written = ::write(kept.file, rest.data(), rest.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) {
            if (!std::exchange(kept.broken, true)) {
                write_error(fmt::format("allot: the log cannot be written: {}: {}\n", kept.path,
                                        std::generic_category().message(errno)));
            }
            return;
        }
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
}

bool begins_with_own_name(std::string_view line) {
    return line.starts_with("allot: ");
}

/// For stderr, as people read it.
void write_plain(std::string_view line, level is) {
    auto text = harmless_lines(line) + "\n";
    if (kept.journal) text = logging::for_journal(text, is);
    write_error(text);
}

std::string in_form(event of) {
    if (!kept.run.empty()) of.fields.insert(of.fields.begin(), {"run", kept.run});
    if (kept.json) return logging::as_json(of, now());
    of.message = harmless_lines(of.message);
    for (auto& one : of.fields) {
        if (auto* const text = std::get_if<std::string>(&one.value)) *text = printable(*text);
    }
    return logging::as_text(of, now());
}

/// Into what holds the log, when it is not stderr as text. True when that was all.
bool write_formed(event const& of) {
    bool const to_file = kept.file >= 0;
    if (!to_file && !kept.json) return false;
    if (of.is <= kept.least) {
        if (to_file) {
            write_file(in_form(of));
        } else {
            write_error(in_form(of));
        }
    }
    return !to_file;
}

failure no_log(std::string_view why) {
    return failure{errc::could_not_run,
                   fmt::format("cannot write the log file {}: {}", printable(kept.path), why)};
}

/// It may be a pipe, or a link that this user or root has made; another user's link could lead
/// anywhere. Who opens a pipe that nobody reads is not to wait for ever.
result<int> open_to_append(std::string const& path) {
    struct stat is {};
    if (::lstat(path.c_str(), &is) == 0 && S_ISLNK(is.st_mode) && is.st_uid != 0 &&
        is.st_uid != ::geteuid()) {
        return no_log(fmt::format("it is a symbolic link that belongs to user {}", is.st_uid));
    }
    int const file =
        ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
               S_IRUSR | S_IWUSR);
    if (file < 0 && errno == ENXIO) return no_log("nobody reads from this pipe");
    if (file < 0) return no_log(std::generic_category().message(errno));
    // Who does not read on makes the run wait, as at a terminal.
    ::fcntl(file, F_SETFL, O_WRONLY | O_APPEND);
    return file;
}

}  // namespace

result<void> open_log(config::settings const& with) {
    auto const& chosen = with.work;
    kept.json = chosen.log_json;
    kept.quiet = with.quiet;
    kept.journal = is_journal();
    // These write text for other programs by that name.
    bool const for_programs = with.what == config::command::export_job ||
                              with.what == config::command::completion ||
                              with.what == config::command::man;
    kept.for_people = with.output == config::output_form::text && !for_programs;
    switch (chosen.level) {
        case config::log_level::error:
            kept.least = level::error;
            break;
        case config::log_level::warning:
            kept.least = level::warning;
            break;
        case config::log_level::info:
            kept.least = level::info;
            break;
        case config::log_level::debug:
            kept.least = level::debug;
            break;
    }
    // Who wants to see the exchanges need not say twice so.
    if (chosen.debug_http) kept.least = level::debug;
    if (chosen.log_file.empty()) return {};
    kept.path = chosen.log_file;
    auto const opened = open_to_append(kept.path);
    if (!opened) return opened.error();
    kept.file = *opened;
    return {};
}

void say(std::string_view text) {
    wipe_block();
    kept.said = kept.said || !text.empty();
    auto const shown = kept.for_people ? harmless_lines(text) : std::string{};
    auto const out = kept.for_people ? std::string_view{shown} : text;
    errno = 0;
    bool const whole = std::fwrite(out.data(), 1, out.size(), stdout) == out.size();
    kept.reader_left = kept.reader_left || (!whole && errno == EPIPE);
}

exit_status flush_output() {
    errno = 0;
    bool const lost = kept.said && output_is_closed();
    bool const whole = std::fflush(stdout) == 0 && std::ferror(stdout) == 0 && !lost;
    // A reader that has seen enough (`| head`) is no failure.
    if (whole || errno == EPIPE || kept.reader_left) return as_the_job_says;
    note("allot: standard output could not be written whole", level::error);
    return could_not_run;
}

void tell(std::string_view text) {
    write_error(text);
}

bool logs(level which) {
    return which <= kept.least;
}

void log_run(std::string const& name) {
    kept.run = name;
}

void log(event of) {
    if (write_formed(of)) return;
    auto const least = kept.file >= 0 ? level::info : kept.least;
    if (of.is > least || of.message.empty()) return;
    if (of.is != level::debug) return write_plain("allot: " + of.message, of.is);
    auto text = logging::as_text(of, now());
    // The time is the journal's business, and on a terminal nobody's.
    text.erase(0, text.find(' ') + 1);
    text.pop_back();
    write_plain("allot: " + text, of.is);
}

void note(std::string_view line, level is) {
    event of{is, {}, std::string{line}};
    if (begins_with_own_name(line)) of.message.erase(0, 7);
    if (is == level::error) kept.complaint = of.message;
    if (write_formed(of)) return;
    auto const least = kept.file >= 0 ? level::info : kept.least;
    if (is <= least) write_plain(line, is);
}

void mention(event of) {
    if (write_formed(of)) return;
    auto const least = kept.file >= 0 ? level::info : kept.least;
    if (!kept.quiet && of.is <= least) write_plain(of.message, of.is);
}

void record(event of) {
    write_formed(of);
}

exit_status complain(failure const& what) {
    std::fflush(stdout);
    note("allot: " + what.message, level::error);
    return status_of(what.code);
}

std::string last_complaint() {
    return kept.complaint;
}

std::string plural(std::uint64_t count, std::string_view what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string printable(std::string_view text) {
    return progress::harmless(text);
}

std::string harmless_lines(std::string_view text) {
    std::string shown;
    while (!text.empty()) {
        auto const end = std::min(text.find('\n'), text.size());
        shown += printable(text.substr(0, end));
        if (end == text.size()) break;
        shown += '\n';
        text.remove_prefix(end + 1);
    }
    return shown;
}

}  // namespace allot::commands
