#include "engine/jobs/csv_splitter.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "engine/jobs/text.hpp"

namespace allot::jobs {

namespace {

bool is_ascii(std::string_view text) {
    std::uint64_t seen = 0;
    std::uint64_t word = 0;
    while (text.size() >= sizeof word) {
        std::memcpy(&word, text.data(), sizeof word);
        seen |= word;
        text.remove_prefix(sizeof word);
    }
    word = 0;
    std::memcpy(&word, text.data(), text.size());
    return ((seen | word) & 0x8080808080808080ULL) == 0;
}

fault cell_too_long() {
    return {fmt::format("a cell of more than {} KiB", cell_bytes_max / 1024),
            "look for a quote that is not closed, or for a file that is not a job"};
}

}  // namespace

void csv_splitter::append(std::string_view utf_8) {
    if (at_ != 0) {
        std::memmove(buffer_.data(), buffer_.data() + at_, pending());
        end_ -= at_;
        at_ = 0;
    }
    if (buffer_.size() < end_ + utf_8.size() + marks_width) {
        buffer_.resize(std::max(end_ + utf_8.size() + marks_width, buffer_.size() * 2));
    }
    std::memcpy(buffer_.data() + end_, utf_8.data(), utf_8.size());
    end_ += utf_8.size();
}

void csv_splitter::begin_pass(bool last) {
    last_ = last;
    auto whole = between(at_, end_);
    if (!last) whole = whole.substr(0, whole.find_last_of("\r\n") + 1);
    bool const has_nul = whole.find('\0') != std::string_view::npos;
    pass_is_ascii_ = !has_nul && is_ascii(whole);
    pass_is_sound_ =
        pass_is_ascii_ || (!has_nul && simdjson::validate_utf8(whole.data(), whole.size()));
    marks_at_ = at_;
    marks_ = find_marks(buffer_.data() + at_, separator_);
}

std::size_t csv_splitter::find_line_end(std::size_t from) const {
    while (from < end_ && buffer_[from] != '\n' && buffer_[from] != '\r') ++from;
    return from;
}

std::size_t csv_splitter::after_line_end(std::size_t at) const {
    if (at == end_) return at;
    bool const is_pair = buffer_[at] == '\r' && at + 1 < end_ && buffer_[at + 1] == '\n';
    return at + (is_pair ? 2 : 1);
}

/// True for a CR whose LF may still come.
bool csv_splitter::is_half_line_end(std::size_t at) const {
    return !last_ && buffer_[at] == '\r' && at + 1 == end_;
}

std::string_view csv_splitter::peek_line() const {
    return between(at_, find_line_end(at_));
}

void csv_splitter::skip_line() {
    at_ = after_line_end(find_line_end(at_));
    ++line_;
}

/// Passes over the row: the next one starts after the line that holds `resume`.
void csv_splitter::refuse(std::size_t where, fault what, std::size_t resume) {
    origin const from{between(at_, end_), {line_, 1}};
    problem_place_ = from.at(where - at_);
    problem_ = std::move(what);
    line_ = from.at(resume - at_).line;
    at_ = resume;
    skipping_ = true;
}

csv_splitter::step csv_splitter::next() {
    if (skipping_) {
        at_ = find_line_end(at_);
        if (at_ == end_ || is_half_line_end(at_)) return step::more;
        skip_line();
        skipping_ = false;
    }
    return at_ == end_ ? step::more : read_plain_row();
}

void csv_splitter::look_from(std::size_t position) {
    auto const passed = position - marks_at_;
    if (passed < marks_width) {
        marks_ &= ~std::uint64_t{0} << passed;
    } else {
        marks_at_ = position;
        marks_ = find_marks(buffer_.data() + position, separator_);
    }
}

void csv_splitter::refuse_cell(std::size_t begin, std::size_t size) {
    auto what = cell_too_long();
    if (size <= cell_bytes_max) {
        what = {fmt::format("more than {} cells in a row", columns_max),
                "look for a file that is not a job"};
    }
    refuse(begin, std::move(what), begin);
}

/// A row without quotes, from one mark to the next. At the first quote the row is read anew.
csv_splitter::step csv_splitter::read_plain_row() {
    cells_.clear();
    look_from(at_);
    auto begin = at_;
    for (;;) {
        while (marks_ == 0 && marks_at_ + marks_width < end_) {
            marks_at_ += marks_width;
            marks_ = find_marks(buffer_.data() + marks_at_, separator_);
        }
        auto const found =
            marks_ == 0 ? end_ : marks_at_ + static_cast<std::size_t>(std::countr_zero(marks_));
        if (found >= end_) {
            if (!last_ && end_ - begin <= cell_bytes_max) return step::more;
            if (!add_cell(begin, between(begin, end_))) return step::malformed;
            return give_row(end_, true);
        }
        marks_ &= marks_ - 1;
        auto const mark = buffer_[found];
        if (mark == '"') return read_quoted_row();
        if (is_half_line_end(found)) return step::more;
        if (!add_cell(begin, between(begin, found))) return step::malformed;
        if (mark != separator_) return give_row(found, true);
        begin = found + 1;
    }
}

csv_splitter::step csv_splitter::read_quoted_row() {
    cells_.clear();
    unescaped_.clear();
    // Cells are views of it: it must not move while the row is read.
    unescaped_.reserve(pending());
    auto at = at_;
    for (;;) {
        auto const begin = at;
        auto first = begin;
        while (first < end_ &&
               (buffer_[first] == ' ' || (buffer_[first] == '\t' && separator_ != '\t'))) {
            ++first;
        }
        bool const is_quoted = first < end_ && buffer_[first] == '"';
        auto const how =
            is_quoted ? read_quoted_cell(begin, first, at) : read_plain_cell(begin, at);
        switch (how) {
            case cell_end::separator:
                ++at;
                break;
            case cell_end::row:
                return give_row(at, false);
            case cell_end::refused:
                return step::malformed;
            case cell_end::more:
                return step::more;
        }
    }
}

/// What stands at `at`, right after a cell.
csv_splitter::cell_end csv_splitter::end_of_cell(std::size_t& at) {
    if (at == end_) return last_ ? cell_end::row : cell_end::more;
    if (buffer_[at] == separator_) return cell_end::separator;
    if (is_half_line_end(at)) return cell_end::more;
    return cell_end::row;
}

csv_splitter::cell_end csv_splitter::read_plain_cell(std::size_t begin, std::size_t& at) {
    while (at < end_ && buffer_[at] != separator_ && buffer_[at] != '\n' && buffer_[at] != '\r')
        ++at;
    auto const how = end_of_cell(at);
    if (how == cell_end::more && at - begin <= cell_bytes_max) return how;
    return add_cell(begin, between(begin, at)) ? how : cell_end::refused;
}

csv_splitter::cell_end csv_splitter::read_quoted_cell(std::size_t begin, std::size_t quote,
                                                      std::size_t& at) {
    auto const unescaped_begin = unescaped_.size();
    auto const content = quote + 1;
    auto part = content;  // what follows the last doubled quote
    at = content;
    for (;;) {
        auto const* const found = std::memchr(buffer_.data() + at, '"', end_ - at);
        auto const close =
            found == nullptr
                ? end_
                : static_cast<std::size_t>(static_cast<char const*>(found) - buffer_.data());
        if (close - content > cell_bytes_max || (close == end_ && last_)) {
            refuse(quote,
                   {"a quote that is not closed",
                    "close it, or double a quote that is part of the text"},
                   quote);
            return cell_end::refused;
        }
        at = close + 1;
        if (close == end_ || (at == end_ && !last_)) return cell_end::more;
        if (at == end_ || buffer_[at] != '"') {
            auto cell_text = between(content, close);
            if (part != content) {
                unescaped_.append(between(part, close));
                cell_text = std::string_view{unescaped_}.substr(unescaped_begin);
            }
            if (!add_cell(begin, cell_text)) return cell_end::refused;
            break;
        }
        ++at;
        unescaped_.append(between(part, at - 1));
        part = at;
    }
    while (at < end_ && (buffer_[at] == ' ' || (buffer_[at] == '\t' && separator_ != '\t'))) ++at;
    auto const how = end_of_cell(at);
    if (how != cell_end::row || at == end_ || buffer_[at] == '\n' || buffer_[at] == '\r')
        return how;
    origin const from{between(at_, end_), {line_, 1}};
    auto const opened = from.at(quote - at_);
    refuse(
        at,
        {fmt::format("text after the closing quote of the cell that starts on line {}, column {}",
                     opened.line, opened.column),
         "double a quote that is part of the text; put a separator after the cell"},
        at);
    return cell_end::refused;
}

csv_splitter::step csv_splitter::give_row(std::size_t row_end, bool one_line) {
    auto const row_text = between(at_, row_end);
    row_ = {row_text, {line_, 1}, pass_is_ascii_ && one_line};
    if (!pass_is_sound_) {
        auto const nul = row_text.find('\0');
        if (nul != std::string_view::npos) {
            refuse(at_ + nul,
                   {"a NUL byte",
                    "save the file as text; if it is UTF-16, give its encoding (utf-16le or "
                    "utf-16be)"},
                   row_end);
            return step::malformed;
        }
        auto const invalid = find_invalid_utf_8(row_text);
        if (invalid != row_text.size()) {
            refuse(at_ + invalid,
                   {fmt::format("not valid {}", encoding_),
                    "save the file as UTF-8, or give its encoding (windows-1252)"},
                   row_end);
            return step::malformed;
        }
    }
    // A row's last line end is counted apart from those inside its quotes.
    if (!one_line) line_ = row_.at(row_text.size()).line;
    at_ = row_end;
    skip_line();
    return step::row;
}

}  // namespace allot::jobs
