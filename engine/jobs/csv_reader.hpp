#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/jobs/collector.hpp"
#include "engine/jobs/csv_splitter.hpp"
#include "engine/jobs/gathering.hpp"

namespace allot::jobs {

/// A job in CSV: finds the separator, reads the header, and hands on the rows.
class csv_reader {
 public:
    /// `into` outlives it. `pass_size` is given by tests only.
    explicit csv_reader(gathering& into, std::size_t pass_size = pass_bytes);

    void feed(std::string_view utf_8);
    void finish();
    /// Nothing that follows can be made sense of.
    [[nodiscard]] bool has_given_up() const { return stage_ == stage::stopped; }
    /// For messages: `UTF-8`.
    void set_encoding(std::string_view name) { splitter_.set_encoding(name); }

 private:
    /// What a column is for.
    struct column {
        enum class use : std::uint8_t { field, extra, nameless, passed_over };
        use is = use::passed_over;
        field which = field::user;  ///< for a field
    };
    enum class stage : std::uint8_t { preface, header, rows, stopped };

    void read_pass(bool last);
    bool read_preface(bool last);
    bool read_separator_line(std::string_view line);
    void read_header();
    bool has_no_header() const;
    void add_column(csv_cell const& name);
    [[nodiscard]] bool has_column(field which) const;
    void require(field which);
    void read_row();
    bool check_cell_count();
    void check_row_lines();
    [[nodiscard]] bool is_header_again() const;

    gathering& into_;
    csv_splitter splitter_;
    std::size_t pass_size_;
    std::size_t wanted_;  ///< how much pending text makes the next pass worth it
    stage stage_ = stage::preface;
    bool separator_given_ = false;  ///< by a `sep=` line
    char separator_ = ',';
    std::vector<column> columns_;
    std::vector<std::string> names_;   ///< the columns' names, as found
    std::vector<std::size_t> extras_;  ///< the columns that are carried along
    record record_;
};

}  // namespace allot::jobs
