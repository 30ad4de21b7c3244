#pragma once

#include <simdjson.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Reading JSON in this folder. Heavy: for the folder's own .cpp files only.
///
/// The whole text is checked before anything is taken from it (structure, UTF-8, numbers, at most
/// 1,024 levels), so a body that was cut short yields nothing at all.
namespace allot::graph::wire::json {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

/// The text as one JSON object; empty when it is anything else. Valid until the thread's next call.
std::optional<object> parse_object(std::string const& text);

/// A property that is an object, an array, a string; empty when it is absent or something else.
std::optional<object> object_at(object const& from, std::string_view key);
std::optional<array> array_at(object const& from, std::string_view key);
std::optional<std::string_view> text_at(object const& from, std::string_view key);

// The rest read a property that was asked for. They return false when it is absent or of another
// type: then nothing is known. A null is known, and reads as empty, zero or what `to` was.

bool read_text(object const& from, std::string_view key, std::string& to);
bool read_flag(object const& from, std::string_view key, bool& to);
/// Within the 32 bits that the service's schema gives it.
bool read_count(object const& from, std::string_view key, std::int64_t& to);
/// The longest list of one user, group or SKU that is read: far more than anybody has of licences,
/// a licence of sources, a SKU of service plans. They are compared with each other.
inline constexpr std::size_t list_max = 1000;
/// An array of at most `list_max`; `to` stays empty for null.
bool read_array(object const& from, std::string_view key, std::optional<array>& to);

/// An array of GUIDs, sorted.
template <class Id>
bool read_ids(object const& from, std::string_view key, std::vector<Id>& to) {
    std::optional<array> items;
    if (!read_array(from, key, items)) return false;
    if (!items) return true;
    for (auto const item : *items) {
        std::string_view text;
        if (item.get_string().get(text) != simdjson::SUCCESS) return false;
        auto const parsed = Id::parse(text);
        if (!parsed) return false;
        to.push_back(*parsed);
    }
    std::ranges::sort(to);
    return true;
}

template <class Id>
bool read_id(object const& from, std::string_view key, Id& to) {
    auto const text = text_at(from, key);
    auto const parsed = text ? Id::parse(*text) : std::nullopt;
    if (parsed) to = *parsed;
    return parsed.has_value();
}

}  // namespace allot::graph::wire::json
