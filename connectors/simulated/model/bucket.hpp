#pragma once

#include <optional>
#include <vector>

#include "connectors/simulated/model/options.hpp"

namespace allot::simulated {

/// A token bucket in whole numbers, full at first. Without a quota it never empties.
class bucket {
 public:
    /// Fills up to `now`, by the quota as it is now.
    void refill(std::optional<quota> const& by, time_point now);
    [[nodiscard]] bool holds(std::int64_t cost) const;
    /// Takes what is there, at most `cost`.
    void take(std::int64_t cost);
    /// How long until it holds `cost`; 0 when it does.
    [[nodiscard]] duration until_it_holds(std::int64_t cost) const;
    /// 0 full, 1 empty.
    [[nodiscard]] double used() const;

 private:
    std::optional<quota> quota_;
    time_point filled_at_{};
    /// In units of 1 / quota_->window nanoseconds of a token, so that a nanosecond fills `capacity`
    /// of them.
    std::int64_t level_ = 0;
};

/// What callers were told to wait for, per bucket.
class announcements {
 public:
    /// Callers know from `told` on that the bucket is closed until `until`.
    void add(time_point told, time_point until);
    /// Until when a caller who comes at `now` should have stayed away; empty when it is free to
    /// come.
    std::optional<time_point> closed_until(time_point now);

 private:
    struct closing {
        time_point told;
        time_point until;
    };
    std::vector<closing> closings_;
};

}  // namespace allot::simulated
