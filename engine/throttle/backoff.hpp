#pragma once

#include <cstdint>

#include "connectors/port/random_stream.hpp"
#include "connectors/port/time.hpp"

namespace allot::throttle {

/// How long to wait before try `tries` (1: after the first failure): evenly between nothing and
/// `base * 2^(tries-1)`, at most `longest`: "full jitter" (AWS Architecture Blog, "Exponential
/// Backoff And Jitter", 2015).
duration backoff(std::uint32_t tries, duration base, duration longest, random_stream& from);

}  // namespace allot::throttle
