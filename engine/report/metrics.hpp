#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connectors/port/time.hpp"
#include "engine/report/summary.hpp"

namespace allot::report {

/// What a command's end says to a monitor.
struct metrics_of_end {
    std::string command;  ///< `apply`: labels of every figure, with the tenant
    std::string tenant;
    std::string version;  ///< of this program
    wall_time ended_at{};
    double seconds = 0;
    int exit_code = 0;
    std::optional<summary> counted;  ///< where it came to a summary
    /// Seats that are left, by part number; empty: not known.
    std::vector<std::pair<std::string, std::int64_t>> seats_free;
};

/// The metrics in Prometheus' text format, for the textfile collector of its node exporter
/// (prometheus.io/docs/instrumenting/exposition_formats, version 0.0.4). `before` is what the file
/// held: what other commands and tenants left there stays, counters go on from there, and the time
/// of the last success stays when this end is none. What cannot be read in it is left out.
std::string to_metrics(metrics_of_end const& of, std::string_view before);

}  // namespace allot::report
