#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/limits/bound.hpp"

namespace allot::limits {

/// `about 14 min`: as exact as a forecast is.
std::string about(duration span);

/// One sentence on how long the work will take, and what holds it up: `Takes about 14 min: 3,000
/// writes at once, then 20 a second.` Nothing is foretold (`takes` is empty) when the limits are
/// not known.
std::string forecast_sentence(std::optional<duration> takes,
                              throttle::governor_options const& believed,
                              throttle::cost const& work);

/// One limit as it is believed to be after a run.
struct standing {
    throttle::limit of = throttle::limit::writes;
    throttle::quota published;
    std::optional<double> share;  ///< of the published limit, that is ours; empty: not known
    bool learned = false;         ///< it is not as it was said to be
    throttle::counting counts = throttle::counting::bucket;
};

/// All limits that were looked at.
std::vector<standing> standings(throttle::governor_options const& believed,
                                throttle::governor const& paced, time_point now);

/// `writes: 10 a second, half of the published limit`; empty when nothing was learned of it.
std::string learned_line(standing const& of);

}  // namespace allot::limits
