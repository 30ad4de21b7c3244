#include "connectors/graph/wire/text.hpp"

#include <algorithm>

namespace allot::graph::wire {

namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
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

std::string cut(std::string_view text, std::size_t size_max) {
    if (text.size() <= size_max) return std::string{text};
    while (size_max > 0 && (static_cast<unsigned char>(text[size_max]) & 0xC0) == 0x80) --size_max;
    return std::string{text.substr(0, size_max)};
}

}  // namespace allot::graph::wire
