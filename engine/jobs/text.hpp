#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Small things about text, all of it UTF-8.
namespace allot::jobs {

/// ASCII letters only; others stay.
constexpr char lower(char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
}
constexpr char upper(char letter) {
    return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - ('a' - 'A')) : letter;
}
std::string to_lower(std::string_view text);

/// Equal but for the case of ASCII letters.
bool equal_ignoring_case(std::string_view left, std::string_view right);

/// The same for texts that are equal ignoring case.
std::uint64_t hash_ignoring_case(std::string_view text);

/// `trim` for text that has something to trim, or may have.
std::string_view trim_ends(std::string_view text);

/// Without spaces, tabs, line ends and no-break spaces around it.
inline std::string_view trim(std::string_view text) {
    auto const is_plain = [](char letter) { return letter > ' '; };  // false beyond ASCII
    if (text.empty() || (is_plain(text.front()) && is_plain(text.back()))) return text;
    return trim_ends(text);
}

/// Characters (code points), in valid UTF-8.
std::size_t count_characters(std::string_view text);

/// True when it has a byte below space, or DEL.
bool has_control_character(std::string_view text);

/// Where the first bytes stand that are not UTF-8; its size when there are none.
std::size_t find_invalid_utf_8(std::string_view text);

/// Adds a code point (up to 0x10FFFF, surrogates included) in UTF-8's scheme.
void append_utf_8(std::string& to, std::uint32_t code_point);

/// What a terminal shows as it is: control characters, bytes that are not UTF-8, and characters
/// that turn the direction of writing are written as escapes: `\n`, `\x1B`, `\u202E`.
std::string visible(std::string_view text);

/// `visible`, and not much longer than 60 characters: the rest becomes an ellipsis.
std::string shown(std::string_view text);

}  // namespace allot::jobs
