#include "engine/throttle/backoff.hpp"

#include <algorithm>

#include "engine/throttle/seconds.hpp"

namespace allot::throttle {

duration backoff(std::uint32_t tries, duration base, duration longest, random_stream& from) {
    auto bound = base;
    for (std::uint32_t doubled = 1; doubled < tries && bound < longest; ++doubled) bound *= 2;
    return to_duration(in_seconds(std::min(bound, longest)) * from.fraction());
}

}  // namespace allot::throttle
