#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "engine/documents/reading.hpp"

namespace allot::documents {

/// Reads a JSON object that is known to be written with a member to a line and, in its lists, a row
/// to a line: so that only a row at a time has to be in memory beside its text, and an error has
/// its line. The text must outlive the reader.
class line_reader {
 public:
    explicit line_reader(std::string_view text) : rest_{text} {}

    /// Reads the next line, which must be that member and not the last.
    template <class T>
    bool member(std::string_view name, T& to) {
        auto const value = value_of(name);
        if (!value) return false;
        auto const parsed = parse_json(*value);
        return parsed && take(*parsed, to);
    }

    /// The same for a text that may be left out, and is not empty where it is given.
    bool text_if_given(std::string_view name, std::string& to) {
        auto const next = rest_.substr(0, name.size() + 2);
        bool const given = next.starts_with('"') && next.ends_with('"') && next.find(name) == 1;
        return !given || (member(name, to) && !to.empty());
    }

    /// Reads the next lines, which must be that list and then `end`; each row is given to
    /// `take_row(json_object const&)`, which says whether it is as it should be.
    template <class TakeRow>
    bool rows(std::string_view name, std::string_view end, TakeRow take_row) {
        return list(name, end, [&](json_element const& row) {
            json_object members;
            return take(row, members) && take_row(members);
        });
    }

    /// The same for rows that are strings.
    template <class TakeRow>
    bool texts(std::string_view name, std::string_view end, TakeRow take_row) {
        return list(name, end, [&](json_element const& row) {
            std::string text;
            return take(row, text) && take_row(text);
        });
    }

    /// Whether all has been read.
    [[nodiscard]] bool at_end() const { return rest_.empty(); }
    /// The line that was read last, from 1.
    [[nodiscard]] std::size_t line() const { return line_; }

 private:
    std::optional<std::string_view> next_line();
    std::optional<std::string_view> value_of(std::string_view name);
    bool begin_list(std::string_view name);

    template <class TakeElement>
    bool list(std::string_view name, std::string_view end, TakeElement take_element) {
        if (!begin_list(name)) return false;
        bool first = true;
        bool more = true;
        while (auto text = next_line()) {
            if (*text == end) return first || !more;
            if (!more) return false;
            first = false;
            more = text->ends_with(',');
            if (more) text->remove_suffix(1);
            auto const row = parse_json(*text);
            if (!row || !take_element(*row)) return false;
        }
        return false;
    }

    std::string_view rest_;
    std::size_t line_ = 0;
};

}  // namespace allot::documents
