#pragma once

#include "connectors/graph/wire/json.hpp"
#include "connectors/port/directory_words.hpp"

/// JSON objects of the service to the port's words. For this folder only.
namespace allot::graph::wire {

/// Reads a user as it is selected by the requests. False when a selected property is absent or is
/// not what it should be: then nothing may be concluded, least of all that there is no licence.
/// `to` is then unspecified. Licences are sorted by SKU, the direct one first.
bool read_user(json::object const& from, user& to);

/// Reads a group as it is selected by the requests, with the same rule. A name that is longer than
/// the service's is cut, and ends in `…`.
bool read_group(json::object const& from, group& to);

/// Why one of them could not be read, to go on `the user …`: it lacks something, or a list of it is
/// longer than `json::list_max`.
std::string_view wrong_with(json::object const& of);

/// Whether an entry of a group's list of members is a user: one whose kind is not said is.
bool is_user(json::object const& of);

/// Reads one row of subscribedSkus, with the same rule. One without a part number, or with a
/// longer one than there can be, has its SKU's id as such; a service plan likewise.
bool read_subscription(json::object const& from, subscription& to);

}  // namespace allot::graph::wire
