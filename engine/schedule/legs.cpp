#include <algorithm>

#include "engine/plan/holding.hpp"
#include "engine/schedule/schedule.hpp"

/// Changes in several steps: people join and leave groups, many in one request, and what is to be
/// taken from them waits for what the groups give.
namespace allot::schedule {

/// Halves those who were refused together, until the culprit is by himself.
void schedule::split(std::span<std::uint32_t const> members) {
    auto const half = static_cast<std::uint8_t>((members.size() + 1) / 2);
    for (auto at = members.size(); at-- > 0;) {
        states_[members[at]].company = half;
        --records_[members[at]].attempts;
        queue_first(members[at], stage::to_write);
    }
}

/// A batch that was refused as a whole says nothing of its operations, so they are sent one by one:
/// only that which made the batch bad is then refused.
void schedule::send_alone(std::uint32_t which) {
    auto const before = states_[which].before_flight;
    states_[which].alone = true;
    if (before == stage::to_write) --records_[which].attempts;
    queue_first(which, before);
}

void schedule::begin_leg(std::uint32_t which, plan::change needs) {
    auto& own = states_[which];
    if (own.location_set_at) needs.usage_location.clear();  // set, but perhaps not shown yet
    errands_[which].needs = changes_.keep(plan::first_leg(std::move(needs)));
    own.assigned = false;
    own.joined = own.left = 0;
}

/// Whether the user, as now seen, has part of what was sent and is not to be sent again. What is
/// not to be sent for another cause (there is no seat any more) is no sign of it.
bool schedule::shows_part_of(std::uint32_t which, plan::change const& sent) const {
    auto const& one = errands_[which];
    auto const is_left = [](auto const& in, auto const& what) {
        return std::ranges::find(in, what) != in.end();
    };
    auto const in_group = [&](group_id group) {
        return std::ranges::any_of(one.seen->licences,
                                   [&](auto const& held) { return held.by_group == group; });
    };
    auto const added = [&](licence_add const& add) {
        auto const* const has = plan::held(one.seen, add.sku).direct;
        return !is_left(one.needs->adds, add) && has != nullptr &&
               has->disabled_plans == add.disabled_plans;
    };
    auto const removed = [&](sku_id sku) {
        return !is_left(one.needs->removes, sku) && plan::held(one.seen, sku).direct == nullptr;
    };
    return std::ranges::any_of(sent.adds, added) || std::ranges::any_of(sent.removes, removed) ||
           std::ranges::any_of(sent.joins, in_group) || !std::ranges::all_of(sent.leaves, in_group);
}

void schedule::begin_second_leg(std::uint32_t which, plan::change rest) {
    states_[which].accepted_at.reset();
    states_[which].second_leg = true;
    begin_leg(which, std::move(rest));
    queue(which, stage::to_write);
}

std::vector<plan::awaited> schedule::awaited(std::uint32_t which) const {
    auto const& one = errands_[which];
    return plan::awaited_from_groups(*aim_.wanted, one.user, one.seen, aim_.barred, aim_.by);
}

/// The error that the tenant shows on a licence that is waited for.
reason schedule::shown_error(std::uint32_t which, std::span<plan::awaited const> waits) const {
    auto const& one = errands_[which];
    for (auto const& add : one.needs->adds) {
        auto const error = plan::licence_error_of(one.seen, add.sku);
        if (error != reason::none) return error;
    }
    for (auto const& each : waits) {
        auto const error = plan::licence_error_of(one.seen, each.sku, each.group);
        if (error != reason::none) return error;
    }
    return reason::none;
}

void schedule::fail_in_error(std::uint32_t which, reason error,
                             std::span<plan::awaited const> waits, wall_time wall) {
    records_[which].verified_at = wall;  // of what else is in the change, if it is there
    // No seat for a member is no seat for whoever would come after him.
    for (auto const& each : waits) {
        bool const no_seat =
            plan::licence_error_of(errands_[which].seen, each.sku, each.group) == reason::no_seats;
        if (no_seat) bar_target(bar{each.target, each.sku, true});
    }
    auto detail = std::string{
        waits.empty() ? "the tenant shows this error on the user's licence"
                      : "the user is in the group; the tenant shows this error on its licence"};
    if (errands_[which].group) detail = records_[which].detail;
    end(which, errand_end::failed, error, std::move(detail));
}

/// The seat of one who leaves a group is free only when the group has taken the licence from him;
/// that of one who joins another first, only after that.
bool schedule::gives_seats_later(std::uint32_t which) const {
    plan::change const& needs = errands_[which].needs;
    if (!needs.leaves.empty()) return true;
    if (needs.joins.empty()) return false;
    return std::ranges::any_of(difference(which).targets, &plan::target_standing::frees_seat);
}

}  // namespace allot::schedule
