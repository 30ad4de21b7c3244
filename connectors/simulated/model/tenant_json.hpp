#pragma once

#include <string>
#include <string_view>

#include "connectors/port/result.hpp"
#include "connectors/simulated/model/description.hpp"

namespace allot::simulated {

/// The description as JSON, a user to a line. Holds no secret.
std::string to_json(tenant_description const& of);

/// Reads what `to_json` writes, or what a person wrote like it: properties that are absent have the
/// defaults of the description. Errors: `invalid_input`, with the place and what is wrong there.
result<tenant_description> from_json(std::string_view text);

/// The counts alone, as one JSON object.
std::string to_json(counts const& of);

}  // namespace allot::simulated
