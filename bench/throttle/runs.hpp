#pragma once

#include <functional>
#include <vector>

#include "bench/throttle/schemes/schemes.hpp"

namespace allot::bench {

/// One run to be made, and what came of it.
struct run {
    scheme const* by = nullptr;
    trial of;
    measured seen;
};

/// Plays all of them, so many at a time, each on one thread; `after` is told of each, in the order
/// of the list.
void play_all(std::vector<run>& runs, unsigned jobs, std::function<void(run const&)> const& after);

}  // namespace allot::bench
