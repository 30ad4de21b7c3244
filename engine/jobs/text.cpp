#include "engine/jobs/text.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <iterator>

namespace allot::jobs {

namespace {

constexpr std::size_t shown_max = 60;
constexpr std::string_view no_break_space = "\xC2\xA0";

bool is_blank(char letter) {
    return letter == ' ' || letter == '\t' || letter == '\r' || letter == '\n';
}

std::uint8_t byte_at(std::string_view text, std::size_t at) {
    return static_cast<std::uint8_t>(text[at]);
}

/// The length of the UTF-8 sequence at `at`; 0 when there is no valid one (RFC 3629).
std::size_t sequence_length(std::string_view text, std::size_t at) {
    auto const first = byte_at(text, at);
    if (first < 0x80) return 1;
    std::size_t const length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || at + length > text.size()) return 0;
    for (std::size_t next = 1; next < length; ++next) {
        if ((byte_at(text, at + next) & 0xC0U) != 0x80) return 0;
    }
    auto const second = byte_at(text, at + 1);
    bool const overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
    bool const surrogate = first == 0xED && second > 0x9F;
    bool const too_large = first == 0xF4 && second > 0x8F;
    return overlong || surrogate || too_large ? 0 : length;
}

std::uint32_t code_point_at(std::string_view text, std::size_t at, std::size_t length) {
    if (length == 1) return byte_at(text, at);
    std::uint32_t code_point = byte_at(text, at) & (0xFFU >> (length + 1));
    for (std::size_t next = 1; next < length; ++next) {
        code_point = code_point << 6 | (byte_at(text, at + next) & 0x3FU);
    }
    return code_point;
}

/// Characters that a terminal does not show, or that change how what follows is shown.
bool is_hidden(std::uint32_t code_point) {
    return code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0) ||
           (code_point >= 0x200B && code_point <= 0x200F) ||
           (code_point >= 0x2028 && code_point <= 0x202E) ||
           (code_point >= 0x2060 && code_point <= 0x206F) || code_point == 0xFEFF;
}

void append_escape(std::string& to, std::uint32_t code_point) {
    switch (code_point) {
        case '\n':
            to += "\\n";
            return;
        case '\r':
            to += "\\r";
            return;
        case '\t':
            to += "\\t";
            return;
        default:
            break;
    }
    auto const* const form = code_point < 0x80 ? "\\x{:02X}" : "\\u{:04X}";
    fmt::format_to(std::back_inserter(to), fmt::runtime(form), code_point);
}

}  // namespace

std::string to_lower(std::string_view text) {
    std::string result{text};
    std::transform(result.begin(), result.end(), result.begin(), lower);
    return result;
}

bool equal_ignoring_case(std::string_view left, std::string_view right) {
    if (left.size() != right.size()) return false;
    if (left == right) return true;
    return std::equal(left.begin(), left.end(), right.begin(),
                      [](char one, char other) { return lower(one) == lower(other); });
}

std::uint64_t hash_ignoring_case(std::string_view text) {
    // Setting this bit in every byte makes both cases of a letter one; that a few other characters
    // become one as well only makes their hashes equal.
    constexpr std::uint64_t case_bits = 0x2020202020202020ULL;
    constexpr std::uint64_t factor = 0x9E3779B97F4A7C15ULL;
    auto hash = static_cast<std::uint64_t>(text.size()) * factor;
    auto const mix = [&hash](std::uint64_t word) {
        hash = (hash ^ (word | case_bits)) * factor;
        hash ^= hash >> 32;
    };
    std::uint64_t word = 0;
    while (text.size() >= sizeof word) {
        std::memcpy(&word, text.data(), sizeof word);
        mix(word);
        text.remove_prefix(sizeof word);
    }
    word = 0;
    std::memcpy(&word, text.data(), text.size());
    mix(word);
    return hash;
}

std::string_view trim_ends(std::string_view text) {
    for (;;) {
        if (text.empty()) return text;
        if (is_blank(text.front())) {
            text.remove_prefix(1);
        } else if (text.starts_with(no_break_space)) {
            text.remove_prefix(no_break_space.size());
        } else {
            break;
        }
    }
    for (;;) {
        if (is_blank(text.back())) {
            text.remove_suffix(1);
        } else if (text.ends_with(no_break_space)) {
            text.remove_suffix(no_break_space.size());
        } else {
            return text;
        }
    }
}

std::size_t count_characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
        return (static_cast<std::uint8_t>(byte) & 0xC0U) != 0x80;
    }));
}

bool has_control_character(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char letter) {
        auto const byte = static_cast<std::uint8_t>(letter);
        return byte < 0x20 || byte == 0x7F;
    });
}

std::size_t find_invalid_utf_8(std::string_view text) {
    if (simdjson::validate_utf8(text.data(), text.size())) return text.size();
    for (std::size_t at = 0; at < text.size();) {
        auto const length = sequence_length(text, at);
        if (length == 0) return at;
        at += length;
    }
    return text.size();
}

void append_utf_8(std::string& to, std::uint32_t code_point) {
    auto const tail = [&](unsigned shift) {
        to += static_cast<char>(0x80 | ((code_point >> shift) & 0x3F));
    };
    if (code_point < 0x80) {
        to += static_cast<char>(code_point);
    } else if (code_point < 0x800) {
        to += static_cast<char>(0xC0 | (code_point >> 6));
        tail(0);
    } else if (code_point < 0x10000) {
        to += static_cast<char>(0xE0 | (code_point >> 12));
        tail(6);
        tail(0);
    } else {
        to += static_cast<char>(0xF0 | (code_point >> 18));
        tail(12);
        tail(6);
        tail(0);
    }
}

std::string visible(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        auto const length = sequence_length(text, at);
        if (length == 0) {
            fmt::format_to(std::back_inserter(result), "\\x{:02X}", byte_at(text, at));
            ++at;
            continue;
        }
        auto const code_point = code_point_at(text, at, length);
        if (is_hidden(code_point)) {
            append_escape(result, code_point);
        } else {
            result += text.substr(at, length);
        }
        at += length;
    }
    return result;
}

std::string shown(std::string_view text) {
    std::size_t end = 0;
    for (std::size_t characters = 0; end < text.size(); ++characters) {
        if (characters == shown_max) return visible(text.substr(0, end)) + "…";
        end += std::max<std::size_t>(sequence_length(text, end), 1);
    }
    return visible(text);
}

}  // namespace allot::jobs
