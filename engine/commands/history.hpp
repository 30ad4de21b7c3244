#pragma once

#include <string>

#include "engine/store/run_store.hpp"

namespace allot::commands {

/// The run of that name. Errors: `invalid_input` when there is none, `refused_by_cap` when it is of
/// another tenant. `tenant`: empty for any.
result<store::run_line> find_run(store::run_store& in, std::string const& name,
                                 std::string const& tenant);

}  // namespace allot::commands
