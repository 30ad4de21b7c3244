#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "connectors/port/time.hpp"
#include "engine/reconcile/row.hpp"

namespace allot::report {

/// One SKU of the job, in seats.
struct seat_line {
    std::string sku;          ///< id
    std::string part_number;  ///< empty when the tenant does not have it
    std::int64_t owned = 0;
    std::int64_t used_before = 0;
    std::int64_t needed = 0;    ///< net: the seats that the job takes less those that it frees
    std::int64_t short_by = 0;  ///< `short` in the file: how many more would have to be bought
};

/// The waves in which the changes go.
struct wave_line {
    std::uint64_t size = 0;   ///< users of one, at most
    std::uint64_t count = 0;  ///< in all
    std::uint64_t done = 0;   ///< those in which everybody has ended
};

/// A run in numbers: `summary.json`.
struct summary {
    std::string run_id;
    std::string command;  ///< `apply`
    std::string tenant;
    wall_time started_at{};
    wall_time finished_at{};
    double seconds = 0;  ///< measured on the steady clock; the dates may disagree
    std::uint64_t targets = 0;
    std::uint64_t users = 0;
    /// How many targets ended so, by `verdict` and by `reason` as index.
    std::array<std::uint64_t, reconcile::all_verdicts.size()> verdicts{};
    std::array<std::uint64_t, all_reasons.size()> reasons{};
    std::vector<seat_line> seats;
    std::optional<wave_line> waves;  ///< where there are any
    std::uint64_t requests = 0;      ///< request parts sent, retries included
    std::uint64_t writes = 0;        ///< of them, those that change something
    std::uint64_t refusals = 0;      ///< replies 429
    double bound_seconds = 0;        ///< no client can be faster under the service's limits
    int exit_code = 0;
};

/// Adds one row to `targets`, `verdicts` and `reasons`.
void count(summary& into, reconcile::row const& of);

/// The summary as an indented JSON object with a line end. `verdicts` names all verdicts; `reasons`
/// names those that occurred.
std::string to_json(summary const& of);

}  // namespace allot::report
