#include "connectors/simulated/model/json_text.hpp"

#include <algorithm>

namespace allot::simulated {

namespace {
constexpr std::string_view hex_digits = "0123456789abcdef";
}

void append_said_text(std::string& to, std::string_view text) {
    std::string plain{text};
    std::ranges::replace_if(
        plain, [](char c) { return c < ' ' || c > '~'; }, '?');
    if (plain.find_first_of("\"\\") != std::string::npos) return append_json_string(to, plain);
    to += '"';
    to += plain;
    to += '"';
}

void append_guid(std::string& to, guid const& value) {
    constexpr std::string_view form = R"("00000000-0000-0000-0000-000000000000")";
    auto digit = to.insert(to.end(), form.begin(), form.end()) + 1;
    for (auto const byte : value.bytes) {
        if (*digit == '-') ++digit;
        *digit++ = hex_digits[byte >> 4];
        *digit++ = hex_digits[byte & 15];
    }
}

}  // namespace allot::simulated
