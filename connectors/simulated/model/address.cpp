#include "connectors/simulated/model/address.hpp"

#include <algorithm>

namespace allot::simulated {

namespace {

char lower_of(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    auto const low = lower_of(c);
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

struct query_pair {
    std::string_view name;
    std::string_view value;
};

/// Takes the first pair off the query.
query_pair cut_pair(std::string_view& query) {
    auto const pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    auto const equals = std::min(pair.find('='), pair.size());
    return {pair.substr(0, equals), pair.substr(std::min(equals + 1, pair.size()))};
}

}  // namespace

address split_address(std::string_view url) {
    url = url.substr(0, url.find('#'));
    address made;
    if (auto const scheme = url.find("://"); scheme != std::string_view::npos) {
        auto const path = std::min(url.find_first_of("/?", scheme + 3), url.size());
        made.root = url.substr(0, path);
        url.remove_prefix(path);
    }
    auto const mark = url.find('?');
    made.path = url.substr(0, mark);
    if (mark != std::string_view::npos) made.query = url.substr(mark + 1);
    return made;
}

std::optional<std::string> percent_decoded(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            decoded += text[at];
            continue;
        }
        if (at + 2 >= text.size()) return std::nullopt;
        auto const high = hex_value(text[at + 1]);
        auto const low = hex_value(text[at + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        decoded += static_cast<char>(high * 16 + low);
        at += 2;
    }
    return decoded;
}

std::string lower(std::string_view text) {
    std::string lowered{text};
    std::ranges::transform(lowered, lowered.begin(), lower_of);
    return lowered;
}

bool equal_whatever_case(std::string_view one, std::string_view other) {
    return std::ranges::equal(one, other, {}, lower_of, lower_of);
}

std::optional<std::string_view> query_value(std::string_view query, std::string_view name) {
    while (!query.empty()) {
        auto const pair = cut_pair(query);
        if (percent_decoded(pair.name) == name) return pair.value;
    }
    return std::nullopt;
}

bool has_only(std::string_view query, std::initializer_list<std::string_view> names) {
    while (!query.empty()) {
        auto const name = percent_decoded(cut_pair(query).name);
        if (!name || std::ranges::find(names, *name) == names.end()) return false;
    }
    return true;
}

}  // namespace allot::simulated
