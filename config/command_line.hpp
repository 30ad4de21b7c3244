#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/options.hpp"

namespace allot::config {

/// The arguments, sorted into their kinds and checked against the table of options.
struct command_line {
    std::optional<command> what;  ///< empty only with `help` or `version`
    std::string job;              ///< empty when the command takes none, or help is wanted
    std::string run_name;         ///< empty when the command takes none or none was typed
    std::string topic;            ///< of `completion` and `man`
    bool help = false;
    bool version = false;
    bool verbose = false;                                   ///< with `version` only
    std::map<std::string, std::string, std::less<>> flags;  ///< by name; a switch is `yes`
};

/// A failure names the argument, never a value that follows an unknown flag.
result<command_line> parse_command_line(std::vector<std::string> const& arguments);

}  // namespace allot::config
