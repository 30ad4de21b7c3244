#include "engine/survey/choice.hpp"

#include <algorithm>

#include "engine/throttle/cost.hpp"

namespace allot::survey {

namespace {

constexpr std::uint64_t page_users = 999;  ///< graph-facts 5

bool within(wall_time then, wall_time now, duration most) {
    return then != wall_time{} && then <= now && now - then <= most;
}

}  // namespace

expense by_name_expense(std::size_t users) {
    auto const requests = (users + batch_parts_max - 1) / batch_parts_max;
    return {requests,
            static_cast<double>(users) * throttle::cost_of(operation_kind::read_user).units};
}

expense pages_expense(std::uint64_t members) {
    auto const pages = members / page_users + 1;
    return {pages, static_cast<double>(pages) * throttle::users_page_cost.units};
}

std::optional<bool> pages_are_cheaper(std::size_t users, std::uint64_t members) {
    if (users <= few_users) return false;
    if (members == 0) return std::nullopt;
    return pages_expense(members).weight() < by_name_expense(users).weight();
}

bool usable_link(documents::kept_tenant const& of, wall_time now) {
    return !of.link.empty() && within(of.link_at, now, link_for_max);
}

bool settled_link(documents::kept_tenant const& of, wall_time now) {
    return usable_link(of, now) && now - of.link_at >= link_settles_after;
}

bool usable_users(documents::kept_tenant const& of, wall_time now) {
    return usable_link(of, now) && within(of.whole_at, now, kept_for_max);
}

bool is_doubtful(documents::kept_user const& of) {
    return of.look_again || std::ranges::any_of(of.seen.licences, [](licence_state const& one) {
               return !one.active || !one.error.empty();
           });
}

}  // namespace allot::survey
