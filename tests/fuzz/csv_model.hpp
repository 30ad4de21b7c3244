#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What CSV means, as plainly as it can be put: RFC 4180, and what the design adds. Slow, and knows
/// nothing of the reader that is held against it.
namespace allot::fuzzing {

struct model_place {
    std::uint32_t line = 1;
    std::uint32_t column = 1;

    bool operator==(model_place const&) const = default;
};

/// The place of each byte of the text, and of its end: LF, CRLF and a lone CR end a line.
inline std::vector<model_place> places_in(std::string_view text) {
    std::vector<model_place> places(1);
    for (std::size_t at = 0; at < text.size(); ++at) {
        auto next = places.back();
        bool const crlf = text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n';
        bool const continues = (static_cast<std::uint8_t>(text[at]) & 0xC0U) == 0x80;
        if (text[at] == '\n' || (text[at] == '\r' && !crlf)) {
            next = {next.line + 1, 1};
        } else if (!continues) {
            ++next.column;
        }
        places.push_back(next);
    }
    return places;
}

/// Whether it is UTF-8 (RFC 3629), and where it ceases to be.
inline std::size_t utf_8_ends(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        auto const byte = [&](std::size_t next) {
            return at + next < text.size() ? static_cast<std::uint8_t>(text[at + next]) : 0U;
        };
        auto const first = byte(0);
        std::size_t length = 1;
        std::uint32_t value = first;
        if (first >= 0x80) {
            length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
            if (first < 0xC0 || first >= 0xF8) return at;
            value = first & (0x7FU >> length);
        }
        for (std::size_t next = 1; next < length; ++next) {
            if ((byte(next) & 0xC0U) != 0x80) return at;
            value = value << 6U | (byte(next) & 0x3FU);
        }
        std::uint32_t const least = length == 4 ? 0x10000 : length == 3 ? 0x800 : 0x80;
        if (length > 1 && value < least) return at;
        if (value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return at;
        at += length;
    }
    return at;
}

struct model_row {
    bool malformed = false;
    model_place where;  ///< of the row, or of what is malformed
    std::vector<std::string> cells;
    std::vector<std::size_t> offsets;  ///< of the cells in the whole text
};

/// All rows, each with the line on which it starts.
inline std::vector<model_row> model_rows(std::string_view text, char separator) {
    std::vector<model_row> rows;
    auto const places = places_in(text);
    std::size_t at = 0;
    auto const is_end = [&](std::size_t here) {
        return here >= text.size() || text[here] == '\n' || text[here] == '\r';
    };
    auto const pass_line = [&](std::size_t from) {
        while (!is_end(from)) ++from;
        if (from >= text.size()) return text.size();
        return text.substr(from, 2) == "\r\n" ? from + 2 : from + 1;
    };
    auto const is_blank = [&](std::size_t here) {
        return here < text.size() && text[here] != separator &&
               (text[here] == ' ' || text[here] == '\t');
    };
    while (at < text.size()) {
        auto const begin = at;
        model_row row;
        row.where = places[begin];
        auto const refuse = [&](std::size_t where) { row = {true, places[where], {}, {}}; };
        for (bool more = true; more;) {
            row.offsets.push_back(at);
            auto first = at;
            while (is_blank(first)) ++first;
            std::string cell;
            if (first < text.size() && text[first] == '"') {
                auto inside = first + 1;
                bool closed = false;
                for (; inside < text.size(); ++inside) {
                    if (text[inside] != '"') {
                        cell += text[inside];
                    } else if (text.substr(inside, 2) == "\"\"") {
                        cell += text[inside++];
                    } else {
                        closed = true;
                        break;
                    }
                }
                if (!closed) {
                    refuse(first);
                    at = pass_line(first);
                    break;
                }
                at = inside + 1;
                while (is_blank(at)) ++at;
                if (!is_end(at) && text[at] != separator) {
                    refuse(at);
                    at = pass_line(at);
                    break;
                }
            } else {
                while (!is_end(at) && text[at] != separator) cell += text[at++];
            }
            row.cells.push_back(cell);
            more = !is_end(at);
            if (more) ++at;
        }
        if (!row.malformed) {
            auto const whole = text.substr(begin, at - begin);
            auto const nul = whole.find('\0');
            auto const invalid = utf_8_ends(whole);
            if (nul != std::string_view::npos) {
                refuse(begin + nul);
            } else if (invalid != whole.size()) {
                refuse(begin + invalid);
            }
            at = pass_line(at);
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace allot::fuzzing
