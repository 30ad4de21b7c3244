#include "engine/plan/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "engine/plan/seats.hpp"

namespace allot::plan {

namespace {

class planner {
 public:
    planner(jobs::job const& job, desired const& wanted, snapshot const& seen, rules const& by,
            std::vector<reason> barred)
        : job_{job}, wanted_{wanted}, seen_{seen}, rules_{by} {
        plan_.targets.resize(job.targets.size());
        plan_.barred = std::move(barred);
        plan_.barred.resize(job.targets.size(), reason::none);
    }

    made_plan run() {
        find_users_named_twice();
        look_at_groups();
        for (std::uint32_t user = 0; user < job_.users.size(); ++user) {
            auto needs = look_at(user);
            if (!needs.empty()) plan_.changes.push_back({user, 0, changes_.keep(needs)});
        }
        give_seats();
        std::ranges::stable_sort(plan_.changes, {}, &user_change::rank);
        count();
        made_plan made;
        made.made = std::move(plan_);
        made.errors = std::move(errors_);
        return made;
    }

 private:
    void find_users_named_twice() {
        jobs::index_table first;
        for (std::uint32_t user = 0; user < job_.users.size(); ++user) {
            if (!seen_.is_seen(user)) continue;
            auto const id = seen_.id(user);
            auto const hash = std::hash<user_id>{}(id);
            auto const known =
                first.find(hash, [&](std::uint32_t other) { return seen_.id(other) == id; });
            if (!known) {
                first.add(hash, user);
                continue;
            }
            auto const& row = job_.targets[wanted_.of(user).front().target];
            auto const& earlier = job_.targets[wanted_.of(*known).front().target];
            jobs::input_error error;
            error.line = row.line;
            error.field = wanted_.is_group(user) ? "group" : "user";
            error.value = job_.users[user];
            auto const* const what = wanted_.is_group(user) ? "group" : "person";
            error.problem = fmt::format("the same {} as another name in this job", what);
            error.mend = fmt::format("line {} calls this {} {}: use one name for both",
                                     earlier.line, what, job_.users[*known]);
            errors_.push_back(std::move(error));
        }
    }

    /// Fills the standings of the user's targets; returns what is to do.
    change look_at(std::uint32_t user) {
        auto const wants = wanted_.of(user);
        if (!seen_.is_seen(user)) {
            for (auto const& one : wants) {
                auto& target = plan_.targets[one.target];
                bool const gone = seen_.is(user) == sighting::kind::not_found;
                target.is = gone ? standing::blocked : standing::unreadable;
                auto const missing =
                    wanted_.is_group(user) ? reason::group_not_found : reason::user_not_found;
                target.why = gone ? missing : reason::unreadable;
                target.detail = seen_.detail(user);
            }
            return {};
        }
        auto found = diff(wanted_, user, seen_.account_of(user), plan_.barred, rules_);
        for (std::size_t at = 0; at < wants.size(); ++at) {
            auto& target = plan_.targets[wants[at].target];
            target = std::move(found.targets[at]);
            if (auto const by = given_by_.find(wants[at].target); by != given_by_.end()) {
                target.detail =
                    fmt::format("{}, which this job gives the licence", job_.users[by->second]);
            }
            if (!wanted_.is_group(user) || !target.detail.empty()) continue;
            if (plan_.barred[wants[at].target] == reason::no_seats) {
                target.detail = fmt::format("its members need {} seats",
                                            people_without(wants[at].sku, user).size());
            } else if (target.is == standing::blocked) {
                target.detail = seen_.detail(user);
            }
        }
        return std::move(found.needs);
    }

    /// What rows about groups mean for the others: a group cannot both be given a licence and take
    /// people in for those that it has, and who gets a licence through a group keeps it.
    void look_at_groups() {
        std::map<std::pair<user_id, sku_id>, std::uint32_t> given;  // to the group's user
        for (std::uint32_t user = 0; user < wanted_.groups.size(); ++user) {
            if (!wanted_.is_group(user) || !seen_.is_seen(user)) continue;
            for (auto const& [sku, through] : rules_.via) {
                if (through.group.value == seen_.id(user).value) refuse_via(user, through);
            }
            for (auto const& one : wanted_.of(user)) {
                if (one.act != jobs::action::assign) continue;
                for (auto const& each : seen_.members(user)) given[{each.id, one.sku}] = user;
            }
        }
        if (given.empty()) return;
        for (std::uint32_t user = 0; user < job_.users.size(); ++user) {
            if (wanted_.is_group(user) || !seen_.is_seen(user)) continue;
            for (auto const& one : wanted_.of(user)) {
                auto const by = given.find({seen_.id(user), one.sku});
                if (one.act != jobs::action::remove || by == given.end()) continue;
                plan_.barred[one.target] = reason::inherited_from_group;
                given_by_[one.target] = by->second;
            }
        }
    }

    void refuse_via(std::uint32_t user, via_group const& through) {
        jobs::input_error error;
        error.line = job_.targets[wanted_.of(user).front().target].line;
        error.field = "group";
        error.value = job_.users[user];
        error.problem = fmt::format("people join and leave {} in this job", through.name);
        error.mend = "change what the group gives in a job of its own, without --via group";
        errors_.push_back(std::move(error));
    }

    /// Who gets a licence of the SKU by the row that has not got one.
    [[nodiscard]] std::vector<user_id> people_without(sku_id sku, std::uint32_t user) const {
        if (!wanted_.is_group(user)) return {seen_.id(user)};
        std::vector<user_id> people;
        for (auto const& one : seen_.members(user)) {
            if (!std::ranges::binary_search(one.has, sku)) people.push_back(one.id);
        }
        return people;
    }

    void give_seats() {
        std::map<sku_id, std::int64_t> free;
        for (auto const& owned : wanted_.subscriptions) {
            free[owned.sku] = std::max<std::int64_t>(0, owned.enabled - owned.consumed);
        }
        auto const given = allot_seats(seat_requests(), free);
        std::vector<bool> again(job_.users.size(), false);
        for (auto const target : given.without) {
            plan_.barred[target] = reason::no_seats;
            again[job_.targets[target].user] = true;
        }
        for (auto& one : plan_.changes) {
            one.rank = given.rank_of_user[one.user];
            if (again[one.user]) one.needs = changes_.keep(look_at(one.user));
        }
        std::erase_if(plan_.changes, [](user_change const& one) { return one.needs->empty(); });
        count_seats(given, free);
    }

    seat_demand seat_requests() const {
        seat_demand demand;
        demand.users = job_.users.size();
        for (auto const& one : wanted_.wants) {
            auto const& target = plan_.targets[one.target];
            auto const& row = job_.targets[one.target];
            if (target.needs_seat) {
                auto& take = demand.takes.emplace_back();
                take = {one.target, row.user, row.priority, one.sku};
                if (!wanted_.groups.empty()) take.people = people_without(one.sku, row.user);
            }
            if (target.frees_seat) demand.gives.push_back({row.user, one.sku});
        }
        return demand;
    }

    void count_seats(seats_given const& given, std::map<sku_id, std::int64_t> const& free) {
        std::map<sku_id, seat_count> counts;
        auto const entry = [&](want const& one) -> seat_count* {
            if (one.subscription < 0) return nullptr;
            auto const& owned = wanted_.subscriptions[std::size_t(one.subscription)];
            auto const [found, is_new] = counts.try_emplace(one.sku);
            if (is_new) {
                found->second.sku = one.sku;
                found->second.part_number = owned.part_number;
                found->second.owned = owned.enabled;
                found->second.used = owned.consumed;
                found->second.free = free.at(one.sku);
            }
            return &found->second;
        };
        std::vector<bool> without(job_.targets.size(), false);
        for (auto const target : given.without) without[target] = true;
        auto const count_one = [&](want const& one) {
            auto* const count = entry(one);
            if (!count) return;
            auto const& target = plan_.targets[one.target];
            if (without[one.target] || target.needs_seat) {
                auto const seats = seats_newly(one);
                count->needed += seats;
                if (without[one.target]) count->short_by += seats;
            }
            if (target.frees_seat) ++count->released;
        };
        // Those who get their seats first, so that who gets one is not counted as short as well.
        for (auto const& one : wanted_.wants) {
            if (!without[one.target]) count_one(one);
        }
        for (auto const target : given.without) count_one(want_of(target));
        for (auto& [sku, count] : counts) plan_.seats.push_back(std::move(count));
        std::ranges::sort(plan_.seats, {}, &seat_count::part_number);
    }

    [[nodiscard]] want const& want_of(std::uint32_t target) const {
        auto const wants = wanted_.of(job_.targets[target].user);
        return *std::ranges::find(wants, target, &want::target);
    }

    /// How many people of the row need a seat for whom none was counted yet.
    std::int64_t seats_newly(want const& one) {
        if (wanted_.groups.empty()) return 1;
        std::int64_t newly = 0;
        for (auto const person : people_without(one.sku, job_.targets[one.target].user)) {
            newly += counted_[one.sku].insert(person).second ? 1 : 0;
        }
        return newly;
    }

    void count_people(want const& one, target_standing const& target) {
        auto const user = job_.targets[one.target].user;
        std::uint64_t touched = 1;
        if (wanted_.is_group(user)) {
            auto const all = seen_.members(user).size();
            auto const without = people_without(one.sku, user).size();
            bool const removes = one.act == jobs::action::remove;
            touched = removes ? all - without : target.needs_seat ? without : all;
            touched = std::max<std::uint64_t>(touched, 1);
        }
        plan_.people.all += touched;
        if (target.is != standing::to_change) return;
        plan_.people.changes += touched;
        if (one.act == jobs::action::remove) plan_.people.removals += touched;
    }

    void count() {
        for (auto const& one : wanted_.wants) {
            auto const& target = plan_.targets[one.target];
            count_people(one, target);
            switch (target.is) {
                case standing::as_desired:
                    ++plan_.counts.as_desired;
                    break;
                case standing::blocked:
                    ++plan_.counts.blocked;
                    break;
                case standing::unreadable:
                    ++plan_.counts.unreadable;
                    break;
                case standing::to_change:
                    if (one.act == jobs::action::remove) {
                        ++plan_.counts.remove;
                    } else if (target.needs_seat) {
                        ++plan_.counts.assign;
                    } else {
                        ++plan_.counts.modify;
                    }
                    break;
            }
        }
        for (auto const& one : plan_.changes) {
            if (!one.needs->usage_location.empty()) ++plan_.counts.locations;
        }
    }

    jobs::job const& job_;
    desired const& wanted_;
    snapshot const& seen_;
    rules const& rules_;
    plan plan_;
    pool<change> changes_;
    std::map<std::uint32_t, std::uint32_t> given_by_;  ///< by target: the job's group that gives it
    std::map<sku_id, std::set<user_id>> counted_;      ///< who needs a seat, where groups do
    std::vector<jobs::input_error> errors_;
};

/// The whole number that a cap allows, of `targets` targets.
std::uint64_t allowed(limit cap, std::uint64_t targets) {
    return cap.percent ? targets * cap.amount / 100 : cap.amount;
}

result<void> check_cap(std::uint64_t count, limit cap, std::uint64_t targets, std::string_view what,
                       std::string_view flag) {
    auto const most = allowed(cap, targets);
    if (count <= most) return {};
    auto const said = cap.percent ? fmt::format("{}% of {} targets, {}", cap.amount, targets, most)
                                  : fmt::format("{}", most);
    return failure{
        errc::refused_by_cap,
        fmt::format("the plan has {} {}, more than {} allows ({}). Nothing was written. "
                    "When that is right, raise {}; without --yes the plan is shown, and you "
                    "are asked, before anything changes.",
                    count, what, flag, said, flag)};
}

}  // namespace

made_plan make_plan(jobs::job const& job, desired const& wanted, snapshot const& seen,
                    rules const& by, std::vector<reason> barred) {
    return planner{job, wanted, seen, by, std::move(barred)}.run();
}

result<void> check_caps(plan const& made, std::optional<limit> max_changes, limit max_removals) {
    auto const all = made.people.all;
    if (max_changes) {
        auto checked =
            check_cap(made.people.changes, *max_changes, all, "changes", "--max-changes");
        if (!checked) return checked;
    }
    return check_cap(made.people.removals, max_removals, all, "removals", "--max-removals");
}

std::string closing_line(change_counts const& counts) {
    auto text =
        fmt::format("Plan: {} to assign, {} to change, {} to remove; {} as desired, {} blocked",
                    counts.assign, counts.modify, counts.remove, counts.as_desired, counts.blocked);
    if (counts.unreadable != 0) text += fmt::format(", {} unreadable", counts.unreadable);
    return text + ".";
}

}  // namespace allot::plan
