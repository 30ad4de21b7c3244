#include "engine/progress/cells.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "connectors/port/json_text.hpp"

namespace allot::progress {

namespace {

struct range {
    char32_t first;
    char32_t last;
};

/// Combining marks and what else takes no room, the common ones (Unicode 15, Mn, Me, Cf).
constexpr std::array no_columns{
    range{0x0300, 0x036f}, range{0x0483, 0x0489}, range{0x0591, 0x05bd}, range{0x0610, 0x061a},
    range{0x064b, 0x065f}, range{0x0670, 0x0670}, range{0x06d6, 0x06dc}, range{0x0900, 0x0902},
    range{0x093c, 0x093c}, range{0x0941, 0x0948}, range{0x094d, 0x094d}, range{0x0e31, 0x0e31},
    range{0x0e34, 0x0e3a}, range{0x0e47, 0x0e4e}, range{0x1ab0, 0x1aff}, range{0x1dc0, 0x1dff},
    range{0x200b, 0x200d}, range{0x20d0, 0x20ff}, range{0x302a, 0x302d}, range{0x3099, 0x309a},
    range{0xfe00, 0xfe0f}, range{0xfe20, 0xfe2f}, range{0xfeff, 0xfeff}, range{0xe0100, 0xe01ef}};

/// East Asian Width W and F, and emoji (Unicode 15), neighbouring ranges joined.
constexpr std::array two_columns{
    range{0x1100, 0x115f},   range{0x231a, 0x231b},   range{0x2329, 0x232a},
    range{0x23e9, 0x23ec},   range{0x2614, 0x2615},   range{0x2648, 0x2653},
    range{0x26a1, 0x26a1},   range{0x26d4, 0x26d4},   range{0x2705, 0x2705},
    range{0x274c, 0x274c},   range{0x2753, 0x2757},   range{0x2795, 0x2797},
    range{0x2b1b, 0x2b1c},   range{0x2b50, 0x2b55},   range{0x2e80, 0x303e},
    range{0x3041, 0x33ff},   range{0x3400, 0x4dbf},   range{0x4e00, 0xa4cf},
    range{0xa960, 0xa97f},   range{0xac00, 0xd7a3},   range{0xf900, 0xfaff},
    range{0xfe10, 0xfe19},   range{0xfe30, 0xfe6f},   range{0xff00, 0xff60},
    range{0xffe0, 0xffe6},   range{0x16fe0, 0x18cff}, range{0x1b000, 0x1b2ff},
    range{0x1f004, 0x1f004}, range{0x1f0cf, 0x1f0cf}, range{0x1f18e, 0x1f19a},
    range{0x1f1e6, 0x1f265}, range{0x1f300, 0x1f64f}, range{0x1f680, 0x1f6ff},
    range{0x1f7e0, 0x1f7eb}, range{0x1f900, 0x1faff}, range{0x20000, 0x3fffd}};

template <std::size_t size>
bool in(std::array<range, size> const& ranges, char32_t what) {
    auto const after = std::ranges::upper_bound(ranges, what, {}, &range::first);
    return after != ranges.begin() && what <= std::prev(after)->last;
}

/// The first character of a text that is not empty, and how many bytes it takes; empty when they
/// are no UTF-8: then one byte is taken.
struct character {
    std::optional<char32_t> code;
    std::size_t bytes = 1;
};

character first_of(std::string_view text) {
    auto const bytes = utf8_sequence_length(text);
    if (bytes == 0) return {};
    auto const byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    char32_t code = bytes == 1 ? byte(0) : byte(0) & (0x7fU >> bytes);
    for (std::size_t at = 1; at < bytes; ++at) code = code << 6U | (byte(at) & 0x3fU);
    return {code, bytes};
}

bool moves(char32_t what) {
    bool const controls = what < 0x20 || (what >= 0x7f && what < 0xa0);
    bool const turns = what == 0x061c || what == 0x200e || what == 0x200f ||
                       (what >= 0x2028 && what <= 0x202e) || (what >= 0x2066 && what <= 0x2069);
    return controls || turns;
}

std::size_t columns_of(char32_t what) {
    if (in(no_columns, what)) return 0;
    return in(two_columns, what) ? 2 : 1;
}

}  // namespace

std::size_t columns_of(std::string_view text) {
    std::size_t columns = 0;
    while (!text.empty()) {
        auto const one = first_of(text);
        columns += one.code ? columns_of(*one.code) : 1;
        text.remove_prefix(one.bytes);
    }
    return columns;
}

std::string harmless(std::string_view text) {
    std::string shown;
    while (!text.empty()) {
        auto const one = first_of(text);
        if (!one.code) {
            shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(text.front()));
        } else if (moves(*one.code)) {
            auto const code = static_cast<std::uint32_t>(*one.code);
            shown += code < 0x100 ? fmt::format("\\x{:02x}", code) : fmt::format("\\u{:04x}", code);
        } else {
            shown += text.substr(0, one.bytes);
        }
        text.remove_prefix(one.bytes);
    }
    return shown;
}

std::string fitted(std::string_view text, std::size_t columns) {
    auto whole = harmless(text);
    if (columns_of(whole) <= columns) return whole;
    if (columns == 0) return {};
    std::size_t used = 0;
    std::size_t bytes = 0;
    while (bytes < whole.size()) {
        auto const one = first_of(std::string_view{whole}.substr(bytes));
        auto const wide = columns_of(*one.code);
        if (used + wide > columns - 1) break;
        used += wide;
        bytes += one.bytes;
    }
    whole.resize(bytes);
    return whole + "…";
}

}  // namespace allot::progress
