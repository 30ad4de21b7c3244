#include "engine/limits/learned.hpp"

#include <algorithm>

#include "engine/limits/bound.hpp"
#include "engine/throttle/seconds.hpp"

namespace allot::limits {

namespace {

/// A share measured longer ago says nothing of today: other applications come and go.
constexpr auto remembered_for = std::chrono::days{7};

/// What a clock that was ahead has dated would else be believed until then.
constexpr auto ahead_at_most = std::chrono::hours{1};

bool too_old(wall_time measured, wall_time now) {
    return now - measured > remembered_for || measured - now > ahead_at_most;
}

bool same(throttle::quota const& one, throttle::quota const& other) {
    return one.amount == other.amount && one.window == other.window;
}

/// A bucket is full again after a window.
double refilled(double left, duration since, throttle::quota const& of) {
    auto const passed = std::max(0.0, throttle::in_seconds(since));
    return std::min(1.0, left + passed / throttle::in_seconds(of.window));
}

finding* find(learned_limits& in, owner const& whose, throttle::limit of) {
    auto const found = std::ranges::find_if(
        in, [&](finding const& one) { return one.of == of && one.whose == whose; });
    return found == in.end() ? nullptr : &*found;
}

/// What the next run should begin with.
throttle::learned_limit found_out(throttle::belief const& before,
                                  throttle::quota_governor const& after, time_point now) {
    auto is = after.learned(now);
    if (!after.lowered()) {
        // Who kept to a share of the limit and met no edge has learned nothing of the rest.
        bool const more = before.learned && before.learned->share > before.share;
        is.share = more ? before.learned->share : 1;
    }
    return is;
}

}  // namespace

std::optional<throttle::learned_limit> recall(learned_limits const& from, owner const& whose,
                                              throttle::limit of, throttle::quota const& published,
                                              wall_time now) {
    auto const found = std::ranges::find_if(from, [&](finding const& one) {
        return one.of == of && one.whose == whose && same(one.published, published);
    });
    if (found == from.end()) return std::nullopt;
    auto is = found->is;
    // A share this low was a bad hour: finding it again costs little, beginning so low much.
    constexpr double share_least = 0.1;
    is.share = std::max(is.share, share_least);
    is.left = refilled(is.left, now - found->left_at, published);
    if (too_old(found->share_at, now)) {
        is.share = 1;
        is.counts = throttle::counting::bucket;
    }
    return is;
}

bool remember(learned_limits& in, ended_run const& run) {
    std::erase_if(in, [&](finding const& one) { return too_old(one.left_at, run.wall_now); });
    bool any = false;
    for (auto const which : throttle::all_limits) {
        auto const* const before = belief_in(run.believed, which);
        auto const* const after = run.paced.find(which);
        if (before == nullptr || after == nullptr || after->unbounded()) continue;
        if (after->used(run.now) <= 0 && after->gates() == 0) continue;
        auto const is = found_out(*before, *after, run.now);
        // Only what was measured anew is young again.
        bool measured = !before->learned || before->learned->share != is.share ||
                        before->learned->counts != is.counts;
        auto* known = find(in, run.whose, which);
        if (known == nullptr) {
            known = &in.emplace_back();
            known->whose = run.whose;
            known->of = which;
            measured = true;
        }
        if (measured) known->share_at = run.wall_now;
        known->published = before->published;
        known->is = is;
        known->left_at = run.wall_now;
        any = true;
    }
    return any;
}

}  // namespace allot::limits
