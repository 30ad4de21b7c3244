#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/command_line.hpp"
#include "config/config_file.hpp"
#include "config/settings.hpp"

namespace allot::config {

/// The profile that is built in.
inline constexpr std::string_view simulated_profile = "simulated";

struct chosen_profile {
    std::optional<config_file> file;  ///< empty: there is none
    std::string name;  ///< empty: no profile; else a section of the file, or built in
};

/// Finds and reads the configuration file, and the name of the profile to use. A failure says where
/// was looked, or which profiles there are.
result<chosen_profile> choose_profile(surroundings const& from, command_line const& line);

}  // namespace allot::config
