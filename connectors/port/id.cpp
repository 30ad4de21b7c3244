#include "connectors/port/id.hpp"

#include <cstring>

namespace allot {

namespace {

/// By byte: the value of a hexadecimal digit; 16 for what is none.
constexpr auto hex_values = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(16);
    for (std::uint8_t value = 0; value < 10; ++value) values['0' + value] = value;
    for (std::uint8_t value = 10; value < 16; ++value) {
        values['a' + value - 10] = value;
        values['A' + value - 10] = value;
    }
    return values;
}();

/// Where the digits of each byte stand in `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`.
constexpr std::array<std::uint8_t, 16> digits_at{0,  2,  4,  6,  9,  11, 14, 16,
                                                 19, 21, 24, 26, 28, 30, 32, 34};

}  // namespace

std::optional<guid> guid::parse(std::string_view text) {
    if (text.size() != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' ||
        text[23] != '-') {
        return std::nullopt;
    }
    guid parsed;
    unsigned wrong = 0;
    for (std::size_t at = 0; at < digits_at.size(); ++at) {
        auto const value = [&](std::size_t digit) -> unsigned {
            return hex_values[static_cast<std::uint8_t>(text[digit])];
        };
        auto const high = value(digits_at[at]);
        auto const low = value(digits_at[at] + std::size_t{1});
        wrong |= high | low;
        parsed.bytes[at] = static_cast<std::uint8_t>(high << 4U | (low & 15U));
    }
    if (wrong > 15) return std::nullopt;
    return parsed;
}

std::string guid::str() const {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text(36, '-');
    for (std::size_t at = 0; at < digits_at.size(); ++at) {
        text[digits_at[at]] = digits[bytes[at] >> 4];
        text[digits_at[at] + std::size_t{1}] = digits[bytes[at] & 15];
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
