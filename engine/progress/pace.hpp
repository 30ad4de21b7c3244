#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "connectors/port/time.hpp"

namespace allot::progress {

/// How fast something went lately, from counts taken now and then.
class recent_pace {
 public:
    /// So much was done by `now`, which must not go back; a count that is lower than the one before
    /// begins anew.
    void note(time_point now, std::uint64_t done);
    /// A second, over the last quarter of a minute; empty before a second of it has gone by.
    [[nodiscard]] std::optional<double> per_second() const;

 private:
    struct sample {
        time_point at;
        std::uint64_t done;
    };
    std::deque<sample> samples_;
};

/// How long the rest takes.
struct rest {
    std::uint64_t users = 0;           ///< not yet accepted
    std::optional<double> per_second;  ///< as it went lately
    std::optional<double> allowed;     ///< writes a second that the limits allow in the long run
    double held = 0;                   ///< writes that the limits allow at once
    duration wait{};                   ///< before anything is sent again
};

/// Empty when it is not known: nothing was seen yet to judge by. What the limits allow at once goes
/// at the pace of late, or at that of the limits when it is slower; the rest at that of the limits.
std::optional<duration> time_left(rest const& of);

}  // namespace allot::progress
