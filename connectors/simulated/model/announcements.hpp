#pragma once

#include <optional>
#include <vector>

#include "connectors/port/time.hpp"

namespace allot::simulated {

/// What callers were told to wait for, of one limit.
class announcements {
 public:
    /// Callers know from `told` on that the limit is closed until `until`.
    void add(time_point told, time_point until);
    /// Until when a caller who comes at `now` should have stayed away; empty when it is free to
    /// come. `now` does not go back from call to call.
    std::optional<time_point> closed_until(time_point now);

 private:
    struct closing {
        time_point told;
        time_point until;
    };
    std::vector<closing> on_the_way_;  ///< a heap: those that are told first, first
    time_point known_{};               ///< the latest `until` of those that have been told
};

}  // namespace allot::simulated
