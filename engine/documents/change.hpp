#pragma once

#include <string>
#include <string_view>

#include "connectors/port/result.hpp"
#include "engine/plan/diff.hpp"

namespace allot::documents {

/// Appends one line without its end; what is empty is left out:
/// `{"location":"NL","add":[{"sku":"…","off":["…"]}],"remove":["…"],"join":["…"],"leave":["…"]}`.
void append_change(std::string& out, plan::change const& of);

/// Reads what `append_change` writes. Errors: `could_not_run` when it is anything else.
result<plan::change> parse_change(std::string_view text);

}  // namespace allot::documents
