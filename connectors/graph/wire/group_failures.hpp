#pragma once

#include "connectors/port/directory_words.hpp"

/// Refusals that only a group's operations meet. For this folder only.
namespace allot::graph::wire {

/// Says of a failure what it means for a group and its members, where `asked` is about one: which
/// of them is missing, who is in it already, why its members cannot be written. Leaves all others
/// as they are.
/// Source: learn.microsoft.com/graph/api/group-post-members; the words are those of the service.
void tell_of_group(outcome& failed, operation const& asked);

}  // namespace allot::graph::wire
