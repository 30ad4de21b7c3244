#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/settings.hpp"

namespace allot::config {

/// What help and manual say of a command.
struct command_words {
    std::string_view usage;  ///< `plan JOB`
    std::string_view does;
    std::string_view example;  ///< what follows `allot `
};
command_words words_of(command what);

/// What `allot --help`, or `allot COMMAND --help`, prints: at most 80 columns wide, one screen
/// long.
std::string help_for(std::optional<command> what);

}  // namespace allot::config
