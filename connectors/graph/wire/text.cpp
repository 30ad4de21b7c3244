#include "connectors/graph/wire/text.hpp"

#include <algorithm>

namespace allot::graph::wire {

namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

/// How many bytes a control character, a line end or a turn of the direction of writing takes at
/// the beginning; 0: there is none.
std::size_t steering_bytes(std::string_view text) {
    auto const byte = [text](std::size_t at) {
        return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
    };
    if (byte(0) < 0x20 || byte(0) == 0x7F) return 1;
    if (byte(0) == 0xC2 && byte(1) >= 0x80 && byte(1) <= 0x9F) return 2;  // U+0080 to U+009F
    bool const general = byte(0) == 0xE2 && byte(1) == 0x80;
    if (general && byte(2) >= 0xA8 && byte(2) <= 0xAE) return 3;  // U+2028 to U+202E
    bool const isolates = byte(0) == 0xE2 && byte(1) == 0x81;
    if (isolates && byte(2) >= 0xA6 && byte(2) <= 0xA9) return 3;  // U+2066 to U+2069
    return 0;
}

/// The first byte and those that continue it.
std::size_t character_bytes(std::string_view text) {
    std::size_t bytes = 1;
    while (bytes < text.size() && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) ++bytes;
    return bytes;
}

}  // namespace

std::string lowered(std::string_view text) {
    std::string made{text};
    std::ranges::transform(made, made.begin(), lower);
    return made;
}

bool same_word(std::string_view left, std::string_view right) {
    return std::ranges::equal(left, right, {}, lower, lower);
}

std::string said(std::string_view text, std::size_t size_max) {
    bool const is_plain = std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
    if (is_plain && text.size() <= size_max) return std::string{text};
    std::string cleaned;
    for (std::size_t at = 0; at < text.size();) {
        auto const steering = steering_bytes(text.substr(at));
        auto const bytes = steering > 0 ? steering : character_bytes(text.substr(at));
        if (cleaned.size() + bytes > size_max) break;
        if (steering == 0) {
            cleaned += text.substr(at, bytes);
        } else if (!cleaned.empty() && cleaned.back() != ' ') {
            cleaned += ' ';
        }
        at += bytes;
    }
    return cleaned;
}

}  // namespace allot::graph::wire
