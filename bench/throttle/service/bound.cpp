#include "bench/throttle/service/bound.hpp"

#include <algorithm>
#include <cmath>
#include <deque>

namespace allot::bench {

namespace {

constexpr duration step = std::chrono::milliseconds{10};

double in_seconds(duration span) {
    return std::chrono::duration<double>(span).count();
}

/// The room that the limit has left, when time goes by steps.
class room {
 public:
    explicit room(question const& of)
        : counts_{of.counts},
          window_steps_{static_cast<std::size_t>(of.window / step)},
          step_in_window_{static_cast<std::size_t>(of.open_for / step)},
          used_{0} {}

    /// Begins the next step; says how much may be sent in it.
    double begin(period const& now) {
        auto const taken = now.taken * in_seconds(step);
        switch (counts_) {
            case counting::token_bucket:
                if (first_) level_ = now.capacity;
                level_ = std::min(level_, now.capacity);
                if (!first_) level_ += now.capacity / static_cast<double>(window_steps_) - taken;
                level_ = std::clamp(level_, 0.0, now.capacity);
                break;
            case counting::sliding_window:
                if (steps_.size() == window_steps_) {
                    used_ -= steps_.front();
                    steps_.pop_front();
                }
                steps_.push_back(taken);
                used_ += taken;
                level_ = std::max(0.0, now.capacity - used_);
                break;
            case counting::fixed_window:
                if (!first_ && ++step_in_window_ >= window_steps_) {
                    step_in_window_ = 0;
                    used_ = 0;
                }
                used_ += taken;
                level_ = std::max(0.0, now.capacity - used_);
                break;
        }
        first_ = false;
        return level_;
    }

    void use(double operations) {
        level_ -= operations;
        used_ += operations;
        if (counts_ == counting::sliding_window) steps_.back() += operations;
    }

 private:
    counting counts_;
    std::size_t window_steps_;
    std::size_t step_in_window_;
    bool first_ = true;
    double level_ = 0;
    double used_;
    std::deque<double> steps_;  ///< sliding window: what was used in each step of it
};

}  // namespace

duration bound_of(question const& asked) {
    auto left = static_cast<double>(asked.operations);
    // Replies that take no time free their places at once.
    bool const instant = asked.latency_mean <= duration::zero();
    auto const places = instant ? left : static_cast<double>(asked.in_flight);
    auto const freed =
        instant ? left : places * (in_seconds(step) / in_seconds(asked.latency_mean));
    auto free = places;
    room limit{asked};
    auto current = asked.periods.begin();
    duration now{};
    for (;; now += step) {
        while (current + 1 != asked.periods.end() && (current + 1)->from <= now) ++current;
        auto const sent = std::min({left, limit.begin(*current), free});
        limit.use(sent);
        left -= sent;
        // A place that nobody could use is not there twice later.
        free = std::min(places, free - sent + freed);
        if (left <= 1e-6) return now;
    }
}

}  // namespace allot::bench
