#pragma once

#include "config/settings.hpp"
#include "connectors/port/result.hpp"

namespace allot::commands {

/// Whether the files that are to be written may be: none takes the place of a link, a folder or a
/// device, none that of a file that is read, and no two of each other. Before anything is opened.
/// Errors: `invalid_input`, with flag and file.
result<void> check_outputs(config::settings const& with);

}  // namespace allot::commands
