#include "engine/runs/undo.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace allot::runs {

namespace {

/// A user's direct licences: their SKUs and what is off in each.
using direct_licences = std::map<sku_id, std::vector<plan_id>>;

direct_licences direct_of(account const& of) {
    direct_licences held;
    for (auto const& one : of.licences) {
        if (!one.by_group) held[one.sku] = one.disabled_plans;
    }
    return held;
}

/// A user as far as a run can change him.
struct condition {
    direct_licences held;
    std::string usage_location;
    std::set<group_id> groups;  ///< that give him licences

    [[nodiscard]] std::optional<std::vector<plan_id>> licence(sku_id sku) const {
        auto const found = held.find(sku);
        if (found == held.end()) return std::nullopt;
        return found->second;
    }
};

condition condition_of(account const& of) {
    condition is{direct_of(of), of.usage_location, {}};
    for (auto const& one : of.licences) {
        if (one.by_group) is.groups.insert(*one.by_group);
    }
    return is;
}

/// How the run left its users, from its entries: who was sent what, and may have got it.
class outcome_of_run {
 public:
    explicit outcome_of_run(store::stored_run const& of) {
        for (auto const& one : of.errands) left_.emplace(one.user, condition_of(one.seen));
        for (auto const& line : of.entries) {
            if (auto const* const sent = std::get_if<schedule::intent>(&line.what)) {
                settle(sent->user);
                on_its_way_[sent->user] = sent->sent;
            } else if (auto const* const reply = std::get_if<schedule::attempt>(&line.what)) {
                answer(*reply);
            }
        }
        std::vector<std::uint32_t> unanswered;
        for (auto const& [user, sent] : on_its_way_) unanswered.push_back(user);
        for (auto const user : unanswered) settle(user);
    }

    [[nodiscard]] condition const& of(std::uint32_t user) const { return left_.at(user); }

 private:
    void answer(schedule::attempt const& reply) {
        auto const sent = on_its_way_.find(reply.user);
        if (sent == on_its_way_.end()) return;
        if (reply.came == outcome_kind::done || reply.came == outcome_kind::lost) return;
        // Not served: what is left of the intent, the other part of a pair, stays.
        if (reply.whole_batch || reply.kind == operation_kind::set_usage_location) {
            sent->second.usage_location.clear();
        }
        bool const call = reply.kind == operation_kind::assign_licences ||
                          reply.kind == operation_kind::assign_group_licences;
        if (reply.whole_batch || call) {
            sent->second.adds.clear();
            sent->second.removes.clear();
        }
        if (reply.whole_batch || reply.kind == operation_kind::add_members) {
            sent->second.joins.clear();
        }
        if (reply.whole_batch || reply.kind == operation_kind::remove_member) {
            sent->second.leaves.clear();
        }
    }

    /// What was sent to the user, and not refused, is taken for done.
    void settle(std::uint32_t user) {
        auto const sent = on_its_way_.find(user);
        if (sent == on_its_way_.end()) return;
        auto& left = left_.at(user);
        auto const& change = sent->second;
        if (!change.usage_location.empty()) left.usage_location = change.usage_location;
        for (auto const& add : change.adds) left.held[add.sku] = add.disabled_plans;
        for (auto const& sku : change.removes) left.held.erase(sku);
        for (auto const group : change.joins) left.groups.insert(group);
        for (auto const group : change.leaves) left.groups.erase(group);
        on_its_way_.erase(sent);
    }

    std::map<std::uint32_t, condition> left_;
    std::map<std::uint32_t, plan::change> on_its_way_;
};

/// Builds the job, one user at a time.
class job_writer {
 public:
    job_writer(store::stored_run const& of, undoing& into) : of_{of}, into_{into} {
        auto& job = into.asked.job;
        job.source = of.head.name;
        job.extra_columns = of.job.extra_columns;
        job.plan_rules.emplace_back();
        into.asked.ids.emplace();
        for (std::uint32_t target = 0; target < of.job.targets.size(); ++target) {
            targets_of_[of.job.targets[target].user].push_back(target);
        }
    }

    void add(schedule::errand const& of, condition const& left) {
        auto const before = condition_of(of.seen);
        auto const touched = touched_skus(before, left);
        bool const located = before.usage_location != left.usage_location;
        bool const put_back = located && !before.usage_location.empty();
        if (located && !put_back) ++into_.locations_kept;
        auto const is_touched = [&](sku_id sku) {
            return std::ranges::find(touched, sku) != touched.end();
        };
        auto moved = moved_skus(before, left);
        // What he had besides stays as it is.
        std::erase_if(moved, [&](auto const& one) {
            return !is_touched(one.first) && !before.groups.contains(one.second) &&
                   had_besides(of.seen, one.first, one.second);
        });
        if (touched.empty() && moved.empty() && !put_back) return;
        ++into_.users;
        auto const name = of_.job.users[of.user];
        auto const user = into_.asked.job.users.add(name);
        auto const id = of.id.str();
        into_.asked.ids->add(jobs::group_in(name) ? std::string{jobs::group_prefix} + id : id);
        for (auto const sku : touched) {
            put(of.user, user, sku, before.licence(sku), put_back ? before.usage_location : "");
        }
        bool kept = false;
        for (auto const& [sku, group] : moved) {
            if (is_touched(sku)) {
                kept = true;
                continue;
            }
            bool const member = before.groups.contains(group);
            put_membership(of.user, user, sku, member, put_back ? before.usage_location : "");
        }
        if (kept) ++into_.memberships_kept;
        if (touched.empty() && moved.empty()) put_location(of, user, before.usage_location);
    }

 private:
    static std::vector<sku_id> touched_skus(condition const& before, condition const& left) {
        std::vector<sku_id> touched;
        for (auto const& [sku, off] : before.held) {
            if (left.licence(sku) != off) touched.push_back(sku);
        }
        for (auto const& [sku, off] : left.held) {
            if (!before.held.contains(sku)) touched.push_back(sku);
        }
        return touched;
    }

    /// The SKUs given through groups that the run put the user in, or took him out of.
    [[nodiscard]] std::vector<std::pair<sku_id, group_id>> moved_skus(condition const& before,
                                                                      condition const& left) const {
        std::vector<std::pair<sku_id, group_id>> moved;
        for (auto const& [sku, through] : of_.head.agreed.by.via) {
            auto const group = through.group;
            if (before.groups.contains(group) != left.groups.contains(group)) {
                moved.emplace_back(sku, group);
            }
        }
        return moved;
    }

    static bool had_besides(account const& before, sku_id sku, group_id group) {
        return std::ranges::any_of(before.licences, [&](licence_state const& state) {
            return state.sku == sku && state.active && state.by_group != group;
        });
    }

    /// Without a list of service plans: the group decides.
    void put_membership(std::uint32_t old_user, std::uint32_t user, sku_id sku, bool member,
                        std::string_view location) {
        auto made = target_like(row_of(old_user, sku), user, sku_index(name_of(sku)));
        made.act = member ? jobs::action::assign : jobs::action::remove;
        made.usage_location = letters(location);
        into_.asked.job.targets.push_back(made);
    }

    /// The part number where the tenant has the SKU, else its id.
    [[nodiscard]] std::string name_of(sku_id sku) const {
        auto const found = std::ranges::find(of_.subscriptions, sku, &subscription::sku);
        return found == of_.subscriptions.end() ? sku.str() : found->part_number;
    }

    /// The row of the run's job that speaks of this user and SKU; else the user's first.
    [[nodiscard]] std::uint32_t row_of(std::uint32_t user, sku_id sku) const {
        auto const& rows = targets_of_.at(user);
        auto const found = std::ranges::find_if(rows, [&](std::uint32_t target) {
            auto const& written = of_.job.skus[of_.job.targets[target].sku];
            return written == name_of(sku) || written == sku.str();
        });
        return found == rows.end() ? rows.front() : *found;
    }

    jobs::target target_like(std::uint32_t row, std::uint32_t user, std::uint32_t sku) {
        auto& job = into_.asked.job;
        auto const& old = of_.job.targets[row];
        jobs::target made;
        made.line = old.line;
        made.user = user;
        made.sku = sku;
        made.priority = old.priority;
        made.has_priority = old.has_priority;
        auto const columns = job.extra_columns.size();
        for (std::size_t at = 0; at < columns; ++at) {
            job.extra_cells.add(of_.job.extra_cells[row * columns + at]);
        }
        return made;
    }

    std::uint32_t sku_index(std::string const& name) {
        auto& skus = into_.asked.job.skus;
        auto const found = std::ranges::find(skus, name);
        if (found != skus.end()) return static_cast<std::uint32_t>(found - skus.begin());
        skus.push_back(name);
        return static_cast<std::uint32_t>(skus.size() - 1);
    }

    std::uint32_t rule_index(std::vector<plan_id> const& off) {
        jobs::plan_rule rule;
        rule.is = off.empty() ? jobs::plan_rule::kind::none : jobs::plan_rule::kind::listed;
        for (auto const plan : off) rule.plans.push_back(plan.str());
        auto& rules = into_.asked.job.plan_rules;
        auto const found = std::ranges::find(rules, rule);
        if (found != rules.end()) return static_cast<std::uint32_t>(found - rules.begin());
        rules.push_back(std::move(rule));
        return static_cast<std::uint32_t>(rules.size() - 1);
    }

    static std::array<char, 2> letters(std::string_view location) {
        if (location.size() != 2) return {};
        return {location[0], location[1]};
    }

    void put(std::uint32_t old_user, std::uint32_t user, sku_id sku,
             std::optional<std::vector<plan_id>> const& before, std::string_view location) {
        auto made = target_like(row_of(old_user, sku), user, sku_index(name_of(sku)));
        made.act = before ? jobs::action::assign : jobs::action::remove;
        if (before) made.plans = rule_index(*before);
        made.usage_location = letters(location);
        into_.asked.job.targets.push_back(made);
    }

    /// What a row of that SKU can say without changing the user's licences; empty: nothing.
    [[nodiscard]] std::optional<jobs::action> harmless(account const& who, sku_id sku) const {
        bool held = false;
        for (auto const& one : who.licences) {
            if (one.sku == sku && one.active) return jobs::action::assign;
            held |= one.sku == sku;
        }
        if (held) return std::nullopt;
        return jobs::action::remove;
    }

    [[nodiscard]] std::optional<sku_id> sku_in(std::uint32_t row) const {
        auto const& name = of_.job.skus[of_.job.targets[row].sku];
        auto const found = std::ranges::find(of_.subscriptions, name, &subscription::part_number);
        return found == of_.subscriptions.end() ? sku_id::parse(name) : std::optional{found->sku};
    }

    /// Only the usage location was changed: it is put back in a row that leaves the licences as
    /// they are, of a SKU that the run's job names for the user where there is such a one. The
    /// job's own row may ask for a licence that the user was not given.
    void put_location(schedule::errand const& one, std::uint32_t user, std::string_view location) {
        auto const put_in = [&](std::uint32_t row, sku_id sku) {
            auto const act = harmless(one.seen, sku);
            if (!act) return false;
            auto made = target_like(row, user, sku_index(name_of(sku)));
            made.act = *act;
            made.usage_location = letters(location);
            into_.asked.job.targets.push_back(made);
            return true;
        };
        auto const& rows = targets_of_.at(one.user);
        for (auto const row : rows) {
            auto const sku = sku_in(row);
            if (sku && put_in(row, *sku)) return;
        }
        for (auto const& owned : of_.subscriptions) {
            if (put_in(rows.front(), owned.sku)) return;
        }
    }

    store::stored_run const& of_;
    undoing& into_;
    std::map<std::uint32_t, std::vector<std::uint32_t>> targets_of_;
};

}  // namespace

undoing undo_of(store::stored_run const& of) {
    undoing made;
    made.asked.by.always_set_usage_location = true;
    made.asked.by.via = of.head.agreed.by.via;
    // What was held directly is put back so, although the run gave the SKU through a group.
    made.asked.by.hold_directly = of.head.agreed.by.drop_direct || !made.asked.by.via.empty();
    outcome_of_run const outcome{of};
    job_writer writes{of, made};
    std::vector<condition> left;  // by user of the new job
    std::vector<condition> before;
    for (auto const& one : of.errands) {
        auto const users = made.users;
        writes.add(one, outcome.of(one.user));
        if (made.users == users) continue;
        left.push_back(outcome.of(one.user));
        before.push_back(condition_of(one.seen));
    }
    auto const& job = made.asked.job;
    std::vector<std::optional<sku_id>> skus;
    for (auto const& name : job.skus) {
        auto const owned = std::ranges::find(of.subscriptions, name, &subscription::part_number);
        skus.push_back(owned == of.subscriptions.end() ? sku_id::parse(name)
                                                       : std::optional{owned->sku});
    }
    made.asked.bars = [targets = job.targets, skus, left, before,
                       via = made.asked.by.via](plan::snapshot const& seen) {
        std::vector<reason> barred(targets.size(), reason::none);
        for (std::size_t at = 0; at < targets.size(); ++at) {
            auto const& target = targets[at];
            if (!seen.is_seen(target.user)) continue;
            auto const now = condition_of(seen.account_of(target.user));
            auto const& was = before[target.user];
            auto const& is = left[target.user];
            // What the run sent without an answer may not have happened: then all is as before it.
            auto const sku = skus[target.sku];
            bool same = !sku || now.licence(*sku) == is.licence(*sku) ||
                        now.licence(*sku) == was.licence(*sku);
            if (auto const through = via.find(sku.value_or(sku_id{})); through != via.end()) {
                auto const group = through->second.group;
                bool const in = now.groups.contains(group);
                same =
                    same && (in == is.groups.contains(group) || in == was.groups.contains(group));
            }
            bool const located = target.usage_location[0] != 0;
            same = same && (!located || now.usage_location == is.usage_location ||
                            now.usage_location == was.usage_location);
            if (!same) barred[at] = reason::changed_since_run;
        }
        return barred;
    };
    return made;
}

}  // namespace allot::runs
