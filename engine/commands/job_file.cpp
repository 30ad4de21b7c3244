#include "engine/commands/job_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "engine/commands/console.hpp"
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

result<jobs::read_result> read_blocks(config::job_input const& from) {
    auto const close = [](std::FILE* file) {
        if (file != stdin) std::fclose(file);
    };
    std::unique_ptr<std::FILE, decltype(close)> const file{
        from.file == "-" ? stdin : std::fopen(from.file.c_str(), "rb"), close};
    if (!file) return unreadable(from.file);
    jobs::reader reading{options_of(from)};
    std::string block(block_size, '\0');
    for (;;) {
        auto const count = std::fread(block.data(), 1, block.size(), file.get());
        reading.feed(std::string_view{block.data(), count});
        if (count == block.size()) continue;
        if (std::ferror(file.get())) return unreadable(from.file);
        break;
    }
    return reading.finish();
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
    auto read = read_blocks(with.input);
    if (!read) {
        status = complain(read.error());
        return std::nullopt;
    }
    if (!read->errors.empty()) {
        status = report_errors(with.input.file, read->errors);
        return std::nullopt;
    }
    if (!with.quiet) {
        for (auto const& one : read->notes)
            note(jobs::to_text(with.input.file, one), logging::level::warning);
    }
    return std::move(read->read);
}

exit_status report_errors(std::string const& source, std::vector<jobs::input_error> const& errors) {
    std::size_t shown = 0;
    for (auto const& error : errors) {
        if (shown++ == errors_shown_max) break;
        note(jobs::to_text(source, error), logging::level::error);
    }
    if (errors.size() > errors_shown_max) {
        note(fmt::format("… and {} more", errors.size() - errors_shown_max), logging::level::error);
    }
    note(fmt::format("allot: {}: {} error{}; nothing was done", source, errors.size(),
                     errors.size() == 1 ? "" : "s"),
         logging::level::error);
    return input_invalid;
}

}  // namespace allot::commands
