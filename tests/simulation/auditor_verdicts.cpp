#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "tests/simulation/auditor.hpp"

namespace allot::simulation {

namespace {

using reconcile::verdict;

/// What a user holds of one SKU.
struct held {
    licence_state const* direct = nullptr;
    bool direct_active = false;
    bool by_group = false;  ///< in whatever state
    bool by_group_active = false;
    std::vector<plan_id> off;  ///< in every active source
};

held held_of(user const& who, sku_id sku) {
    held found;
    bool first = true;
    for (auto const& one : who.licences) {
        if (one.sku != sku) continue;
        if (one.by_group) found.by_group = true;
        if (!one.by_group) found.direct = &one;
        if (!one.active) continue;
        (one.by_group ? found.by_group_active : found.direct_active) = true;
        if (first) {
            found.off = one.disabled_plans;
        } else {
            std::erase_if(found.off, [&](plan_id plan) {
                return std::ranges::find(one.disabled_plans, plan) == one.disabled_plans.end();
            });
        }
        first = false;
    }
    return found;
}

/// Not tried, because the service had refused another one for the same cause.
bool is_spared(reconcile::row const& row) {
    return row.is == verdict::blocked &&
           (row.why == reason::plan_dependency || row.why == reason::plan_conflict);
}

/// The licence is as asked, but held directly beside a group that gives it, or is to.
bool is_move(reconcile::row const& row) {
    return row.why == reason::needless_direct;
}

/// The licences of SKUs that are not among these, but for those through one of the groups by way of
/// which the job gives others.
std::vector<licence_state> beside(user const& who, std::vector<sku_id> const& skus,
                                  std::vector<way_of_sku> const& ways) {
    std::vector<licence_state> others;
    for (auto const& one : who.licences) {
        bool const comes_along = std::ranges::any_of(
            ways, [&](way_of_sku const& way) { return one.by_group == way.group; });
        if (comes_along) continue;
        if (std::ranges::find(skus, one.sku) == skus.end()) others.push_back(one);
    }
    return others;
}

}  // namespace

subscription const* auditor::owned(sku_id sku) const {
    auto const found = std::ranges::find(subscriptions_, sku, &subscription::sku);
    return found == subscriptions_.end() ? nullptr : &*found;
}

/// Whether the tenant truly is as the row asks.
bool auditor::satisfied(ask const& asked) const {
    if (!asked.who) return false;
    auto const who = *tenant_.true_user(*asked.who);
    auto const has = held_of(who, asked.sku);
    // A user without a usage location gets one only beside a licence.
    bool const to_move = of_.choices.always_set_usage_location && !asked.location.empty() &&
                         !who.usage_location.empty();
    if (to_move && who.usage_location != asked.location) return false;
    if (asked.removes) return has.direct == nullptr && !has.by_group;
    if (!has.direct_active && !has.by_group_active) return false;
    return asked.plans == plans_asked::keep || has.off == asked.off;
}

void auditor::ends(std::span<reconcile::row const> rows, time_point now) {
    look_at_log(now);
    if (current_->is == command::undo) {
        ends_undo(rows, now);
        return;
    }
    if (rows.size() != of_.job.size()) {
        complain(now, fmt::format("{} targets have {} verdicts", of_.job.size(), rows.size()));
        return;
    }
    subscriptions_ = tenant_.true_subscriptions();
    if (writing()) refused_last_.clear();
    for (std::size_t at = 0; at < rows.size(); ++at) {
        auto const& asked = of_.job[at];
        auto const& row = rows[at];
        // A seat that was planned for a member whose licence is in error is free for another.
        bool const freed = row.why == reason::no_seats && !of_.choices.via.empty();
        bool const refused = row.is == verdict::failed || is_spared(row) || freed;
        if (writing() && refused && asked.who) refused_last_.insert(*asked.who);
        std::string wrong;
        bool const same = row.line == at + 2 && row.user == asked.name &&
                          row.action == (asked.removes ? "remove" : "assign");
        if (!same) wrong = "this is not the verdict of the target in its place";
        if (wrong.empty()) wrong = lie_in(asked, row, rows);
        if (wrong.empty() && healed_ && !justified(asked, row, rows)) {
            wrong = "nothing stands in the way any more";
        }
        if (wrong.empty()) continue;
        complain(now,
                 fmt::format("line {}, {} {} for {}, is called {} {}: {}", row.line, row.action,
                             row.sku, row.user, reconcile::name(row.is), code(row.why), wrong));
    }
    if (current_->is == command::plan) check_seats(rows, now);
}

/// What is not true of the verdict; empty when all is.
std::string auditor::lie_in(ask const& asked, reconcile::row const& row,
                            std::span<reconcile::row const> rows) const {
    standing none;
    auto const found = asked.who ? current_->standings.find(*asked.who) : current_->standings.end();
    auto const& own = found == current_->standings.end() ? none : found->second;
    auto const accepted = own.accepted();
    switch (row.is) {
        case verdict::already:
        case verdict::verified:
            return lie_in_success(asked, row);
        case verdict::would_change:
            if (current_->is != command::plan) return "that is for plans only";
            return satisfied(asked) && !is_move(row) ? "it is as asked already" : "";
        case verdict::drifted:
            if (current_->is != command::verify) return "that is for verify only";
            return satisfied(asked) && !is_move(row) ? "it is as asked" : "";
        case verdict::unverified:
            if (!writing()) return "nothing was to be written";
            return accepted == 0 && !own.found_so ? "no write was accepted" : "";
        case verdict::cancelled:
            if (!writing()) return "nothing was to be written";
            return own.accepted() > own.locations_accepted ? "a write was accepted" : "";
        case verdict::blocked:
            if (row.why == reason::user_not_found) {
                return asked.who && !is_late(*asked.who) ? "the user is there" : "";
            }
            // The group may have mended it since the survey met it.
            if (row.detail.starts_with("a member of group")) return "";
            return satisfied(asked) ? "it is as asked" : "";
        case verdict::failed:
            if (!writing() && row.why != reason::unreadable) return "nothing was to be written";
            if (row.why == reason::no_seats && !seats_may_lack(asked, rows)) {
                return "more was planned than there were seats for";
            }
            return "";
    }
    return "there is no such verdict";
}

std::string auditor::lie_in_success(ask const& asked, reconcile::row const& row) const {
    if (row.why == reason::redundant && of_.choices.skip_redundant) {
        return asked.removes || !redundant(asked) ? "it is not redundant" : "";
    }
    if (!satisfied(asked)) return "the tenant is not so";
    auto const found = current_->standings.find(*asked.who);
    auto const none = standing{};
    auto const& own = found == current_->standings.end() ? none : found->second;
    if (row.user_id != asked.who->str()) return "it is another user";
    if (row.is == verdict::verified && writing() && holds_needless_copy(asked)) {
        return "the direct copy is still there";
    }
    if (row.is == verdict::already) return "";
    if (!writing()) return "nothing was to be written";
    bool const seen = own.read_at && (!own.accepted_at || *own.accepted_at <= *own.read_at);
    return seen ? "" : "the user was not read after the write";
}

/// Whether a direct copy that was to be dropped is there, beside a group's licence that has all
/// that it has.
bool auditor::holds_needless_copy(ask const& asked) const {
    if (!of_.choices.drop_direct || asked.removes) return false;
    auto const who = *tenant_.true_user(*asked.who);
    auto const has = held_of(who, asked.sku);
    if (has.direct == nullptr) return false;
    return std::ranges::any_of(who.licences, [&](licence_state const& one) {
        bool const fits = asked.plans == plans_asked::keep || one.disabled_plans == asked.off;
        return one.sku == asked.sku && one.by_group && one.active && one.error.empty() && fits &&
               std::ranges::includes(has.direct->disabled_plans, one.disabled_plans);
    });
}

/// Whether a healthy service leaves this verdict; one of a success always is.
bool auditor::justified(ask const& asked, reconcile::row const& row,
                        std::span<reconcile::row const> rows) const {
    switch (row.is) {
        case verdict::already:
        case verdict::verified:
        case verdict::would_change:
        case verdict::drifted:
            return true;
        case verdict::blocked:
        case verdict::failed:
            break;
        default:
            return false;
    }
    if (!asked.who) return row.why == reason::user_not_found;
    auto const who = *tenant_.true_user(*asked.who);
    auto const has = held_of(who, asked.sku);
    auto const* const bought = owned(asked.sku);
    auto const standing_of = current_->standings.find(*asked.who);
    bool const refused = standing_of != current_->standings.end() && standing_of->second.refused;
    // A group's licence that is in error, for a cause that stays.
    if (has.by_group && !has.by_group_active && !asked.removes) return true;
    // It was so when the survey met it, and the group may have mended it since.
    if (row.detail.starts_with("a member of group")) return true;
    switch (row.why) {
        case reason::no_seats:
            return bought != nullptr &&
                   bought->consumed + given_in_vain(asked.sku, rows) >= bought->enabled;
        case reason::sku_not_owned:
            return bought == nullptr;
        case reason::sku_not_assignable:
            return !bought->for_users || bought->part_number.ends_with("_DEPT");
        case reason::usage_location_missing:
            return who.usage_location.empty() && asked.location.empty() &&
                   of_.choices.default_location.empty();
        case reason::inherited_from_group:
            return has.by_group || (!asked.removes && group_gives_otherwise(asked));
        case reason::swap_incomplete:
            return asked.removes && std::ranges::any_of(rows, [&](reconcile::row const& other) {
                       return other.user == row.user && other.action == "assign" &&
                              (other.is == verdict::blocked || other.is == verdict::failed);
                   });
        case reason::plan_dependency:
        case reason::plan_conflict:
            // Who would have been refused as another was may have been spared the try.
            return row.is == verdict::failed ? refused : would_break_rules(*asked.who, rows);
        case reason::uniqueness_violation:
            return row.is == verdict::failed && refused;
        default:
            return false;
    }
}

/// Whether all that can be done for the user would leave him with service plans that the service
/// does not let him have together, or not without others.
bool auditor::would_break_rules(user_id who, std::span<reconcile::row const> rows) const {
    std::set<plan_id> on;
    auto const add = [&](sku_id sku, std::vector<plan_id> const& off) {
        auto const* const bought = owned(sku);
        if (bought == nullptr) return;
        for (auto const& plan : bought->plans) {
            if (std::ranges::find(off, plan.id) == off.end()) on.insert(plan.id);
        }
    };
    auto const is = *tenant_.true_user(who);
    for (auto const& held : is.licences) {
        bool const taken = std::ranges::any_of(of_.job, [&](ask const& one) {
            bool const replaced = !one.removes && one.plans != plans_asked::keep;
            return one.who == who && one.sku == held.sku && (one.removes || replaced);
        });
        if (held.active && (held.by_group || !taken)) add(held.sku, held.disabled_plans);
    }
    for (std::size_t at = 0; at < rows.size(); ++at) {
        auto const& one = of_.job[at];
        bool const can_be = is_spared(rows[at]) || rows[at].is == verdict::failed ||
                            rows[at].is == verdict::already;
        bool const kept = one.plans == plans_asked::keep && held_of(is, one.sku).direct != nullptr;
        if (one.who == who && !one.removes && can_be && !kept) add(one.sku, one.off);
    }
    return std::ranges::any_of(of_.tenant.dependencies,
                               [&](auto const& rule) {
                                   return on.contains(rule.plan) &&
                                          std::ranges::none_of(rule.needs, [&](plan_id plan) {
                                              return on.contains(plan);
                                          });
                               }) ||
           std::ranges::any_of(of_.tenant.exclusions, [&](auto const& rule) {
               return on.contains(rule.one) && on.contains(rule.other);
           });
}

/// Whether the group that gives the SKU has other service plans off than the row says, or gives
/// another licence besides.
bool auditor::group_gives_otherwise(ask const& asked) const {
    auto const way = way_of(asked.sku);
    if (!way) return false;
    auto const group = *tenant_.true_group(*way);
    auto const gives = std::ranges::find(group.licences, asked.sku, &licence_add::sku);
    bool const as_listed = asked.plans == plans_asked::keep || gives->disabled_plans == asked.off;
    return !as_listed || group.licences.size() > 1;
}

/// Whether the user's account was made only after the first command.
bool auditor::is_late(user_id who) const {
    auto const found =
        std::ranges::find(of_.tenant.users, who, [](auto const& one) { return one.who.id; });
    return found->appears_at.has_value();
}

/// Whether somebody else took seats, or a removal that was to give one back did not come about.
bool auditor::seats_may_lack(ask const& asked, std::span<reconcile::row const> rows) const {
    if (!of_.disturbances.empty()) return true;
    for (std::size_t at = 0; at < rows.size(); ++at) {
        auto const& other = of_.job[at];
        bool const done = rows[at].is == verdict::verified || rows[at].is == verdict::already;
        if (other.removes && other.sku == asked.sku && !done) return true;
    }
    return false;
}

/// Seats that the plan gave to users who were then refused the licence.
std::int64_t auditor::given_in_vain(sku_id sku, std::span<reconcile::row const> rows) const {
    std::int64_t seats = 0;
    for (std::size_t at = 0; at < rows.size(); ++at) {
        auto const& asked = of_.job[at];
        // A seat may have been planned for who is blocked because of the group's other licence.
        bool const coupled = rows[at].why == reason::inherited_from_group &&
                             rows[at].detail.find("which is blocked") != std::string::npos;
        bool const failed = rows[at].is == verdict::failed || is_spared(rows[at]) || coupled;
        if (asked.sku != sku || asked.removes || !failed || !asked.who) continue;
        auto const has = held_of(*tenant_.true_user(*asked.who), sku);
        if (!has.direct_active && !has.by_group_active) ++seats;
    }
    return seats;
}

/// Whether every service plan that the licence would bring is active through others.
bool auditor::redundant(ask const& asked) const {
    auto const* const bought = owned(asked.sku);
    if (!asked.who || bought == nullptr) return false;
    auto const who = *tenant_.true_user(*asked.who);
    return std::ranges::all_of(bought->plans, [&](service_plan const& plan) {
        bool const not_wanted =
            !plan.for_users || std::ranges::find(asked.off, plan.id) != asked.off.end();
        return not_wanted || std::ranges::any_of(who.licences, [&](licence_state const& one) {
                   auto const* const other = owned(one.sku);
                   if (!one.active || one.sku == asked.sku || other == nullptr) return false;
                   bool const has = std::ranges::find(other->plans, plan.id, &service_plan::id) !=
                                    other->plans.end();
                   return has && std::ranges::find(one.disabled_plans, plan.id) ==
                                     one.disabled_plans.end();
               });
    });
}

/// A plan gives out no more seats than are free or become so.
void auditor::check_seats(std::span<reconcile::row const> rows, time_point now) {
    if (!of_.disturbances.empty()) return;
    std::map<sku_id, std::int64_t> left;
    for (auto const& one : subscriptions_) {
        left[one.sku] = std::max<std::int64_t>(0, one.enabled - one.consumed);
    }
    for (std::size_t at = 0; at < rows.size(); ++at) {
        bool const spared = rows[at].why == reason::redundant && of_.choices.skip_redundant;
        if (rows[at].is != verdict::would_change || spared) continue;
        auto const has = held_of(*tenant_.true_user(*of_.job[at].who), of_.job[at].sku);
        if (of_.job[at].removes) {
            left[of_.job[at].sku] += has.direct_active || has.by_group_active ? 1 : 0;
        } else if (!has.direct_active && !has.by_group_active) {
            --left[of_.job[at].sku];
        }
    }
    for (auto const& [sku, free] : left) {
        if (free >= 0) continue;
        complain(now, fmt::format("it plans {} seats of {} too many", -free, sku.str()));
    }
}

void auditor::closes(time_point now) {
    look_at_log(now);
    for (auto const& one : tenant_.true_users()) {
        auto const& was = at_first_.at(one.id);
        auto const asks = asks_of_.find(one.id);
        std::vector<sku_id> mentioned;
        if (asks != asks_of_.end()) {
            for (auto const at : asks->second) mentioned.push_back(of_.job[at].sku);
        }
        auto const& ways = of_.choices.via;
        if (beside(one, mentioned, ways) != beside(was, mentioned, ways)) {
            complain(now, one.upn + " lost or got a licence that the job does not name");
        }
        for (auto const& bought : of_.tenant.skus) {
            auto const sku = bought.bought.sku;
            if (std::ranges::find(mentioned, sku) != mentioned.end()) continue;
            auto const has = held_of(one, sku);
            auto const had = held_of(was, sku);
            bool const same = (has.direct_active || has.by_group_active) ==
                                  (had.direct_active || had.by_group_active) &&
                              has.off == had.off;
            if (!same) complain(now, one.upn + " lost or got plans that the job does not name");
        }
        if (asks == asks_of_.end() && one.usage_location != was.usage_location) {
            complain(now, one.upn + " is not in the job, and was moved");
        }
    }
}

}  // namespace allot::simulation
