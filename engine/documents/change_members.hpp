#pragma once

#include <string>
#include <vector>

#include "engine/documents/writing.hpp"
#include "engine/plan/diff.hpp"

namespace allot::documents {

/// `[{"sku":"…","off":["…"]}]`; some.
void append_adds(std::string& out, std::vector<licence_add> const& of);

/// The members of a change, for an object that holds more than the change.
void append_change_members(object_text& made, plan::change const& of);

}  // namespace allot::documents
