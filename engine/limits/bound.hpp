#pragma once

#include <optional>

#include "engine/throttle/governor.hpp"

/// What is said of the service's limits outside of the pacing itself: the least time that they
/// allow, what runs found out about them, and all this in words. Pure.
namespace allot::limits {

/// One of the governor's limits as it was believed to be; null where there is none.
throttle::belief const* belief_in(throttle::governor_options const& believed, throttle::limit of);

/// The part of a published limit that is believed to be ours, and of that, what is left.
struct part {
    double share = 1;
    double left = 1;
};
part part_of(throttle::belief const& believed);

/// The same limits, with what is believed of them as what is published: whoever follows these has
/// nothing to find out.
throttle::governor_options taken_as_true(throttle::governor_options believed);

/// The least time that any client needs for its work.
struct bound {
    double seconds = 0;                 ///< 0: what is left of the limits lets all of it go at once
    std::optional<throttle::limit> by;  ///< the limit that demands it; empty when none does
};

/// With limits as they are believed to be, taken as token buckets: (work - left) / refill. A limit
/// that is not known demands nothing.
bound least_time(throttle::governor_options const& believed, throttle::cost const& work);

}  // namespace allot::limits
