#include "engine/report/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "connectors/port/json_text.hpp"

namespace allot::report {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

/// Printable ASCII characters but for some.
class byte_set {
 public:
    constexpr explicit byte_set(std::string_view but) {
        for (std::size_t code = ' '; code < 0x7F; ++code) {
            in_[code] = but.find(static_cast<char>(code)) == std::string_view::npos;
        }
    }
    [[nodiscard]] constexpr bool has(char c) const { return in_[static_cast<std::uint8_t>(c)]; }

 private:
    std::array<bool, 256> in_{};
};

constexpr byte_set plain_in_csv{"\""};
constexpr byte_set plain_in_html{"<>&\"'"};
/// A cell of nothing else needs no quotes, wherever its first character does not ask for them.
constexpr byte_set plain_in_bare_csv{"\",;"};

/// U+0080 to U+009F, which terminals obey as they do ESC.
bool is_late_control(std::string_view character) {
    return character[0] == '\xC2' && static_cast<unsigned char>(character[1]) < 0xA0;
}

/// Copies what is in `plain` as it is; calls `one` for each other ASCII character and `other` for
/// all others; appends U+FFFD where they are not UTF-8 or control characters.
template <class One, class Other>
void for_each_character(std::string& out, std::string_view text, byte_set const& plain, One one,
                        Other other) {
    for (;;) {
        auto const run = std::ranges::find_if_not(text, [&](char c) { return plain.has(c); });
        auto const length_of_run = static_cast<std::size_t>(run - text.begin());
        out.append(text.data(), length_of_run);
        text.remove_prefix(length_of_run);
        if (text.empty()) return;
        auto const length = utf8_sequence_length(text);
        if (length == 1) {
            one(text[0]);
        } else if (length == 0 || is_late_control(text.substr(0, length))) {
            out += replacement;
        } else {
            other(text.substr(0, length));
        }
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
}

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

constexpr bool is_letter_or_digit(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// A sign or none, digits, and at most one decimal point or comma between digits.
bool is_plain_number(std::string_view text) {
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    auto const point = text.find_first_of(".,");
    auto const whole = text.substr(0, point);
    auto const fraction =
        point == std::string_view::npos ? std::string_view{"0"} : text.substr(point + 1);
    return !whole.empty() && !fraction.empty() && std::ranges::all_of(whole, is_digit) &&
           std::ranges::all_of(fraction, is_digit);
}

/// What spreadsheets take for the start of a formula: OWASP, "CSV Injection" (2025), the full-width
/// forms included, which Excel reads alike in East Asian locales.
bool starts_formula(std::string_view text) {
    constexpr std::array<std::string_view, 11> starts{"=",
                                                      "+",
                                                      "-",
                                                      "@",
                                                      "\t",
                                                      "\r",
                                                      "\n",
                                                      "\xEF\xBC\x9D",
                                                      "\xEF\xBC\x8B",
                                                      "\xEF\xBC\x8D",
                                                      "\xEF\xBC\xA0"};
    // Some drop what stands before it.
    auto const bare = text.substr(std::min(text.find_first_not_of(" \""), text.size()));
    auto const start = [&](std::string_view each) { return bare.starts_with(each); };
    return std::ranges::any_of(starts, start) && !is_plain_number(bare);
}

constexpr std::string_view other_separators = ";\t\r\n";

/// Where the program that reads it takes another separator than the comma, or breaks lines inside
/// of quotes, a cell begins after each of them too.
std::string with_guards_inside(std::string_view text) {
    std::string out;
    for (;;) {
        auto const end = std::min(text.find_first_of(other_separators), text.size());
        out += text.substr(0, end);
        if (end == text.size()) return out;
        out += text[end];
        text.remove_prefix(end + 1);
        if (starts_formula(text.substr(0, text.find_first_of(other_separators)))) out += '\'';
    }
}

}  // namespace

void append_csv_cell(std::string& out, std::string_view text) {
    if (text.empty()) return;
    auto const bare = [](char c) { return plain_in_bare_csv.has(c); };
    // Nearly all cells: letters and digits at their ends, nothing to quote or guard between.
    if (is_letter_or_digit(text.front()) && is_letter_or_digit(text.back()) &&
        std::ranges::all_of(text, bare)) {
        out += text;
        return;
    }
    std::string inside;
    if (text.find_first_of(other_separators) != std::string_view::npos) {
        inside = with_guards_inside(text);
        text = inside;
    }
    auto const guarded = starts_formula(text);
    auto const quotes = text.find_first_of("\",\r\n") != std::string_view::npos ||
                        text.starts_with(' ') || text.ends_with(' ');
    if (quotes) out += '"';
    if (guarded) out += '\'';
    auto const ascii = [&](char c) {
        auto const control = (c < ' ' && c != '\t' && c != '\r' && c != '\n') || c == '\x7F';
        if (control) {
            out += replacement;
            return;
        }
        if (c == '"') out += '"';
        out += c;
    };
    for_each_character(out, text, plain_in_csv, ascii,
                       [&](std::string_view other) { out += other; });
    if (quotes) out += '"';
}

void append_html(std::string& out, std::string_view text) {
    auto const ascii = [&](char c) {
        switch (c) {
            case '<':
                out += "&lt;";
                return;
            case '>':
                out += "&gt;";
                return;
            case '&':
                out += "&amp;";
                return;
            case '"':
                out += "&quot;";
                return;
            case '\'':
                out += "&#39;";
                return;
            default:
                break;
        }
        if (c < ' ' || c == '\x7F') {
            out += replacement;
        } else {
            out += c;
        }
    };
    // U+0080 to U+009F; U+200E, U+200F; U+202A to U+202E; U+2066 to U+2069 (UAX #9).
    auto const other = [&](std::string_view one) {
        bool const control = one.size() == 2 && one[0] == '\xC2' && one[1] < '\xA0';
        bool const turns = (one >= "\xE2\x80\x8E" && one <= "\xE2\x80\x8F") ||
                           (one >= "\xE2\x80\xAA" && one <= "\xE2\x80\xAE") ||
                           (one >= "\xE2\x81\xA6" && one <= "\xE2\x81\xA9");
        bool const none = one == "\xEF\xBF\xBE" || one == "\xEF\xBF\xBF";  // not in XML
        out += control || turns || none ? replacement : one;
    };
    for_each_character(out, text, plain_in_html, ascii, other);
}

}  // namespace allot::report
