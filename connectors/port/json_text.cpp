#include "connectors/port/json_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace allot {

namespace {

/// By byte: an ASCII character that needs no escaping in a JSON string.
constexpr auto plain_bytes = [] {
    std::array<bool, 256> plain{};
    for (std::size_t code = 0x20; code < 0x7F; ++code) plain[code] = code != '"' && code != '\\';
    return plain;
}();

bool is_plain(char c) {
    return plain_bytes[static_cast<std::uint8_t>(c)];
}

}  // namespace

std::size_t utf8_sequence_length(std::string_view text) {
    auto const byte = [&](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
    auto const first = byte(0);
    if (first < 0x80) return 1;
    auto const length = first >= 0xF0 ? 4U : first >= 0xE0 ? 3U : 2U;
    if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
    for (std::size_t at = 1; at < length; ++at) {
        if ((byte(at) & 0xC0U) != 0x80U) return 0;
    }
    // Longer than need be, a surrogate, or above U+10FFFF.
    if (first == 0xE0 && byte(1) < 0xA0) return 0;
    if (first == 0xED && byte(1) > 0x9F) return 0;
    if (first == 0xF0 && byte(1) < 0x90) return 0;
    if (first == 0xF4 && byte(1) > 0x8F) return 0;
    return length;
}

void append_json_string(std::string& out, std::string_view text) {
    constexpr std::string_view hex = "0123456789abcdef";
    auto const append_ascii = [&](char c) {
        switch (c) {
            case '"':
                out += "\\\"";
                return;
            case '\\':
                out += "\\\\";
                return;
            case '\n':
                out += "\\n";
                return;
            case '\r':
                out += "\\r";
                return;
            case '\t':
                out += "\\t";
                return;
            default:
                break;
        }
        auto const code = static_cast<unsigned char>(c);
        out += "\\u00";
        out += hex[code >> 4U];
        out += hex[code & 0xFU];
    };
    out += '"';
    for (;;) {
        // What stands for itself is copied as a piece.
        auto const plain = std::ranges::find_if_not(text, is_plain) - text.begin();
        out.append(text.data(), static_cast<std::size_t>(plain));
        text.remove_prefix(static_cast<std::size_t>(plain));
        if (text.empty()) break;
        auto const length = utf8_sequence_length(text);
        if (length == 1) {
            append_ascii(text[0]);
        } else if (length == 0) {
            out += "\xEF\xBF\xBD";  // U+FFFD
        } else if (text[0] == '\xC2' && static_cast<unsigned char>(text[1]) < 0xA0) {
            // U+0080 to U+009F: JSON takes them as they are, and so do terminals.
            auto const code = static_cast<unsigned char>(text[1]);
            out += "\\u00";
            out += hex[code >> 4U];
            out += hex[code & 0xFU];
        } else {
            out += text.substr(0, length);
        }
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    out += '"';
}

std::string json_string(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

}  // namespace allot
