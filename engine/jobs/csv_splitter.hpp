#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/jobs/csv_marks.hpp"
#include "engine/jobs/place.hpp"
#include "engine/jobs/problem_list.hpp"

namespace allot::jobs {

/// The most bytes of a cell, and the most cells of a row: beyond them a file is not a job.
inline constexpr std::size_t cell_bytes_max = 64 * 1024;
inline constexpr std::size_t columns_max = 1'000;

/// One cell as it stands in the row, without its quotes; not trimmed.
struct csv_cell {
    std::string_view text;
    std::size_t offset = 0;  ///< where it starts in the row, its quote included
};

/// UTF-8 to rows of cells (RFC 4180). Beyond the RFC: LF and a lone CR end lines too; spaces around
/// a quoted cell are dropped; a quote inside an unquoted cell is itself. A malformed row is passed
/// over up to the end of its line, and the next rows are read all the same.
///
/// Append text, begin a pass, and take rows until there are no more. What comes out depends on the
/// text alone, never on how it was cut into passes.
class csv_splitter {
 public:
    enum class step : std::uint8_t {
        row,        ///< `cells` and `row` are the next row's, until text is appended
        malformed,  ///< a row was passed over: `problem_place` and `take_problem` say why
        more        ///< no whole row is left
    };

    void append(std::string_view utf_8);
    /// Bytes that are appended and not given as rows yet.
    [[nodiscard]] std::size_t pending() const { return end_ - at_; }
    /// No text will follow when `last` is true.
    void begin_pass(bool last);
    step next();

    [[nodiscard]] std::span<csv_cell const> cells() const { return cells_; }
    [[nodiscard]] origin const& row() const { return row_; }
    /// How many lines the row takes: more than one where a cell in quotes has line ends.
    [[nodiscard]] std::size_t row_lines() const { return line_ - row_.start.line; }
    [[nodiscard]] place problem_place() const { return problem_place_; }
    fault take_problem() { return std::move(problem_); }

    /// For what stands before the rows: the text up to the end of the line or of all that there is.
    [[nodiscard]] std::string_view peek_line() const;
    /// Passes over that line and its end.
    void skip_line();
    void set_separator(char separator) { separator_ = separator; }
    /// For messages: `UTF-8`.
    void set_encoding(std::string_view name) { encoding_ = name; }

 private:
    enum class cell_end : std::uint8_t { separator, row, refused, more };

    step read_plain_row();
    step read_quoted_row();
    cell_end read_quoted_cell(std::size_t begin, std::size_t quote, std::size_t& at);
    cell_end read_plain_cell(std::size_t begin, std::size_t& at);
    cell_end end_of_cell(std::size_t& at);
    /// False, and refused, when it is one too many or too long.
    bool add_cell(std::size_t begin, std::string_view text) {
        if (text.size() > cell_bytes_max || cells_.size() == columns_max) {
            refuse_cell(begin, text.size());
            return false;
        }
        cells_.push_back({text, begin - at_});
        return true;
    }
    void refuse_cell(std::size_t begin, std::size_t size);
    step give_row(std::size_t row_end, bool one_line);
    void refuse(std::size_t where, fault what, std::size_t resume);
    [[nodiscard]] std::size_t find_line_end(std::size_t from) const;
    [[nodiscard]] std::size_t after_line_end(std::size_t at) const;
    [[nodiscard]] bool is_half_line_end(std::size_t at) const;
    [[nodiscard]] std::string_view between(std::size_t begin, std::size_t end) const {
        return {buffer_.data() + begin, end - begin};
    }
    void look_from(std::size_t position);

    /// The text is from at_ to end_; at least marks_width bytes more can be looked at.
    std::string buffer_ = std::string(marks_width, char{});
    std::size_t at_ = 0;  ///< where the next row starts
    std::size_t end_ = 0;
    std::uint32_t line_ = 1;  ///< at_'s line
    bool last_ = false;
    bool skipping_ = false;  ///< the rest of at_'s line is passed over
    char separator_ = ',';
    std::string_view encoding_ = "UTF-8";

    bool pass_is_ascii_ = false;  ///< every whole row of this pass is ASCII without NUL
    bool pass_is_sound_ = false;  ///< every whole row of this pass is UTF-8 without NUL
    std::size_t marks_at_ = 0;    ///< the 64 bytes of the text that marks_ is about,
    std::uint64_t marks_ = 0;     ///< with a bit for each one yet to come that can end a cell

    std::vector<csv_cell> cells_;
    std::string unescaped_;  ///< cells with doubled quotes, without the doubling
    origin row_;
    place problem_place_;
    fault problem_;
};

}  // namespace allot::jobs
