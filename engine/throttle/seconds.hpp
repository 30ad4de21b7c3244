#pragma once

#include <algorithm>
#include <cmath>

#include "connectors/port/time.hpp"

namespace allot::throttle {

inline double in_seconds(duration span) {
    return std::chrono::duration<double>(span).count();
}

/// Longer than any run; still fits into a moment when it is added to one.
inline constexpr duration longest_span = std::chrono::hours{24 * 365 * 100};

/// Rounded up; at most `longest_span` either way. What is no number is no time.
inline duration to_duration(double seconds) {
    if (std::isnan(seconds)) return duration::zero();
    auto const longest = in_seconds(longest_span);
    auto const within = std::clamp(seconds, -longest, longest);
    return std::chrono::ceil<duration>(std::chrono::duration<double>(within));
}

}  // namespace allot::throttle
