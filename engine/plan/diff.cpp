#include "engine/plan/diff.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/plan/holding.hpp"
#include "engine/plan/redundant.hpp"

namespace allot::plan {

namespace {

bool is_subset(std::vector<plan_id> const& of, std::vector<plan_id> const& in) {
    return std::ranges::includes(in, of);
}

bool directly(want const& one, rules const& by) {
    return by.hold_directly && one.plan_kind != jobs::plan_rule::kind::keep;
}

void add_once(std::vector<group_id>& to, group_id group) {
    if (std::ranges::find(to, group) == to.end()) to.push_back(group);
}

/// Microsoft does not let self-service purchases be assigned by an administrator (graph-facts 3.1,
/// MCL).
bool self_service(subscription const& of) {
    return of.part_number.ends_with("_DEPT");
}

class differ {
 public:
    differ(desired const& wanted, std::uint32_t user, account const& seen,
           std::span<reason const> barred, rules const& by)
        : wanted_{wanted}, user_{user}, seen_{seen}, barred_{barred}, rules_{by} {}

    user_diff run() {
        auto const wants = wanted_.of(user_);
        diff_.targets.resize(wants.size());
        for (std::size_t at = 0; at < wants.size(); ++at) {
            if (wants[at].act == jobs::action::assign) assign(wants[at], diff_.targets[at]);
        }
        block_with_their_group(wants);
        bool assignment_blocked = false;
        for (std::size_t at = 0; at < wants.size(); ++at) {
            if (wants[at].act != jobs::action::assign) continue;
            assignment_blocked |= diff_.targets[at].is == standing::blocked;
        }
        for (std::size_t at = 0; at < wants.size(); ++at) {
            if (wants[at].act != jobs::action::remove) continue;
            remove(wants[at], diff_.targets[at], assignment_blocked);
        }
        locate(wants);
        return std::move(diff_);
    }

 private:
    void assign(want const& one, target_standing& target) {
        auto has = held(seen_, one.sku);
        auto const* through = via(one.sku);
        if (directly(one, rules_)) {
            has.inherited = nullptr;
            through = nullptr;
        }
        if (is_group() && has.direct && as_asked(one, *has.direct)) {
            judge_members(*has.direct, target);
            return;
        }
        if (satisfied(one, has, target)) {
            if (through != nullptr && moves_to_group(one, has, *through)) {
                target.is = standing::to_change;
                target.why = reason::needless_direct;
                target.detail = fmt::format("group {} is to give it", through->name);
                add_once(diff_.needs.joins, through->group);
            } else {
                look_at_copies(one, has, target);
            }
            return;
        }
        if (barred_[one.target] != reason::none) {
            block(target, barred_[one.target]);
            return;
        }
        if (one.subscription < 0) {
            block(target, reason::sku_not_owned);
            return;
        }
        auto const& sku = wanted_.subscriptions[static_cast<std::size_t>(one.subscription)];
        if (!sku.for_users || self_service(sku)) {
            block(target, reason::sku_not_assignable);
            return;
        }
        if (has.inherited_active() && (!has.direct || through != nullptr)) {
            block(target, reason::inherited_from_group);
            target.detail = fmt::format("group {} decides which service plans are off",
                                        wanted_.group_name(*has.inherited->by_group));
            return;
        }
        if (through != nullptr && !group_can_give(one, *through, target)) return;
        bool const located = through != nullptr || is_group() || !seen_.usage_location.empty() ||
                             !location().empty();
        if (!located) {
            block(target, reason::usage_location_missing);
            return;
        }
        target.needs_seat = !has_seat(one.sku);
        if (target.needs_seat && !is_group()) {
            if (auto const other = redundant_through(wanted_, user_, seen_, one); !other.empty()) {
                target.why = reason::redundant;
                target.detail = fmt::format("through {}", other);
                if (rules_.skip_redundant) {
                    target.needs_seat = false;
                    return;
                }
            }
        }
        target.is = standing::to_change;
        if (through != nullptr) {
            add_once(diff_.needs.joins, through->group);
            return;
        }
        licence_add add;
        add.sku = one.sku;
        if (one.plan_kind == jobs::plan_rule::kind::listed) {
            add.disabled_plans = wanted_.plan_lists[one.plans];
        } else if (one.plan_kind == jobs::plan_rule::kind::keep && has.direct) {
            add.disabled_plans = has.direct->disabled_plans;
        }
        diff_.needs.adds.push_back(std::move(add));
    }

    [[nodiscard]] bool as_asked(want const& one, licence_state const& held) const {
        return one.plan_kind == jobs::plan_rule::kind::keep ||
               held.disabled_plans == wanted_.plan_lists[one.plans];
    }

    /// The group has the licence; whether its members have it is another thing.
    static void judge_members(licence_state const& held, target_standing& target) {
        if (!held.error.empty()) {
            block(target, error_reason(held.error));
        } else if (!held.active) {
            block(target, reason::not_seen_in_time);
            target.detail = "the tenant is still at work on the group's members";
        }
    }

    [[nodiscard]] bool has_seat(sku_id sku) const {
        auto const has = held(seen_, sku);
        return has.direct_active() || has.inherited_active();
    }

    /// A group gives all of its licences or none: where one of them is blocked, the others are.
    void block_with_their_group(std::span<want const> wants) {
        if (diff_.needs.joins.empty()) return;
        for (std::size_t at = 0; at < wants.size(); ++at) {
            auto const* const through = via(wants[at].sku);
            bool const blocked =
                diff_.targets[at].is == standing::blocked && wants[at].act == jobs::action::assign;
            if (through == nullptr || !blocked) continue;
            if (std::erase(diff_.needs.joins, through->group) == 0) continue;
            for (std::size_t other = 0; other < wants.size(); ++other) {
                auto& target = diff_.targets[other];
                auto const* const same = via(wants[other].sku);
                bool const joins = target.is == standing::to_change && same != nullptr &&
                                   same->group == through->group &&
                                   wants[other].act == jobs::action::assign;
                // A direct copy that is dropped, for another group that gives the licence, is none.
                bool const drops = std::ranges::find(diff_.needs.removes, wants[other].sku) !=
                                   diff_.needs.removes.end();
                if (!joins || drops) continue;
                // Who was to be moved to the group has what he is to have.
                bool const has_it = target.why == reason::needless_direct;
                target = target_standing{};
                if (has_it) continue;
                block(target, reason::inherited_from_group);
                target.detail =
                    fmt::format("group {} gives {} as well, which is blocked: {}", through->name,
                                name_of(wants[at].sku), code(diff_.targets[at].why));
            }
        }
    }

    /// The row's target is a group itself: its members have their own usage locations, and their
    /// own ways to a licence.
    [[nodiscard]] bool is_group() const { return wanted_.is_group(user_); }

    /// The group that gives and takes the SKU; null when it is assigned directly.
    [[nodiscard]] via_group const* via(sku_id sku) const {
        if (is_group()) return nullptr;
        auto const found = rules_.via.find(sku);
        return found == rules_.via.end() ? nullptr : &found->second;
    }

    /// A person who holds it directly is moved to the group only when that takes no service plan
    /// from him, and leaves off what the row says.
    [[nodiscard]] bool moves_to_group(want const& one, holding const& has,
                                      via_group const& through) const {
        if (!rules_.drop_direct || !has.direct_active()) return false;
        bool const stays = has.inherited && !is_to_leave(*has.inherited->by_group);
        if (stays || state_through(seen_, one.sku, through.group) != nullptr) return false;
        if (barred_[one.target] != reason::none || given_unasked(through) != nullptr) return false;
        return is_subset(through.disabled_plans, has.direct->disabled_plans) &&
               (one.plan_kind == jobs::plan_rule::kind::keep ||
                through.disabled_plans == wanted_.plan_lists[one.plans]);
    }

    /// Whether joining the group can make it so; blocked when not.
    bool group_can_give(want const& one, via_group const& through, target_standing& target) const {
        if (auto const* const state = state_through(seen_, one.sku, through.group)) {
            block(target,
                  state->error.empty() ? reason::licence_error : error_reason(state->error));
            target.detail =
                fmt::format("a member of group {}, whose licence is {} for this user", through.name,
                            state->error.empty() ? "not active" : state->error);
            return false;
        }
        if (auto const* const other = given_unasked(through)) {
            block(target, reason::inherited_from_group);
            target.detail = fmt::format("group {} gives {} as well, which the job does not assign",
                                        through.name, name_of(other->sku));
            return false;
        }
        bool const as_listed = one.plan_kind == jobs::plan_rule::kind::keep ||
                               through.disabled_plans == wanted_.plan_lists[one.plans];
        if (!as_listed) {
            block(target, reason::inherited_from_group);
            target.detail =
                fmt::format("group {} decides which service plans are off", through.name);
        }
        return as_listed;
    }

    /// Whether he holds all of the licence otherwise than through the group.
    [[nodiscard]] bool held_beside(licence_add const& all, group_id group) const {
        return std::ranges::any_of(seen_.licences, [&](licence_state const& state) {
            return state.sku == all.sku && state.active && state.by_group != group &&
                   is_subset(state.disabled_plans, all.disabled_plans);
        });
    }

    /// The same, of what the job leaves him.
    [[nodiscard]] bool kept_beside(licence_add const& all, group_id group) const {
        return std::ranges::any_of(seen_.licences, [&](licence_state const& state) {
            bool const goes = state.by_group ? is_to_leave(*state.by_group)
                                             : std::ranges::find(diff_.needs.removes, state.sku) !=
                                                   diff_.needs.removes.end();
            return state.sku == all.sku && state.active && state.by_group != group && !goes &&
                   is_subset(state.disabled_plans, all.disabled_plans);
        });
    }

    /// Whether a row takes a licence from the user that this group gives him.
    [[nodiscard]] bool is_to_leave(group_id group) const {
        return std::ranges::any_of(wanted_.of(user_), [&](want const& one) {
            auto const* const through = via(one.sku);
            return one.act == jobs::action::remove && through != nullptr &&
                   through->group == group && state_through(seen_, one.sku, group) != nullptr;
        });
    }

    /// What joining the group would give that the user has not got, and the job does not give him;
    /// null: nothing.
    [[nodiscard]] licence_add const* given_unasked(via_group const& through) const {
        auto const found = std::ranges::find_if(through.also, [&](licence_add const& other) {
            // What the job takes from him he is not to get again.
            return (takes_away(wanted_, user_, other.sku) || !held_beside(other, through.group)) &&
                   std::ranges::none_of(wanted_.of(user_), [&](want const& one) {
                       return one.sku == other.sku && one.act == jobs::action::assign;
                   });
        });
        return found == through.also.end() ? nullptr : &*found;
    }

    /// The part number where the tenant has the SKU, else its id.
    [[nodiscard]] std::string name_of(sku_id sku) const {
        auto const owned =
            std::ranges::lower_bound(wanted_.subscriptions, sku, {}, &subscription::sku);
        bool const known = owned != wanted_.subscriptions.end() && owned->sku == sku;
        return known ? owned->part_number : sku.str();
    }

    /// A licence that is as desired may be in error all the same, or held twice.
    void look_at_copies(want const& one, holding const& has, target_standing& target) {
        if (!has.inherited) return;
        auto const group = wanted_.group_name(*has.inherited->by_group);
        if (!has.inherited->error.empty()) {
            target.why = reason::group_in_error;
            target.detail = fmt::format("group {}: {}", group, has.inherited->error);
            return;
        }
        bool const needless =
            has.direct && has.inherited_active() &&
            is_subset(has.inherited->disabled_plans, has.direct->disabled_plans) &&
            (one.plan_kind == jobs::plan_rule::kind::keep ||
             has.inherited->disabled_plans == wanted_.plan_lists[one.plans]);
        if (!needless || is_to_leave(*has.inherited->by_group)) return;
        target.why = reason::needless_direct;
        target.detail = fmt::format("group {} gives it as well", group);
        if (!rules_.drop_direct || barred_[one.target] != reason::none) return;
        target.is = standing::to_change;
        diff_.needs.removes.push_back(one.sku);
    }

    [[nodiscard]] bool satisfied(want const& one, holding const& has,
                                 target_standing& target) const {
        if (one.plan_kind == jobs::plan_rule::kind::keep) {
            return has.direct_active() || has.inherited_active();
        }
        auto const& off = wanted_.plan_lists[one.plans];  // the first list is empty: `none`
        if (has.direct_active() && !has.inherited_active()) {
            return has.direct->disabled_plans == off;
        }
        if (!has.inherited_active()) return false;
        // A plan is off only when every source of the licence has it off.
        auto effective = has.inherited->disabled_plans;
        if (has.direct_active()) {
            std::erase_if(effective, [&](plan_id plan) {
                return !std::ranges::binary_search(has.direct->disabled_plans, plan);
            });
        }
        if (effective == off) return true;
        target.detail = fmt::format("group {}", wanted_.group_name(*has.inherited->by_group));
        return false;
    }

    void remove(want const& one, target_standing& target, bool assignment_blocked) {
        auto const has = held(seen_, one.sku);
        auto const* const through = via(one.sku);
        if (auto const why = cannot_leave(one, through); !why.empty()) {
            block(target, reason::inherited_from_group);
            target.detail = why;
            return;
        }
        // A group of the job gives it to him.
        if (barred_[one.target] == reason::inherited_from_group) {
            block(target, reason::inherited_from_group);
            return;
        }
        if (!has.direct && !has.inherited) return;
        if (barred_[one.target] != reason::none) {
            block(target, barred_[one.target]);
            return;
        }
        if (assignment_blocked) {
            block(target, reason::swap_incomplete);
            return;
        }
        target.is = standing::to_change;
        // When a group's members give their seats back, and which of them do, is not foreseen.
        target.frees_seat = has_seat(one.sku) && !is_group();
        if (has.direct) diff_.needs.removes.push_back(one.sku);
        if (has.inherited) add_once(diff_.needs.leaves, through->group);
    }

    /// Why the groups that give the SKU cannot all be left; empty when they can, or there is none.
    [[nodiscard]] std::string cannot_leave(want const& one, via_group const* through) const {
        bool leaves = false;
        for (auto const& state : seen_.licences) {
            if (state.sku != one.sku || !state.by_group) continue;
            if (through == nullptr || *state.by_group != through->group) {
                return fmt::format("group {}", wanted_.group_name(*state.by_group));
            }
            leaves = true;
        }
        if (!leaves) return {};
        // Who leaves a group loses all that it gives.
        for (auto const& state : seen_.licences) {
            if (state.by_group != through->group || takes_away(wanted_, user_, state.sku)) continue;
            if (kept_beside({state.sku, state.disabled_plans}, through->group)) continue;
            return fmt::format("group {} gives {} as well, which the job does not remove",
                               through->name, name_of(state.sku));
        }
        return {};
    }

    /// What the user's rows give, else the default; may be empty.
    [[nodiscard]] std::string_view location() const {
        auto const& letters = wanted_.locations[user_];
        if (letters[0] != 0) return {letters.data(), letters.size()};
        return wanted_.default_location;
    }

    /// The usage location goes along with an assignment where the user has none. One that differs
    /// from what the user's rows give is only said, unless it was asked to be set always; the
    /// default changes nobody's own.
    void locate(std::span<want const> wants) {
        if (is_group()) return;
        if (seen_.usage_location.empty()) {
            bool const given = !diff_.needs.adds.empty() || !diff_.needs.joins.empty();
            if (given) diff_.needs.usage_location = location();
            return;
        }
        if (wanted_.locations[user_][0] == 0 || seen_.usage_location == location()) return;
        if (rules_.always_set_usage_location) {
            bool any = false;
            for (std::size_t at = 0; at < wants.size(); ++at) {
                auto& target = diff_.targets[at];
                if (target.is == standing::blocked) continue;
                if (auto const bar = barred_[wants[at].target]; bar != reason::none) {
                    block(target, bar);
                    continue;
                }
                target.is = standing::to_change;
                any = true;
            }
            if (any) diff_.needs.usage_location = location();
            return;
        }
        for (auto& target : diff_.targets) {
            if (target.why != reason::none) continue;
            target.why = reason::usage_location_differs;
            target.detail =
                fmt::format("the user has {}, the job says {}", seen_.usage_location, location());
        }
    }

    static void block(target_standing& target, reason why) {
        target.is = standing::blocked;
        target.why = why;
    }

    desired const& wanted_;
    std::uint32_t user_;
    account const& seen_;
    std::span<reason const> barred_;
    rules const& rules_;
    user_diff diff_;
};

}  // namespace

user_diff diff(desired const& wanted, std::uint32_t user, account const& seen,
               std::span<reason const> barred, rules const& by) {
    return differ{wanted, user, seen, barred, by}.run();
}

std::vector<awaited> awaited_from_groups(desired const& wanted, std::uint32_t user,
                                         account const& seen, std::span<reason const> barred,
                                         rules const& by) {
    std::vector<awaited> waits;
    if (by.via.empty() || wanted.is_group(user)) return waits;
    for (auto const& one : wanted.of(user)) {
        auto const through = by.via.find(one.sku);
        if (one.act != jobs::action::assign || through == by.via.end()) continue;
        if (directly(one, by) || barred[one.target] != reason::none) continue;
        auto const group = through->second.group;
        auto const* const state = state_through(seen, one.sku, group);
        if (state == nullptr || state->active) continue;
        auto const has = held(seen, one.sku);
        // A direct copy stays where the group's licence is in error.
        bool const kept = has.direct_active() && (!by.drop_direct || !state->error.empty());
        if (has.inherited_active() || kept) continue;
        waits.push_back({one.target, one.sku, group});
    }
    return waits;
}

change first_leg(change of) {
    if (of.joins.empty()) return of;
    of.removes.clear();
    of.leaves.clear();
    return of;
}

}  // namespace allot::plan
