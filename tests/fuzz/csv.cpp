// CSV against a model of it: the rows, their cells and places; and whole jobs, in any blocks.
#include <string>
#include <vector>

#include "engine/jobs/csv_splitter.hpp"
#include "engine/jobs/reader.hpp"
#include "tests/fuzz/csv_model.hpp"
#include "tests/fuzz/fuzzing.hpp"
#include "tests/fuzz/jobs.hpp"

using namespace allot;
using namespace allot::fuzzing;

namespace {

model_place plain(jobs::place const& of) {
    return {of.line, of.column};
}

/// All rows that the splitter gives when the text comes in these blocks.
std::vector<model_row> rows_of(std::string_view text, char separator, std::uint8_t blocks) {
    std::vector<model_row> rows;
    jobs::csv_splitter splitter;
    splitter.set_separator(separator);
    auto const pass = [&](bool last) {
        splitter.begin_pass(last);
        for (;;) {
            switch (splitter.next()) {
                case jobs::csv_splitter::step::more:
                    return;
                case jobs::csv_splitter::step::malformed:
                    rows.push_back({true, plain(splitter.problem_place()), {}, {}});
                    break;
                case jobs::csv_splitter::step::row: {
                    model_row row{false, plain(splitter.row().start), {}, {}};
                    for (auto const& cell : splitter.cells()) {
                        row.cells.emplace_back(cell.text);
                        row.offsets.push_back(cell.offset);
                    }
                    rows.push_back(std::move(row));
                    break;
                }
            }
        }
    };
    in_blocks(text, blocks, [&](std::string_view block) {
        splitter.append(block);
        pass(false);
    });
    pass(true);
    return rows;
}

void same_rows(std::string_view text, char separator, std::uint8_t blocks) {
    auto const expected = model_rows(text, separator);
    auto const found = rows_of(text, separator, blocks);
    must(found.size() == expected.size(), "as many rows as the model has",
         std::to_string(found.size()) + " for " + std::to_string(expected.size()));
    for (std::size_t at = 0; at < found.size(); ++at) {
        auto const& one = found[at];
        auto const& model = expected[at];
        auto const which = "row " + std::to_string(at);
        must(one.malformed == model.malformed, "malformed where the model is", which);
        must(one.where == model.where, "placed as in the model", which);
        must(one.cells == model.cells, "the model's cells", which);
        for (std::size_t cell = 0; cell < one.offsets.size(); ++cell) {
            must(one.offsets[cell] == model.offsets[cell] - model.offsets[0],
                 "cells start where the model's do", which);
        }
    }
}

/// What a sound job carries along is, cell by cell, what the model reads.
void same_cells(std::string_view text, jobs::job const& read) {
    if (read.extra_columns.empty()) return;
    for (auto const separator : {',', ';', '\t'}) {
        std::vector<std::vector<std::string>> by_line;
        auto const rows = model_rows(text, separator);
        std::size_t at = 0;
        bool all = true;
        for (std::size_t target = 0; all && target < read.targets.size(); ++target) {
            while (at < rows.size() && rows[at].where.line != read.targets[target].line) ++at;
            all = at < rows.size() && !rows[at].malformed;
            for (std::size_t extra = 0; all && extra < read.extra_columns.size(); ++extra) {
                auto const& cells = rows[at].cells;
                auto const cell = read.extra_cells[target * read.extra_columns.size() + extra];
                all = std::find(cells.begin(), cells.end(), cell) != cells.end();
            }
        }
        if (all) return;
    }
    must(false, "cells carried along are the model's, with one of the separators");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    input from{data, size};
    auto const blocks = from.byte();
    std::string const text{from.rest()};
    constexpr std::string_view separators = ",;\t";
    same_rows(text, separators[blocks % separators.size()], 0);
    same_rows(text, separators[blocks % separators.size()], blocks);

    jobs::read_options options;
    options.form = jobs::file_form::csv;
    options.encoded = jobs::encoding::utf_8;
    options.strict = blocks % 16 == 15;
    auto const read = read_both_ways(text, options, blocks);
    auto const* const mark = "\xEF\xBB\xBF";
    std::string_view decoded = text;
    if (decoded.starts_with(mark)) decoded.remove_prefix(3);
    check_result(decoded, read);
    if (read.errors.empty()) same_cells(decoded, read.read);
    return 0;
}
