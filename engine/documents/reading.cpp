#include "engine/documents/reading.hpp"

#include <algorithm>

namespace allot::documents {

std::optional<json_element> parse_json(std::string_view text) {
    // A parser that grew beyond this is not kept: a user needs a few hundred bytes.
    constexpr std::size_t kept_capacity_max = 4 * 1024 * 1024;
    static thread_local simdjson::dom::parser parser;
    if (parser.capacity() > kept_capacity_max) parser = simdjson::dom::parser{};
    json_element root;
    if (text.empty()) return std::nullopt;  // it may point nowhere, which the parser must not see
    if (parser.parse(text.data(), text.size()).get(root) != simdjson::SUCCESS) return std::nullopt;
    return root;
}

bool take(json_element const& from, std::string& to) {
    std::string_view text;
    if (from.get_string().get(text) != simdjson::SUCCESS) return false;
    to = text;
    return true;
}

bool take(json_element const& from, bool& to) {
    return from.get_bool().get(to) == simdjson::SUCCESS;
}

bool take(json_element const& from, json_object& to) {
    return from.get_object().get(to) == simdjson::SUCCESS;
}

bool take(json_element const& from, json_array& to) {
    return from.get_array().get(to) == simdjson::SUCCESS;
}

bool take(json_element const& from, guid& to) {
    std::string_view text;
    if (from.get_string().get(text) != simdjson::SUCCESS) return false;
    auto const parsed = guid::parse(text);
    if (parsed) to = *parsed;
    return parsed.has_value();
}

bool is_location(std::string_view text) {
    auto const is_letter = [](char c) { return c >= 'A' && c <= 'Z'; };
    return text.size() == 2 && std::ranges::all_of(text, is_letter);
}

bool read_location_if_given(json_object const& from, std::string_view key, std::string& to) {
    std::optional<std::string> given;
    if (!read_if_given(from, key, given) || (given && !is_location(*given))) return false;
    if (given) to = std::move(*given);
    return true;
}

}  // namespace allot::documents
