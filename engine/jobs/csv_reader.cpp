#include "engine/jobs/csv_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "connectors/port/id.hpp"
#include "engine/jobs/did_you_mean.hpp"
#include "engine/jobs/text.hpp"

namespace allot::jobs {

namespace {

constexpr std::array separators{',', ';', '\t'};

/// The separator that stands most often in the header, quoted cells aside.
char find_separator(std::string_view header) {
    std::array<std::size_t, separators.size()> counts{};
    bool quoted = false;
    for (auto const letter : header) {
        if (letter == '"') quoted = !quoted;
        auto const* const found = std::find(separators.begin(), separators.end(), letter);
        if (!quoted && found != separators.end()) {
            ++counts[static_cast<std::size_t>(found - separators.begin())];
        }
    }
    auto const most = std::max_element(counts.begin(), counts.end());
    return separators[static_cast<std::size_t>(most - counts.begin())];
}

bool is_blank(csv_cell const& of) {
    return trim(of.text).empty();
}

}  // namespace

csv_reader::csv_reader(gathering& into, std::size_t pass_size)
    : into_(into), pass_size_(pass_size), wanted_(pass_size) {}

void csv_reader::feed(std::string_view utf_8) {
    while (!utf_8.empty() && stage_ != stage::stopped) {
        auto const part = utf_8.substr(0, wanted_ - splitter_.pending());
        splitter_.append(part);
        utf_8.remove_prefix(part.size());
        if (splitter_.pending() < wanted_) return;
        read_pass(false);
        // What is left is the start of a row. Looking at it again only when there is twice as much
        // keeps the work in proportion to the text.
        wanted_ = splitter_.pending() + std::max(splitter_.pending(), pass_size_);
    }
}

void csv_reader::finish() {
    if (stage_ == stage::stopped) return;
    read_pass(true);
    if (stage_ == stage::preface && !into_.problems.has_errors()) {
        into_.problems.add({}, {}, {},
                           {"the file is empty", "the first line names the columns: user,sku"});
    }
}

void csv_reader::read_pass(bool last) {
    if (stage_ == stage::preface && !read_preface(last)) return;
    splitter_.begin_pass(last);
    while (stage_ != stage::stopped) {
        switch (splitter_.next()) {
            case csv_splitter::step::more:
                return;
            case csv_splitter::step::malformed:
                into_.problems.add(splitter_.problem_place(), {}, {}, splitter_.take_problem());
                if (stage_ == stage::header) stage_ = stage::stopped;
                break;
            case csv_splitter::step::row:
                if (stage_ == stage::header) {
                    read_header();
                } else {
                    read_row();
                }
                break;
        }
    }
}

/// Blank lines and a `sep=` line. True once the header's line is there to be read.
bool csv_reader::read_preface(bool last) {
    while (splitter_.pending() != 0) {
        auto const line = splitter_.peek_line();
        // A line end that is not whole may have its LF still to come.
        bool const is_whole = line.size() + 1 < splitter_.pending();
        if (!last && !is_whole && splitter_.pending() <= cell_bytes_max) return false;
        bool const is_separator_line = !separator_given_ && read_separator_line(trim(line));
        if (!is_separator_line && !trim(line).empty()) {
            if (!separator_given_) separator_ = find_separator(line);
            splitter_.set_separator(separator_);
            stage_ = stage::header;
            return true;
        }
        splitter_.skip_line();
    }
    return false;
}

/// `sep=;`, as Excel reads it; the quotes that some programs put around it do not count.
bool csv_reader::read_separator_line(std::string_view line) {
    if (line.size() >= 2 && line.front() == '"' && line.back() == '"') {
        line = line.substr(1, line.size() - 2);
    }
    constexpr std::string_view key = "sep=";
    if (!equal_ignoring_case(line.substr(0, key.size()), key)) return false;
    auto const value = line.substr(key.size());
    // A tab has been trimmed away.
    separator_ = value.empty() ? '\t' : value.front();
    separator_given_ = value.size() <= 1 && separator_ != '"';
    return separator_given_;
}

bool csv_reader::has_no_header() const {
    bool any_name = false;
    bool any_value = false;
    for (auto const& found : splitter_.cells()) {
        auto const text = trim(found.text);
        any_name = any_name || field_named(text);
        any_value = any_value || text.find('@') != std::string_view::npos || guid::parse(text);
    }
    return any_value && !any_name;
}

void csv_reader::read_header() {
    stage_ = stage::rows;
    auto const line = splitter_.row().start.line;
    if (has_no_header()) {
        into_.problems.add({line, 0}, {}, splitter_.row().text,
                           {"no header: the first line holds values",
                            "put a line above it that names the columns: user,sku"});
        stage_ = stage::stopped;
        return;
    }
    for (auto const& name : splitter_.cells()) add_column(name);
    if (!has_column(field::group)) require(field::user);
    require(field::sku);
}

void csv_reader::add_column(csv_cell const& found) {
    auto const name = trim(found.text);
    auto const where = splitter_.row().at(found.offset);
    auto const which = field_named(name);
    std::size_t same = 0;
    for (; same < columns_.size(); ++same) {
        auto const& other = columns_[same];
        if (which ? other.is == column::use::field && other.which == *which
                  : !name.empty() && equal_ignoring_case(names_[same], name)) {
            break;
        }
    }
    column added;
    if (same != columns_.size()) {
        into_.problems.add(
            where, shown(name), {},
            {fmt::format("the same column as {}", shown(names_[same])), "keep one of the two"});
    } else if (which) {
        added = {column::use::field, *which};
    } else if (name.empty()) {
        added.is = column::use::nameless;
    } else {
        into_.say_unknown(where, name, "column");
        added.is = into_.strict ? column::use::passed_over : column::use::extra;
        if (!into_.strict) {
            into_.into.extra_columns.emplace_back(name);
            extras_.push_back(columns_.size());
        }
    }
    columns_.push_back(added);
    names_.emplace_back(name);
}

bool csv_reader::has_column(field which) const {
    return std::any_of(columns_.begin(), columns_.end(), [which](column const& one) {
        return one.is == column::use::field && one.which == which;
    });
}

void csv_reader::require(field which) {
    if (has_column(which)) return;
    std::string found;
    std::string near;
    for (auto const& name : names_) {
        found += (found.empty() ? "" : ", ") + shown(name);
        auto const meant = did_you_mean(name, column_names());
        if (near.empty() && meant && !field_named(name) && field_named(*meant) == which) {
            near = fmt::format(" (did you mean {} where it says {}?)", *meant, shown(name));
        }
    }
    into_.problems.add({splitter_.row().start.line, 0}, name_of(which), {},
                       {"no such column",
                        fmt::format("name a column {}; found: {}{}", name_of(which), found, near)});
    record_.cells[index_of(which)].is = cell::state::faulty;
}

bool csv_reader::check_cell_count() {
    auto const cells = splitter_.cells();
    if (cells.size() == columns_.size()) return true;
    auto const& row = splitter_.row();
    auto const where = cells.size() > columns_.size() ? row.at(cells[columns_.size()].offset)
                                                      : place{row.start.line, 0};
    auto const problem = fmt::format("{} {} where the header names {}", cells.size(),
                                     cells.size() == 1 ? "cell" : "cells", columns_.size());
    auto const* const mend = cells.size() > columns_.size()
                                 ? "put quotes around a cell that holds the separator"
                                 : "give every cell; it may be empty";
    into_.problems.add(where, {}, {}, {problem, mend});
    return false;
}

/// As where two files were put together.
bool csv_reader::is_header_again() const {
    auto const cells = splitter_.cells();
    for (std::size_t at = 0; at < cells.size(); ++at) {
        if (!equal_ignoring_case(trim(cells[at].text), names_[at])) return false;
    }
    return true;
}

/// A stray quote takes all up to the next one into its cell, and with it whole rows.
void csv_reader::check_row_lines() {
    // An address or a note that someone typed has fewer.
    constexpr std::size_t lines_max = 20;
    auto const lines = splitter_.row_lines();
    if (lines <= lines_max) return;
    fault what{fmt::format("a row of {} lines: what is between two quotes is one cell", lines),
               "take the quotes away if there are rows between them"};
    place const where{splitter_.row().start.line, 0};
    if (into_.strict) {
        into_.problems.add(where, {}, {}, std::move(what));
    } else {
        into_.problems.note(where, {}, std::move(what));
    }
}

void csv_reader::read_row() {
    auto const cells = splitter_.cells();
    // Spreadsheets write rows of separators below the last one.
    if (is_blank(cells.front()) && std::all_of(cells.begin(), cells.end(), is_blank)) return;
    if (!check_cell_count()) return;
    if (is_header_again()) {
        into_.problems.add({splitter_.row().start.line, 0}, {}, {},
                           {"the header once more", "take this line out"});
        return;
    }
    check_row_lines();
    record_.from = splitter_.row();
    for (std::size_t at = 0; at < cells.size(); ++at) {
        auto const& use = columns_[at];
        if (use.is == column::use::field) {
            record_.cells[index_of(use.which)] = {cells[at].text, cells[at].offset,
                                                  cell::state::given};
        } else if (use.is == column::use::nameless && !is_blank(cells[at])) {
            into_.problems.add(
                record_.from.at(cells[at].offset), {}, cells[at].text,
                {"a value in a column without a name", "name the column in the header"});
        }
    }
    if (!into_.targets.add(record_)) return;
    for (auto const at : extras_) into_.into.extra_cells.add(cells[at].text);
}

}  // namespace allot::jobs
