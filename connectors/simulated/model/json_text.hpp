#pragma once

#include <string>
#include <string_view>

#include "connectors/port/id.hpp"
#include "connectors/port/json_text.hpp"

/// Writing JSON in this folder: appended to a string, piece by piece.
namespace allot::simulated {

/// The text in quotes with everything but printable ASCII as `?`: for what a request said, which
/// may be no UTF-8 at all.
void append_said_text(std::string& to, std::string_view text);

/// The GUID in quotes.
void append_guid(std::string& to, guid const& value);

/// `[a,b]`: each item is appended by `append(to, item)`.
template <class Items, class Append>
void append_list(std::string& to, Items const& items, Append append) {
    to += '[';
    bool first = true;
    for (auto const& item : items) {
        if (!first) to += ',';
        first = false;
        append(to, item);
    }
    to += ']';
}

/// A list of ids.
template <class Ids>
void append_ids(std::string& to, Ids const& ids) {
    append_list(to, ids, [](std::string& out, auto const& id) { append_guid(out, id.value); });
}

/// `,"name":` or, as the first of an object, `"name":`. The name needs no escapes.
inline void append_name(std::string& to, std::string_view name) {
    if (to.back() != '{') to += ',';
    to += '"';
    to += name;
    to += "\":";
}

}  // namespace allot::simulated
