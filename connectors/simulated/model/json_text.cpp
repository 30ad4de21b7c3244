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
    append_json_string(to, plain);
}

void append_guid(std::string& to, guid const& value) {
    to += '"';
    for (std::size_t at = 0; at < value.bytes.size(); ++at) {
        if (at == 4 || at == 6 || at == 8 || at == 10) to += '-';
        to += hex_digits[value.bytes[at] >> 4];
        to += hex_digits[value.bytes[at] & 15];
    }
    to += '"';
}

}  // namespace allot::simulated
