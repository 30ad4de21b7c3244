#pragma once

#include <string>

#include "config/settings.hpp"
#include "engine/commands/exit_status.hpp"
#include "engine/report/metrics.hpp"

/// What is done when a command has ended, however it did: the metrics are written, and whoever is
/// to be told is told.
namespace allot::commands {

/// What a command came to; later ends replace earlier ones.
struct come_to {
    report::summary counted;
    std::string summary_json;
    std::string report;  ///< the report's folder; empty: none
    std::vector<std::pair<std::string, std::int64_t>> seats_free;  ///< by part number
};
void keep_end(come_to what);
/// For ends that come to no summary: whose tenant it is about.
void keep_tenant(std::string tenant);
/// A run that has begun is called so.
void keep_run(std::string name);

/// Writes the metrics file and runs the command of --on-finish, where they were asked for, once.
/// What fails there is told, and changes nothing.
void tell_end(config::settings const& with, exit_status status);

}  // namespace allot::commands
