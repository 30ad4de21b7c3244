#pragma once

#include <cstddef>
#include <vector>

#include "connectors/port/time.hpp"
#include "connectors/simulated/model/options.hpp"

/// What the benchmark compares with: the service as it truly is, seen from outside.
namespace allot::bench {

using simulated::counting;

/// What holds from a time on, until the next period.
struct period {
    duration from{};      ///< since the first operation
    double capacity = 0;  ///< operations a window that the service accepts
    double taken = 0;     ///< operations a second that somebody else takes of it

    bool operator==(period const&) const = default;
};

struct question {
    std::size_t operations = 0;  ///< each counts one
    counting counts = counting::token_bucket;
    duration window{};
    duration open_for{};          ///< fixed windows: how long the first one has been open already
    std::vector<period> periods;  ///< by time; the first from zero
    std::size_t in_flight = 64;   ///< operations sent and not yet answered, at most
    duration latency_mean{};      ///< of one operation
};

/// The least time from the first operation sent to the last one that takes effect that any client
/// could need, if it knew all of the above and nothing ever went wrong: it sends each operation as
/// soon as the limit has room for it, and as soon as one of the places in flight is free (they free
/// up at `in_flight / latency_mean`). Exact to a hundredth of a second.
duration bound_of(question const& asked);

}  // namespace allot::bench
