#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/settings.hpp"

/// What the environment says of variables and folders.
namespace allot::config {

/// A variable that is set and not empty.
std::optional<std::string> variable(surroundings const& from, std::string const& name);

/// The home folder; empty when it is not known or not absolute.
std::optional<std::string> home_folder(surroundings const& from);

/// The folder that an XDG variable names, or what stands for it under the home folder. Relative
/// ones do not count (XDG Base Directory Specification 0.8).
std::optional<std::string> xdg_folder(surroundings const& from, std::string const& name,
                                      std::string_view under_home);

}  // namespace allot::config
