#pragma once

#include <string>
#include <string_view>

namespace allot::config {

/// A script that completes allot's command line, for `bash`, `zsh` or `fish`, from the table of
/// options. It asks `allot completion profiles` (and `runs`, `skus`) for names when they are to be
/// completed; that reads what is on this machine, never the network.
std::string completion_script(std::string_view shell);

}  // namespace allot::config
