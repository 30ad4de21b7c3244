#pragma once

#include "config/settings.hpp"

namespace allot::config {

/// The surroundings of this process: its arguments without the program's name, its environment, its
/// files. A file larger than 1 MiB is a failure: nothing that configures allot is that large.
surroundings process_surroundings(int argument_count, char const* const* arguments);

}  // namespace allot::config
