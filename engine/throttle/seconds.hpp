#pragma once

#include "connectors/port/time.hpp"

namespace allot::throttle {

inline double in_seconds(duration span) {
    return std::chrono::duration<double>(span).count();
}

/// Rounded up.
inline duration to_duration(double seconds) {
    return std::chrono::ceil<duration>(std::chrono::duration<double>(seconds));
}

}  // namespace allot::throttle
