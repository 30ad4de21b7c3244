#include "engine/throttle/overload_guard.hpp"

#include <algorithm>

#include "engine/throttle/seconds.hpp"

namespace allot::throttle {

namespace {

using namespace std::chrono_literals;

constexpr duration group_lasts = 1s;
constexpr std::uint32_t group_min = 20;
/// More failures than this are not chance.
constexpr double troubles_max = 0.25;
/// Latency was seen to rise ninefold before the first refusal (see bench/README.md for sources).
constexpr double slowdown_max = 4;
constexpr double bound_min = 4;
constexpr double step_down = 0.7;
constexpr double step_up = 1.1;

}  // namespace

void overload_guard::settled(time_point sent_at, time_point now, outcome const& reply,
                             double rate) {
    // A refusal for lack of quota comes quickly and is the quota's affair.
    if (reply.kind == outcome_kind::throttled) return;
    if (replies_ == 0) since_ = now;
    ++replies_;
    if (reply.kind == outcome_kind::transient || reply.kind == outcome_kind::lost) {
        ++troubles_;
    } else {
        seconds_ += in_seconds(now - sent_at);
    }
    if (replies_ >= group_min && now - since_ >= group_lasts) judge(rate);
}

void overload_guard::judge(double rate) {
    auto const answered = replies_ - troubles_;
    auto const mean = answered > 0 ? seconds_ / answered : 0;
    bool const failing = troubles_ > troubles_max * replies_;
    bool const slow = best_ > 0 && mean > slowdown_max * best_;
    if (answered > 0) best_ = best_ > 0 ? std::min(best_, mean) : mean;
    if (failing) {
        bound_ = std::max(bound_min, bound_ * step_down);
    } else if (slow) {
        auto const needed = 1.2 * rate * mean;
        bound_ = std::min(bound_, std::max({bound_min, needed, bound_ * step_down}));
    } else {
        bound_ = std::min(most_, std::max(bound_ + 1, bound_ * step_up));
    }
    replies_ = troubles_ = 0;
    seconds_ = 0;
}

}  // namespace allot::throttle
