#pragma once

#include <optional>
#include <string>

#include "config/settings.hpp"

namespace allot::config {

/// What `allot --help`, or `allot COMMAND --help`, prints: at most 80 columns wide, one screen
/// long.
std::string help_for(std::optional<command> what);

}  // namespace allot::config
