#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "connectors/port/directory_words.hpp"
#include "connectors/simulated/model/properties.hpp"

/// What the directory's answers about groups look like.
/// Source: learn.microsoft.com/graph/api/resources/group.
namespace allot::simulated {

/// What a group shows when nothing is selected: nothing about licences.
extern property_set const default_group_properties;

/// The properties that a `$select` names; empty when there is one among them that groups do not
/// have.
std::optional<property_set> selected_group_properties(std::string_view select);
/// Their names with commas between, for `@odata.context`.
std::string names_of_group(property_set which);

/// `"id":"…",…` of one group: the properties of an object, without its braces.
void append_group(std::string& to, group const& from, property_set properties);

}  // namespace allot::simulated
