#include "engine/commands/job_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <utility>

#include "engine/commands/console.hpp"
#include "engine/commands/error_file.hpp"
#include "engine/commands/files.hpp"
#include "engine/commands/saved_plan.hpp"

namespace allot::commands {

namespace {

/// Small enough to stay in the cache, large enough that the calls cost nothing.
constexpr std::size_t block_size = 256 * 1024;
constexpr std::size_t errors_shown_max = 100;

jobs::read_options options_of(config::job_input const& from) {
    jobs::read_options options;
    options.source = from.file;
    options.strict = from.strict;
    if (from.format == "csv") options.form = jobs::file_form::csv;
    if (from.format == "json") options.form = jobs::file_form::json;
    if (from.encoding == "utf-8") options.encoded = jobs::encoding::utf_8;
    if (from.encoding == "utf-16le") options.encoded = jobs::encoding::utf_16_le;
    if (from.encoding == "utf-16be") options.encoded = jobs::encoding::utf_16_be;
    if (from.encoding == "windows-1252") options.encoded = jobs::encoding::windows_1252;
    return options;
}

failure unreadable(std::string const& file) {
    return failure{errc::invalid_input,
                   fmt::format("{}: cannot be read: {}", file, std::strerror(errno))};
}

struct close_file {
    void operator()(std::FILE* file) const {
        if (file != stdin) std::fclose(file);
    }
};
using open_file = std::unique_ptr<std::FILE, close_file>;

/// `is`: what was opened.
result<open_file> open_source(std::string const& name, struct stat& is) {
    bool const by_name = name != "-";
    // What the shell puts in for `<(command)` is a pipe too, but has its writer already.
    if (by_name && !name.starts_with("/dev/") && ::stat(name.c_str(), &is) == 0 &&
        S_ISFIFO(is.st_mode)) {
        note(fmt::format("allot: {} is a named pipe: waiting for what is written into it",
                         printable(name)));
    }
    int const number =
        by_name ? ::open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY) : STDIN_FILENO;
    if (number < 0 || ::fstat(number, &is) != 0) return unreadable(name);
    open_file file{by_name ? ::fdopen(number, "rb") : stdin};
    if (!file) return unreadable(name);
    if (is_device(is, number)) {
        return failure{errc::invalid_input,
                       fmt::format("{}: this is a device, not a job file", name)};
    }
    return file;
}

/// A file that somebody writes into while it is read is not the job that was meant. Files that
/// the kernel makes up (/proc) have no size.
bool has_changed(struct stat const& before, std::uint64_t bytes, std::FILE* file) {
    if (!S_ISREG(before.st_mode) || before.st_size == 0) return false;
    struct stat now {};
    return ::fstat(::fileno(file), &now) != 0 || now.st_size != before.st_size ||
           now.st_mtim.tv_sec != before.st_mtim.tv_sec ||
           now.st_mtim.tv_nsec != before.st_mtim.tv_nsec ||
           static_cast<std::uint64_t>(before.st_size) != bytes;
}

result<jobs::read_result> read_blocks(config::job_input const& from, jobs::read_options options) {
    struct stat is {};
    auto const file = open_source(from.file, is);
    if (!file) return file.error();
    jobs::reader reading{std::move(options)};
    std::string block(block_size, '\0');
    // Standard input may have been read in part.
    auto const begins_at = ::lseek(::fileno(file->get()), 0, SEEK_CUR);
    auto bytes = static_cast<std::uint64_t>(std::max<off_t>(begins_at, 0));
    while (!reading.has_given_up()) {
        auto const count = std::fread(block.data(), 1, block.size(), file->get());
        reading.feed(std::string_view{block.data(), count});
        bytes += count;
        // A file that grows as fast as it is read would have no end.
        bool const outgrown = is.st_size > 0 && bytes > static_cast<std::uint64_t>(is.st_size);
        if (count == block.size() && !outgrown) continue;
        if (std::ferror(file->get()) != 0) return unreadable(from.file);
        if (!has_changed(is, bytes, file->get())) break;
        return failure{errc::invalid_input,
                       fmt::format("{}: it was changed while it was read, so nothing was done: "
                                   "run this again when it is whole",
                                   from.file)};
    }
    return reading.finish();
}

exit_status show_errors(config::settings const& with, std::string const& source,
                        std::vector<jobs::input_error> const& errors, std::uint64_t more) {
    std::size_t shown = 0;
    for (auto const& error : errors) {
        if (shown++ == errors_shown_max) break;
        note(jobs::to_text(source, error), logging::level::error);
    }
    auto const all = errors.size() + more;
    if (all > errors_shown_max) {
        auto const& listed = with.input.errors_file;
        note(fmt::format("… and {} more ({})", all - errors_shown_max,
                         listed.empty() ? std::string{"--errors FILE gets all of them"}
                                        : "all are in " + listed),
             logging::level::error);
    }
    note(fmt::format("allot: {}: {} error{}; nothing was done", source, all, all == 1 ? "" : "s"),
         logging::level::error);
    return input_invalid;
}

}  // namespace

std::optional<jobs::job> read_job(config::settings const& with, exit_status& status) {
    if (is_plan(with.input.file)) {
        status = complain(
            failure{errc::invalid_input,
                    fmt::format("{}: this is a saved plan, not a job: `allot apply {}` carries it "
                                "out",
                                with.input.file, with.input.file)});
        return std::nullopt;
    }
    auto listed = error_file::open(with);
    if (!listed) {
        status = complain(listed.error());
        return std::nullopt;
    }
    auto options = options_of(with.input);
    if (*listed) options.each_error = [&](jobs::input_error const& one) { (*listed)->add(one); };
    auto read = read_blocks(with.input, std::move(options));
    if (!read) {
        status = complain(read.error());
        return std::nullopt;
    }
    if (!read->errors.empty()) {
        status = show_errors(with, with.input.file, read->errors, read->errors_more);
    }
    if (*listed) {
        if (auto const written = (*listed)->publish(); !written) status = complain(written.error());
    }
    if (status != as_the_job_says) return std::nullopt;
    if (!with.quiet) {
        for (auto const& one : read->notes)
            note(jobs::to_text(with.input.file, one), logging::level::warning);
    }
    return std::move(read->read);
}

exit_status report_errors(config::settings const& with, std::string const& source,
                          std::vector<jobs::input_error> const& errors) {
    auto const status = show_errors(with, source, errors, 0);
    auto listed = error_file::open(with);
    if (!listed) return complain(listed.error());
    if (!*listed) return status;
    for (auto const& one : errors) (*listed)->add(one);
    auto const written = (*listed)->publish();
    return written ? status : complain(written.error());
}

}  // namespace allot::commands
