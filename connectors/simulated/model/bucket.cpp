#include "connectors/simulated/model/bucket.hpp"

#include <algorithm>
#include <limits>

namespace allot::simulated {

void bucket::refill(std::optional<quota> const& by, time_point now) {
    if (by != quota_) {
        // A bucket that had no limit is full; one whose limit moves keeps its tokens.
        auto const tokens =
            quota_ ? level_ / quota_->window.count() : std::numeric_limits<std::int64_t>::max();
        quota_ = by;
        if (quota_) level_ = std::min(tokens, quota_->capacity) * quota_->window.count();
        filled_at_ = now;
    }
    if (!quota_) return;
    auto const passed = std::clamp(now - filled_at_, duration::zero(), quota_->window);
    level_ = std::min(level_ + passed.count() * quota_->capacity,
                      quota_->capacity * quota_->window.count());
    filled_at_ = now;
}

bool bucket::holds(std::int64_t cost) const {
    return !quota_ || level_ >= cost * quota_->window.count();
}

void bucket::take(std::int64_t cost) {
    if (quota_) level_ = std::max<std::int64_t>(0, level_ - cost * quota_->window.count());
}

duration bucket::until_it_holds(std::int64_t cost) const {
    if (holds(cost)) return duration::zero();
    auto const missing = cost * quota_->window.count() - level_;
    return duration{(missing + quota_->capacity - 1) / quota_->capacity};
}

double bucket::used() const {
    if (!quota_) return 0;
    auto const full = static_cast<double>(quota_->capacity * quota_->window.count());
    return 1 - static_cast<double>(level_) / full;
}

void announcements::add(time_point told, time_point until) {
    for (auto& known : closings_) {
        if (known.told != told) continue;
        known.until = std::max(known.until, until);
        return;
    }
    closings_.push_back({told, until});
}

std::optional<time_point> announcements::closed_until(time_point now) {
    std::erase_if(closings_, [now](closing const& one) { return one.until <= now; });
    std::optional<time_point> latest;
    for (auto const& known : closings_) {
        if (known.told < now && (!latest || *latest < known.until)) latest = known.until;
    }
    return latest;
}

}  // namespace allot::simulated
