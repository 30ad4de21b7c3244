#pragma once

#include <string>

namespace allot::commands {

/// A line for each library in use, with the version that was built with, the one that is loaded
/// where it can tell, and its licence (SPDX); and the compiler.
std::string parts_text();

}  // namespace allot::commands
