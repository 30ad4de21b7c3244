#include "connectors/simulated/model/announcements.hpp"

#include <algorithm>

namespace allot::simulated {

void announcements::add(time_point told, time_point until) {
    on_the_way_.push_back({told, until});
    std::ranges::push_heap(on_the_way_, std::ranges::greater{}, &closing::told);
}

std::optional<time_point> announcements::closed_until(time_point now) {
    while (!on_the_way_.empty() && on_the_way_.front().told < now) {
        known_ = std::max(known_, on_the_way_.front().until);
        std::ranges::pop_heap(on_the_way_, std::ranges::greater{}, &closing::told);
        on_the_way_.pop_back();
    }
    return now < known_ ? std::optional{known_} : std::nullopt;
}

}  // namespace allot::simulated
