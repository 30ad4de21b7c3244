#include "connectors/graph/wire/json.hpp"

#include <limits>

namespace allot::graph::wire::json {

namespace {

/// A parser that grew beyond this is not kept: a page of 999 users needs less than 1 MB.
constexpr std::size_t kept_capacity_max = 4 * 1024 * 1024;

std::optional<element> element_at(object const& from, std::string_view key) {
    element found;
    if (from.at_key(key).get(found) != simdjson::SUCCESS) return std::nullopt;
    return found;
}

}  // namespace

std::optional<object> parse_object(std::string const& text) {
    // Kept from call to call: setting one up costs more than parsing a batch.
    static thread_local simdjson::dom::parser parser;
    if (parser.capacity() > kept_capacity_max) parser = simdjson::dom::parser{};
    element root;
    // simdjson copies the text when its string has not the 64 spare bytes that it reads beyond the
    // end.
    if (parser.parse(text).get(root) != simdjson::SUCCESS) return std::nullopt;
    object body;
    if (root.get_object().get(body) != simdjson::SUCCESS) return std::nullopt;
    return body;
}

std::optional<object> object_at(object const& from, std::string_view key) {
    object found;
    auto const property = element_at(from, key);
    if (!property || property->get_object().get(found) != simdjson::SUCCESS) return std::nullopt;
    return found;
}

std::optional<array> array_at(object const& from, std::string_view key) {
    array found;
    auto const property = element_at(from, key);
    if (!property || property->get_array().get(found) != simdjson::SUCCESS) return std::nullopt;
    return found;
}

std::optional<std::string_view> text_at(object const& from, std::string_view key) {
    std::string_view found;
    auto const property = element_at(from, key);
    if (!property || property->get_string().get(found) != simdjson::SUCCESS) return std::nullopt;
    return found;
}

bool read_text(object const& from, std::string_view key, std::string& to) {
    auto const property = element_at(from, key);
    if (!property) return false;
    to.clear();
    if (property->is_null()) return true;
    std::string_view text;
    if (property->get_string().get(text) != simdjson::SUCCESS) return false;
    to = text;
    return true;
}

bool read_flag(object const& from, std::string_view key, bool& to) {
    auto const property = element_at(from, key);
    if (!property) return false;
    return property->is_null() || property->get_bool().get(to) == simdjson::SUCCESS;
}

bool read_count(object const& from, std::string_view key, std::int64_t& to) {
    auto const property = element_at(from, key);
    if (!property) return false;
    to = 0;
    if (property->is_null()) return true;
    std::int64_t count = 0;
    if (property->get_int64().get(count) != simdjson::SUCCESS) return false;
    if (count < std::numeric_limits<std::int32_t>::min() ||
        count > std::numeric_limits<std::int32_t>::max()) {
        return false;
    }
    to = count;
    return true;
}

bool read_array(object const& from, std::string_view key, std::optional<array>& to) {
    auto const property = element_at(from, key);
    if (!property) return false;
    to.reset();
    if (property->is_null()) return true;
    to = array_at(from, key);
    return to.has_value() && to->size() <= list_max;
}

}  // namespace allot::graph::wire::json
