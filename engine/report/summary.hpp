#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
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

/// One of the service's limits, as it is believed to be after a run.
struct limit_line {
    std::string limit;  ///< `writes`, `units`, `tenant_writes`
    double amount = 0;  ///< as published
    double window_seconds = 0;
    std::optional<double> share;  ///< of that, what is ours; empty: not known
    bool learned = false;         ///< from what the service did, not from what it publishes
    std::string counting;         ///< `bucket` or `window`
};

/// How the writing went, measured against what the limits allow.
struct pacing_line {
    double bound_seconds = 0;    ///< the least that any client needs, under the limits assumed
    double seconds = 0;          ///< from the first write to the last that was accepted
    std::uint64_t refusals = 0;  ///< replies 429
    std::uint64_t gates = 0;     ///< times that everybody had to wait for a refusal
    bool limit_percentage_seen = false;  ///< the service said how much of a limit is used
    double units_per_read = 0;           ///< as charged; published: 1
    std::vector<limit_line> limits;

    /// How many times the bound the writing took; empty when the limits did not hold it up.
    [[nodiscard]] std::optional<double> ratio() const {
        if (bound_seconds <= 0) return std::nullopt;
        return seconds / bound_seconds;
    }
};

/// A run in numbers: `summary.json`.
struct summary {
    std::string run_id;
    std::string command;  ///< `apply`
    std::string tenant;
    wall_time started_at{};
    wall_time finished_at{};
    double seconds =
        0;  ///< from start to end; of a resumed run with the time between its processes
    std::uint64_t targets = 0;
    std::uint64_t users = 0;
    std::uint64_t groups = 0;  ///< that are targets themselves
    /// How many targets ended so, by `verdict` and by `reason` as index.
    std::array<std::uint64_t, reconcile::all_verdicts.size()> verdicts{};
    std::array<std::uint64_t, all_reasons.size()> reasons{};
    std::vector<seat_line> seats;
    std::optional<wave_line> waves;  ///< where there are any
    std::uint64_t requests = 0;      ///< request parts sent, retries included
    std::uint64_t writes = 0;        ///< of them, those that change something
    std::uint64_t refusals = 0;      ///< replies 429
    double bound_seconds = 0;        ///< no client can be faster under the limits assumed
    std::optional<double>
        forecast_seconds;               ///< what was foretold of the changes, where it could be
    std::optional<pacing_line> pacing;  ///< of a run that changes
    int exit_code = 0;
};

/// Adds one row to `targets`, `verdicts` and `reasons`.
void count(summary& into, reconcile::row const& of);

/// The summary as an indented JSON object with a line end. `verdicts` names all verdicts; `reasons`
/// names those that occurred.
std::string to_json(summary const& of);

/// Reads what `to_json` wrote, also that of an older version; empty when it is no summary. What is
/// not known of it is as in an empty one.
std::optional<summary> read_summary(std::string_view json);

}  // namespace allot::report
