#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/simulated/model/address.hpp"

/// Choosing from the properties that things of one kind have: a table of entries with a `name`, and
/// `by_default` for what is shown when nothing is selected.
namespace allot::simulated {

/// A bit for each entry of the table.
using property_set = std::uint32_t;

template <class Table>
constexpr property_set default_set(Table const& of) {
    property_set made = 0;
    for (std::size_t at = 0; at < std::size(of); ++at) {
        if (of[at].by_default) made |= property_set{1} << at;
    }
    return made;
}

/// What a `$select` names; empty when there is something among it that is not in the table.
template <class Table>
std::optional<property_set> selected_set(Table const& of, std::string_view select) {
    auto const decoded = percent_decoded(select);
    if (!decoded) return std::nullopt;
    property_set chosen = 0;
    std::string_view left = *decoded;
    while (true) {
        auto const name = left.substr(0, left.find(','));
        auto const known = std::ranges::find_if(
            of, [name](auto const& one) { return equal_whatever_case(one.name, name); });
        if (known == std::end(of)) return std::nullopt;
        chosen |= property_set{1} << (known - std::begin(of));
        if (name.size() == left.size()) return chosen;
        left.remove_prefix(name.size() + 1);
    }
}

/// The names with commas between, for `@odata.context`.
template <class Table>
std::string names_of(Table const& of, property_set which) {
    std::string names;
    for (std::size_t at = 0; at < std::size(of); ++at) {
        if ((which >> at & 1) == 0) continue;
        if (!names.empty()) names += ',';
        names += of[at].name;
    }
    return names;
}

/// `"name":value,…`: each value is appended by the entry's `append(to, from)`.
template <class Table, class From>
void append_properties(std::string& to, Table const& of, property_set which, From const& from) {
    bool first = true;
    for (std::size_t at = 0; at < std::size(of); ++at) {
        if ((which >> at & 1) == 0) continue;
        if (!first) to += ',';
        first = false;
        to += '"';
        to += of[at].name;
        to += "\":";
        of[at].append(to, from);
    }
}

}  // namespace allot::simulated
