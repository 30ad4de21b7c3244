#include <fmt/format.h>

#include <algorithm>

#include "tests/simulation/auditor.hpp"

/// An undo is judged by the users' states before the run that it undoes. Where that run set a usage
/// location and there was none, it stays: the service knows no way to take it away.
namespace allot::simulation {

namespace {

using reconcile::verdict;

licence_state const* direct(user const& who, sku_id sku) {
    auto const found = std::ranges::find_if(
        who.licences, [&](auto const& one) { return one.sku == sku && !one.by_group; });
    return found == who.licences.end() ? nullptr : &*found;
}

/// The same service plans off, or no licence in both.
bool alike(licence_state const* one, licence_state const* other) {
    if (one == nullptr || other == nullptr) return one == other;
    return one->disabled_plans == other->disabled_plans;
}

bool is_success(reconcile::row const& row) {
    return row.is == verdict::already || row.is == verdict::verified;
}

}  // namespace

std::optional<sku_id> auditor::find_sku(std::string_view name) const {
    for (auto const& one : subscriptions_) {
        if (one.part_number == name || one.sku.str() == name) return one.sku;
    }
    return std::nullopt;
}

/// How the user differs from how he was; empty when he does not.
std::string auditor::difference(user const& was) const {
    auto const now = *tenant_.true_user(was.id);
    for (auto const at : asks_of_.at(was.id)) {
        auto const sku = of_.job[at].sku;
        if (!alike(direct(now, sku), direct(was, sku))) return of_.job[at].sku_name;
        if (!member_as_before(was, sku)) return "a group, for " + of_.job[at].sku_name;
    }
    bool const moved = !was.usage_location.empty() && was.usage_location != now.usage_location;
    return moved ? "the usage location" : "";
}

/// Who got his direct copy back stays in the group, or out of it: one job cannot say both.
bool auditor::member_as_before(user const& was, sku_id sku) const {
    auto const way = way_of(sku);
    if (!way || direct(was, sku) != nullptr) return true;
    return is_member(was.id, *way) == was_member(was.id, *way) || may_have_moved(was.id);
}

void auditor::ends_undo(std::span<reconcile::row const> rows, time_point now) {
    subscriptions_ = tenant_.true_subscriptions();
    std::set<user_id> not_all;
    for (auto const& row : rows) {
        auto const who = find(row.user);
        auto const sku = find_sku(row.sku);
        std::string wrong;
        if (!who || !asks_of_.contains(*who)) {
            wrong = "it is nobody of the job";
        } else if (!sku) {
            wrong = "there is no such licence";
        } else {
            wrong = lie_in_undo(current_->undoes->before.at(*who), *sku, row);
            if (!is_success(row)) not_all.insert(*who);
        }
        if (wrong.empty()) continue;
        complain(now, fmt::format("{} {} for {} is called {} {}: {}", row.action, row.sku, row.user,
                                  reconcile::name(row.is), code(row.why), wrong));
    }
    // Also those for whom there is no row, because nothing is said to have been done to them.
    for (auto const& [who, own] : asks_of_) {
        if (not_all.contains(who)) continue;
        auto const different = difference(current_->undoes->before.at(who));
        if (different.empty()) continue;
        complain(now, fmt::format("{} is not as before: {}", who.str(), different));
    }
}

/// What is not true of an undo's verdict; empty when all is.
std::string auditor::lie_in_undo(user const& was, sku_id sku, reconcile::row const& row) const {
    auto const now = *tenant_.true_user(was.id);
    bool const as_before = alike(direct(now, sku), direct(was, sku)) && member_as_before(was, sku);
    auto const found = current_->standings.find(was.id);
    bool const refused = found != current_->standings.end() && found->second.refused;
    auto const accepted = found == current_->standings.end() ? 0 : found->second.accepted();
    if (is_success(row)) return as_before ? "" : "it is not as before";
    if (row.is == verdict::unverified) return accepted == 0 ? "no write was accepted" : "";
    if (row.is == verdict::cancelled) {
        bool const tried =
            found != current_->standings.end() && accepted > found->second.locations_accepted;
        return tried ? "a write was accepted" : "";
    }
    if (row.is == verdict::would_change || row.is == verdict::drifted) return "it is no plan";
    if (row.why == reason::changed_since_run) return "nobody else has changed it";
    if (!healed_) return "";
    // A licence beside one of a group's that is in error: the engine takes away neither.
    bool const by_group = std::ranges::any_of(
        now.licences, [&](auto const& one) { return one.sku == sku && one.by_group; });
    if (row.why == reason::inherited_from_group && by_group) return "";
    // He is in the group again, where the licence is in error.
    bool const in_error = std::ranges::any_of(now.licences, [&](auto const& one) {
        return one.sku == sku && one.by_group && !one.active;
    });
    if (in_error && way_of(sku)) return "";
    if (row.why == reason::no_seats) {
        auto const bought = std::ranges::find(subscriptions_, sku, &subscription::sku);
        return bought->consumed < bought->enabled ? "there are seats" : "";
    }
    if (row.why == reason::swap_incomplete) return "";  // the row beside it says why
    if (row.why == reason::usage_location_missing) {
        return now.usage_location.empty() ? "" : "there is a usage location";
    }
    bool const known = row.why == reason::plan_dependency || row.why == reason::plan_conflict ||
                       row.why == reason::uniqueness_violation;
    // Who would have been refused as another was may have been spared the try.
    bool const spared = row.is == verdict::blocked && row.why != reason::uniqueness_violation;
    return known && (refused || spared) ? "" : "nothing stands in the way any more";
}

}  // namespace allot::simulation
