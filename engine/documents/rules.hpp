#pragma once

#include <string>
#include <string_view>

#include "connectors/port/result.hpp"
#include "engine/plan/diff.hpp"

namespace allot::documents {

/// Appends what the rules say of groups, what is default left out:
/// `{"drop_direct":true,"via":[{"sku":"…","group":"…","name":"…","off":["…"],"also":[…]}]}`.
void append_group_rules(std::string& out, plan::rules const& of);

/// Reads what `append_group_rules` writes into the rules. Errors: `could_not_run` when it is
/// anything else.
result<void> parse_group_rules(std::string_view text, plan::rules& into);

}  // namespace allot::documents
