#include "engine/limits/bound.hpp"

#include <algorithm>

#include "engine/throttle/seconds.hpp"

namespace allot::limits {

using throttle::known;
using throttle::limit;

throttle::belief const* belief_in(throttle::governor_options const& believed, limit of) {
    auto const& one = of == limit::writes  ? believed.writes
                      : of == limit::units ? believed.units
                                           : believed.tenant_writes;
    return one ? &*one : nullptr;
}

part part_of(throttle::belief const& believed) {
    if (!believed.learned) return {believed.share, 1};
    return {std::min(believed.share, believed.learned->share), believed.learned->left};
}

throttle::governor_options taken_as_true(throttle::governor_options believed) {
    for (auto* const one : {&believed.writes, &believed.units, &believed.tenant_writes}) {
        if (!*one) continue;
        auto& belief = **one;
        auto const ours = part_of(belief);
        auto const counts = belief.learned ? belief.learned->counts : throttle::counting::bucket;
        belief.published.amount *= ours.share;
        belief.share = 1;
        belief.learned = throttle::learned_limit{1, ours.left, counts};
    }
    return believed;
}

bound least_time(throttle::governor_options const& believed, throttle::cost const& work) {
    bound longest;
    for (auto const which : throttle::all_limits) {
        auto const* const one = belief_in(believed, which);
        if (one == nullptr || one->is != known::as_published) continue;
        auto const ours = part_of(*one);
        auto const amount = which == limit::units ? work.units : work.writes;
        auto const whole = ours.share * one->published.amount;
        auto const seconds =
            (amount - ours.left * whole) / whole * throttle::in_seconds(one->published.window);
        if (seconds > longest.seconds) longest = {seconds, which};
    }
    return longest;
}

}  // namespace allot::limits
