#include "engine/commands/error_file.hpp"

#include <fmt/format.h>

#include <array>
#include <iterator>
#include <string_view>
#include <utility>

#include "connectors/port/json_text.hpp"
#include "engine/report/text.hpp"

namespace allot::commands {

namespace {

constexpr std::string_view header = "line,column,field,value,problem,mend\n";

}  // namespace

void append_error(std::string& to, jobs::input_error const& one, bool json) {
    std::array const texts{std::pair<std::string_view, std::string_view>{"field", one.field},
                           std::pair<std::string_view, std::string_view>{"value", one.value},
                           std::pair<std::string_view, std::string_view>{"problem", one.problem},
                           std::pair<std::string_view, std::string_view>{"mend", one.mend}};
    auto const* const start = json ? "{{\"line\":{},\"column\":{}" : "{},{}";
    fmt::format_to(std::back_inserter(to), fmt::runtime(start), one.line, one.column);
    for (auto const& [name, text] : texts) {
        to += ',';
        if (json) {
            append_json_string(to, name);
            to += ':';
            append_json_string(to, text);
        } else {
            report::append_csv_cell(to, text);
        }
    }
    to += json ? "}\n" : "\n";
}

error_file::error_file(new_file file, bool json) : file_{std::move(file)}, json_{json} {}

result<std::optional<error_file>> error_file::open(config::settings const& with) {
    auto const& path = with.input.errors_file;
    if (path.empty()) return std::optional<error_file>{};
    auto file = new_file::create(path, file_readers::owner);
    if (!file) return file.error();
    error_file made{std::move(*file), with.output == config::output_form::json};
    if (!made.json_) made.written_ = made.file_.write(header);
    return std::optional{std::move(made)};
}

void error_file::add(jobs::input_error const& one) {
    if (!written_) return;
    line_.clear();
    append_error(line_, one, json_);
    written_ = file_.write(line_);
}

result<void> error_file::publish() {
    if (!written_) return written_.error();
    return file_.publish();
}

}  // namespace allot::commands
