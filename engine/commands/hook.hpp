#pragma once

#include <string>
#include <utility>
#include <vector>

#include "connectors/port/result.hpp"

namespace allot::commands {

/// A command of the administrator's that is told something.
struct hook_call {
    std::string command;                                         ///< for /bin/sh -c
    std::string input;                                           ///< its standard input
    std::vector<std::pair<std::string, std::string>> variables;  ///< set in its environment
};

/// Runs it, waits for it for at most five minutes, then stops it. Its output goes to standard
/// error; of our environment it gets all but secrets, and not ALLOT_ON_FINISH. Errors: it could not
/// be started, failed, or took too long.
result<void> call_hook(hook_call const& of);

}  // namespace allot::commands
