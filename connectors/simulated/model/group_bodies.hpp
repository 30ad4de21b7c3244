#pragma once

#include <simdjson.h>

#include "connectors/simulated/model/bodies.hpp"

namespace allot::simulated {

/// Reads whom a body adds to a group: several in `members@odata.bind`, or one in `@odata.id`; says
/// in `to` for which of the two requests it will do.
/// Source: learn.microsoft.com/graph/api/group-post-members.
void read_new_members(simdjson::dom::object const& from, sent_body& to);

}  // namespace allot::simulated
