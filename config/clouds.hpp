#pragma once

#include <string>
#include <string_view>

#include "config/settings.hpp"

/// Microsoft's clouds: each has a Graph and a login service of its own.
namespace allot::config {

/// The clouds by name, each with what others call it, joined: `global (gcc, commercial), …`.
std::string cloud_names();

/// Sets both roots to those of a cloud; false when there is none of that name.
bool set_cloud(settings& into, std::string_view name);

/// Sets both roots to those of the first cloud with that login service; leaves them when there is
/// none.
void set_cloud_of_login(settings& into, std::string_view login_url);

}  // namespace allot::config
