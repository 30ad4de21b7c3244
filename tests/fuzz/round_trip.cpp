// A job, written in any dialect and read again, is the same job; so is one kept as a document.
#include <array>
#include <string>

#include "connectors/port/json_text.hpp"
#include "engine/documents/job.hpp"
#include "tests/fuzz/fuzzing.hpp"
#include "tests/fuzz/jobs.hpp"

using namespace allot;
using namespace allot::fuzzing;

namespace {

std::string plans_of(jobs::plan_rule const& rule) {
    if (rule.is == jobs::plan_rule::kind::keep) return {};
    if (rule.is == jobs::plan_rule::kind::none) return "none";
    std::string made;
    for (auto const& plan : rule.plans) made += (made.empty() ? "" : ";") + plan;
    return made;
}

constexpr std::array<std::string_view, 6> own_columns{
    "user", "sku", "action", "disabled_plans", "usage_location", "priority"};

/// The row's cells in the order of `own_columns`, then those carried along.
std::vector<std::string> cells_of(jobs::job const& of, std::size_t index) {
    auto const& row = of.targets[index];
    std::vector<std::string> cells{
        std::string{of.users[row.user]},
        of.skus[row.sku],
        row.act == jobs::action::remove ? "remove" : "assign",
        plans_of(of.plan_rules[row.plans]),
        row.usage_location[0] == 0 ? std::string{} : std::string{row.usage_location.data(), 2},
        row.has_priority ? std::to_string(row.priority) : std::string{}};
    for (std::size_t at = 0; at < of.extra_columns.size(); ++at) {
        cells.emplace_back(of.extra_cells[index * of.extra_columns.size() + at]);
    }
    return cells;
}

std::vector<std::string> columns_of(jobs::job const& of) {
    std::vector<std::string> columns(own_columns.begin(), own_columns.end());
    columns.insert(columns.end(), of.extra_columns.begin(), of.extra_columns.end());
    return columns;
}

std::string csv_of(jobs::job const& of, char separator, std::string_view line_end) {
    std::string made;
    auto const put = [&](std::vector<std::string> const& cells) {
        for (std::size_t at = 0; at < cells.size(); ++at) {
            if (at != 0) made += separator;
            made += '"';
            for (auto const letter : cells[at])
                made += letter == '"' ? "\"\"" : std::string{letter};
            made += '"';
        }
        made += line_end;
    };
    put(columns_of(of));
    for (std::size_t at = 0; at < of.targets.size(); ++at) put(cells_of(of, at));
    return made;
}

std::string json_of(jobs::job const& of, bool lines) {
    auto const columns = columns_of(of);
    std::string made = lines ? "" : "[";
    for (std::size_t at = 0; at < of.targets.size(); ++at) {
        auto const cells = cells_of(of, at);
        if (at != 0) made += lines ? "\n" : ",";
        made += '{';
        for (std::size_t cell = 0; cell < cells.size(); ++cell) {
            if (cell != 0) made += ',';
            made += json_string(columns[cell]) + ':' + json_string(cells[cell]);
        }
        made += '}';
    }
    return made + (lines ? "\n" : "]");
}

void read_again(std::string const& text, jobs::job const& job, jobs::file_form form,
                std::uint8_t blocks) {
    jobs::read_options options;
    options.form = form;
    options.encoded = jobs::encoding::utf_8;
    auto const again = read_both_ways(text, options, blocks);
    must(again.errors.empty(), "a job that was read can be read again",
         again.errors.empty() ? "" : jobs::to_text("again", again.errors.front()) + "\n" + text);
    must(same_job(again.read, job, false), "it is the same job", text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    input from{data, size};
    auto const how = from.byte();
    auto const blocks = from.byte();
    auto const read = jobs::read(std::string{from.rest()}, {});
    if (!read.errors.empty()) return 0;
    auto const& job = read.read;

    constexpr std::string_view separators = ",;\t";
    constexpr std::array<std::string_view, 3> line_ends{"\n", "\r\n", "\r"};
    read_again(csv_of(job, separators[how % 3U], line_ends[how / 3U % 3U]), job,
               jobs::file_form::csv, blocks);
    constexpr std::size_t keys_max = 100;
    if (job.extra_columns.size() <= keys_max) {
        read_again(json_of(job, how % 2 == 0), job, jobs::file_form::json, blocks);
    }

    std::string kept;
    documents::append_job(kept, job);
    auto const loaded = documents::parse_job(kept);
    must(loaded.has_value(), "a job that was kept can be read", kept);
    must(same_job(*loaded, job, true) && loaded->source == job.source, "it is the same job", kept);
    return 0;
}
