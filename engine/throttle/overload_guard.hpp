#pragma once

#include <cstddef>
#include <cstdint>

#include "connectors/port/directory_words.hpp"
#include "connectors/port/time.hpp"

namespace allot::throttle {

/// Bounds what is in flight when the service is struggling, which no quota says: replies that take
/// several times as long as the best, or that fail. Replies are looked at in groups; a bad group
/// takes a third off the bound, a good one gives a little back. Slow replies alone never take it
/// below what the pace needs (Little's law: rate times latency), because quota limits hold a run
/// longer than its latency does. Pure.
class overload_guard {
 public:
    /// `most` operations in flight while all is well.
    explicit overload_guard(std::size_t most) : most_{static_cast<double>(most)}, bound_{most_} {}

    [[nodiscard]] std::size_t bound() const { return static_cast<std::size_t>(bound_); }
    /// A reply to what was sent at `sent_at`; `rate`: operations a second that the quota allows in
    /// the long run, 0 when it has no limit.
    void settled(time_point sent_at, time_point now, outcome const& reply, double rate);

 private:
    void judge(double rate);

    double most_;
    double bound_;
    // The group that is being gathered.
    time_point since_{};
    std::uint32_t replies_ = 0;
    std::uint32_t troubles_ = 0;
    double seconds_ = 0;  ///< sum of the latencies of those that were answered
    double best_ = 0;     ///< least mean latency of a group; 0: none yet
};

}  // namespace allot::throttle
