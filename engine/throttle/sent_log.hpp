#pragma once

#include <deque>

#include "connectors/port/time.hpp"

namespace allot::throttle {

/// What was sent in the last `window`, in at most a few hundred entries.
class sent_log {
 public:
    explicit sent_log(duration window) : window_{window} {}

    void add(time_point now, double amount);
    /// The newest entry was not charged.
    void take_back(double amount);
    void forget_old(time_point now);
    void clear();

    [[nodiscard]] double total() const { return total_; }
    /// When the first of it leaves the window; `now` when there is none.
    [[nodiscard]] time_point first_leaves(time_point now) const;
    /// When so little is left of it that no more than `most` remains.
    [[nodiscard]] time_point at_most(double most, time_point now) const;

 private:
    struct entry {
        time_point first;
        time_point last;
        double amount;
    };
    duration window_;
    std::deque<entry> entries_;
    double total_ = 0;
};

}  // namespace allot::throttle
