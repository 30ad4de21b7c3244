#include "connectors/port/id.hpp"

#include <cstring>

namespace allot {

namespace {

int hex_value(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    return -1;
}

bool hyphen_at(std::size_t position) {
    return position == 8 || position == 13 || position == 18 || position == 23;
}

}  // namespace

std::optional<guid> guid::parse(std::string_view text) {
    if (text.size() != 36) return std::nullopt;
    guid parsed;
    std::size_t digits = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (hyphen_at(at)) {
            if (text[at] != '-') return std::nullopt;
            continue;
        }
        int const value = hex_value(text[at]);
        if (value < 0) return std::nullopt;
        auto& byte = parsed.bytes[digits / 2];
        byte = static_cast<std::uint8_t>(byte << 4 | value);
        ++digits;
    }
    return parsed;
}

std::string guid::str() const {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(36);
    for (auto const byte : bytes) {
        if (hyphen_at(text.size())) text += '-';
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

}  // namespace allot

std::size_t std::hash<allot::guid>::operator()(allot::guid const& value) const noexcept {
    // GUIDs are mostly random already; fold and mix so that made-up ones in tests spread as well.
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    std::memcpy(&high, value.bytes.data(), sizeof high);
    std::memcpy(&low, value.bytes.data() + sizeof high, sizeof low);
    std::uint64_t mixed = (high ^ (low * 0x9E3779B97F4A7C15ULL));
    mixed ^= mixed >> 32;
    mixed *= 0xD6E8FEB86659FD93ULL;
    mixed ^= mixed >> 32;
    return static_cast<std::size_t>(mixed);
}
