#pragma once

#include <cstdint>

namespace allot::simulated {

/// What the simulated tenant has seen and done since it was made. A part of a batch counts as a
/// request to its own address does.
struct counts {
    std::uint64_t requests = 0;          ///< HTTP requests of every kind, sign-ins included
    std::uint64_t token_requests = 0;    ///< sign-ins, refused ones included
    std::uint64_t batches = 0;           ///< `$batch` envelopes
    std::uint64_t parts = 0;             ///< parts in them
    std::uint64_t reads = 0;             ///< GETs of users, pages and subscriptions
    std::uint64_t writes_accepted = 0;   ///< writes that took effect, answered or not
    std::uint64_t writes_throttled = 0;  ///< writes answered 429
    std::uint64_t reads_throttled = 0;   ///< reads answered 429
    std::uint64_t refusals = 0;          ///< other 4xx answers of the directory
    std::uint64_t faults = 0;            ///< faults that were thrown in
    std::uint64_t early_returns = 0;     ///< charged before the announced Retry-After had passed
    std::uint64_t overlapping_writes =
        0;  ///< writes to a user while the answer to another was on its way
    std::uint64_t users_touched = 0;  ///< users with at least one accepted write

    bool operator==(counts const&) const = default;
};

}  // namespace allot::simulated
