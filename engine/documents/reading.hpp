#pragma once

#include <simdjson.h>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connectors/port/directory_words.hpp"
#include "engine/plan/diff.hpp"

/// Reading JSON in this folder. Heavy: for the folder's own .cpp files only.
///
/// `take` reads one value; false when it is not what is wanted: `to` is then of no use. Members
/// that are not known are not looked at.
namespace allot::documents {

using json_element = simdjson::dom::element;
using json_object = simdjson::dom::object;
using json_array = simdjson::dom::array;

/// The text as one JSON value and nothing around it; empty when it is anything else. Valid until
/// the thread's next call.
std::optional<json_element> parse_json(std::string_view text);

bool take(json_element const& from, std::string& to);
bool take(json_element const& from, bool& to);
bool take(json_element const& from, json_object& to);
bool take(json_element const& from, json_array& to);
bool take(json_element const& from, guid& to);
bool take(json_element const& from, licence_state& to);
bool take(json_element const& from, user& to);
bool take(json_element const& from, licence_add& to);
bool take(json_element const& from, plan::change& to);
bool take(json_element const& from, service_plan& to);
bool take(json_element const& from, subscription& to);
bool take(json_object const& from, plan::change& to);
bool take(json_object const& from, subscription& to);
/// What `append_group_rules` writes.
bool take_group_rules(json_object const& from, plan::rules& to);

template <std::integral Integer>
bool take(json_element const& from, Integer& to) {
    std::int64_t number = 0;
    if (from.get_int64().get(number) != simdjson::SUCCESS) return false;
    if (!std::in_range<Integer>(number)) return false;
    to = static_cast<Integer>(number);
    return true;
}

template <class Tag>
bool take(json_element const& from, id<Tag>& to) {
    return take(from, to.value);
}

template <class T>
bool take(json_element const& from, std::optional<T>& to) {
    return take(from, to.emplace());
}

template <class T>
bool take(json_element const& from, std::vector<T>& to) {
    json_array items;
    if (from.get_array().get(items) != simdjson::SUCCESS) return false;
    to.clear();
    for (auto const item : items) {
        if (!take(item, to.emplace_back())) return false;
    }
    return true;
}

/// A member that must be there.
template <class T>
bool read(json_object const& from, std::string_view key, T& to) {
    json_element found;
    return from.at_key(key).get(found) == simdjson::SUCCESS && take(found, to);
}

/// A member that is left out when it is what `to` is already.
template <class T>
bool read_if_given(json_object const& from, std::string_view key, T& to) {
    json_element found;
    return from.at_key(key).get(found) != simdjson::SUCCESS || take(found, to);
}

/// Two upper-case letters.
bool is_location(std::string_view text);
/// A location, where one is given.
bool read_location_if_given(json_object const& from, std::string_view key, std::string& to);

}  // namespace allot::documents
