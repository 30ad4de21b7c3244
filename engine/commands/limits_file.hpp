#pragma once

#include <string>

#include "engine/limits/learned.hpp"

namespace allot::commands {

/// What earlier runs found out about the limits: `limits.json` in the state folder. A file that
/// cannot be read is told on stderr, and is as good as none.
limits::learned_limits read_limits(std::string const& state_dir);

/// Adds what a run found out; the file is written whole or not at all. A failure is told on stderr:
/// it costs the next run time, and this one nothing.
void keep_limits(std::string const& state_dir, limits::ended_run const& run);

}  // namespace allot::commands
