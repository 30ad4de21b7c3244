#pragma once

#include <optional>
#include <string>

#include "connectors/port/result.hpp"
#include "engine/commands/session.hpp"
#include "engine/documents/saved_plan.hpp"
#include "engine/runs/prepare.hpp"

namespace allot::commands {

/// Whether the file looks like a saved plan, whole or not; stdin does not.
bool is_plan(std::string const& file);

/// The plan that was saved in that file; empty when it holds anything else, a job for example, or
/// is stdin. Errors: it was altered, or is of a newer version.
result<std::optional<documents::saved_plan>> read_plan(std::string const& file);

/// Saves what `apply` would do. Errors: `could_not_run` when the file cannot be written.
result<void> save_plan(std::string const& file, session& with, runs::prepared const& ready);

}  // namespace allot::commands
