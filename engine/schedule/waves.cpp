#include "engine/schedule/waves.hpp"

#include <algorithm>

namespace allot::schedule {

std::size_t wave_count(std::size_t users, std::size_t size) {
    if (users == 0) return 0;
    return size == 0 ? 1 : (users - 1) / size + 1;
}

waves::waves(wave_options chosen, std::size_t users)
    : options_{chosen}, users_{users}, begun_{users == 0 ? 0U : 1U}, left_{users_of_present()} {}

std::size_t waves::open_until() const {
    return options_.size == 0 ? users_ : std::min(users_, begun_ * options_.size);
}

std::size_t waves::users_of_present() const {
    if (options_.size == 0 || begun_ == 0) return users_;
    return open_until() - (begun_ - 1) * options_.size;
}

void waves::ended(bool failed, time_point now) {
    --left_;
    if (failed) {
        ++failed_;
        ++failed_in_wave_;
    }
    if (left_ == 0 && open_until() < users_ && !too_many_failed()) next_at_ = now + options_.pause;
}

void waves::begin_next(time_point now) {
    if (!next_at_ || now < *next_at_) return;
    next_at_.reset();
    ++begun_;
    left_ = users_of_present();
    failed_in_wave_ = 0;
}

bool waves::by_share() const {
    return options_.failures_max && options_.failures_max->percent;
}

bool waves::too_many_failed() const {
    if (!options_.failures_max) return false;
    auto const most = options_.failures_max->amount;
    if (by_share()) return failed_in_wave_ * 100 > most * users_of_present();
    return failed_ > most;
}

waves::standing waves::stands() const {
    standing now;
    now.count = wave_count(users_, options_.size);
    now.begun = begun_;
    now.done = left_ == 0 ? begun_ : begun_ - 1;
    now.failed = by_share() ? failed_in_wave_ : failed_;
    now.users = by_share() ? users_of_present() : open_until();
    return now;
}

}  // namespace allot::schedule
