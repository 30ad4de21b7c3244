#include "connectors/port/base64.hpp"

#include <cstdint>

namespace allot {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::optional<std::uint32_t> value_of(char c) {
    if (c == '+') c = '-';
    if (c == '/') c = '_';
    auto const at = alphabet.find(c);
    if (at == std::string_view::npos) return std::nullopt;
    return static_cast<std::uint32_t>(at);
}

}  // namespace

std::string base64url(std::string_view bytes) {
    std::string made;
    made.reserve((bytes.size() * 4 + 2) / 3);
    std::uint32_t held = 0;
    unsigned bits = 0;
    for (char const c : bytes) {
        held = (held << 8 | static_cast<unsigned char>(c)) & 0xFFFF;
        for (bits += 8; bits >= 6;) made += alphabet[(held >> (bits -= 6)) & 63];
    }
    if (bits > 0) made += alphabet[(held << (6 - bits)) & 63];
    return made;
}

std::optional<std::string> parse_base64(std::string_view text) {
    for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
    std::string made;
    made.reserve(text.size() * 3 / 4);
    std::uint32_t held = 0;
    unsigned bits = 0;
    for (char const c : text) {
        auto const value = value_of(c);
        if (!value) return std::nullopt;
        held = (held << 6 | *value) & 0xFFFF;
        bits += 6;
        if (bits >= 8) made += static_cast<char>((held >> (bits -= 8)) & 0xFF);
    }
    if (bits == 6 || (held & ((1U << bits) - 1)) != 0) return std::nullopt;
    return made;
}

}  // namespace allot
