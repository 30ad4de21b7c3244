#include "engine/plan/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

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
        ranks_.assign(job.users.size(), 0);
    }

    made_plan run() {
        find_users_named_twice();
        std::vector<change> changes(job_.users.size());
        for (std::uint32_t user = 0; user < job_.users.size(); ++user) {
            changes[user] = look_at(user);
        }
        give_seats(changes);
        for (std::uint32_t user = 0; user < job_.users.size(); ++user) {
            if (changes[user].empty()) continue;
            user_change one;
            one.user = user;
            one.rank = ranks_[user];
            one.needs = std::move(changes[user]);
            plan_.changes.push_back(std::move(one));
        }
        std::ranges::stable_sort(plan_.changes, {}, &user_change::rank);
        count();
        made_plan made;
        made.made = std::move(plan_);
        made.errors = std::move(errors_);
        return made;
    }

 private:
    void find_users_named_twice() {
        std::unordered_map<user_id, std::uint32_t> first;
        for (std::uint32_t user = 0; user < job_.users.size(); ++user) {
            if (seen_.users[user].is != sighting::kind::seen) continue;
            auto const [known, is_new] = first.try_emplace(seen_.users[user].seen.id, user);
            if (is_new) continue;
            auto const& row = job_.targets[wanted_.of(user).front().target];
            auto const& earlier = job_.targets[wanted_.of(known->second).front().target];
            jobs::input_error error;
            error.line = row.line;
            error.field = wanted_.is_group(user) ? "group" : "user";
            error.value = job_.users[user];
            auto const* const what = wanted_.is_group(user) ? "group" : "person";
            error.problem = fmt::format("the same {} as another name in this job", what);
            error.mend = fmt::format("line {} calls this {} {}: use one name for both",
                                     earlier.line, what, job_.users[known->second]);
            errors_.push_back(std::move(error));
        }
    }

    /// Fills the standings of the user's targets; returns what is to do.
    change look_at(std::uint32_t user) {
        auto const wants = wanted_.of(user);
        auto const& sighted = seen_.users[user];
        if (sighted.is != sighting::kind::seen) {
            for (auto const& one : wants) {
                auto& target = plan_.targets[one.target];
                bool const gone = sighted.is == sighting::kind::not_found;
                target.is = gone ? standing::blocked : standing::unreadable;
                auto const missing =
                    wanted_.is_group(user) ? reason::group_not_found : reason::user_not_found;
                target.why = gone ? missing : reason::unreadable;
                target.detail = sighted.detail;
            }
            return {};
        }
        auto found = diff(wanted_, user, sighted.seen, plan_.barred, rules_);
        for (std::size_t at = 0; at < wants.size(); ++at) {
            auto& target = plan_.targets[wants[at].target];
            target = std::move(found.targets[at]);
            if (!wanted_.is_group(user) || !target.detail.empty()) continue;
            if (target.why == reason::no_seats && target.is == standing::blocked) {
                target.detail =
                    fmt::format("its members need {} seats", seats_for(wants[at].sku, user));
            } else if (target.why != reason::none && target.is == standing::as_desired) {
                target.detail = sighted.detail;
            }
        }
        return std::move(found.needs);
    }

    /// How many seats the assignment takes of those that are free.
    [[nodiscard]] std::int64_t seats_for(sku_id sku, std::uint32_t user) const {
        if (!wanted_.is_group(user)) return 1;
        auto const& sighted = seen_.users[user];
        auto const with = sighted.members_with.find(sku);
        return std::int64_t{sighted.members} -
               (with == sighted.members_with.end() ? 0 : std::int64_t{with->second});
    }

    void give_seats(std::vector<change>& changes) {
        std::map<sku_id, std::int64_t> free;
        for (auto const& owned : wanted_.subscriptions) {
            free[owned.sku] = std::max<std::int64_t>(0, owned.enabled - owned.consumed);
        }
        auto const given = allot_seats(seat_requests(), free);
        ranks_ = given.rank_of_user;
        std::vector<bool> again(job_.users.size(), false);
        for (auto const target : given.without) {
            plan_.barred[target] = reason::no_seats;
            again[job_.targets[target].user] = true;
        }
        for (std::uint32_t user = 0; user < job_.users.size(); ++user) {
            if (again[user]) changes[user] = look_at(user);
        }
        count_seats(given, free);
    }

    seat_demand seat_requests() const {
        seat_demand demand;
        demand.users = job_.users.size();
        for (auto const& one : wanted_.wants) {
            auto const& target = plan_.targets[one.target];
            auto const& row = job_.targets[one.target];
            if (target.needs_seat) {
                demand.takes.push_back(
                    {one.target, row.user, row.priority, one.sku, seats_for(one.sku, row.user)});
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
        for (auto const& one : wanted_.wants) {
            auto* const count = entry(one);
            if (!count) continue;
            auto const& target = plan_.targets[one.target];
            auto const seats = seats_for(one.sku, job_.targets[one.target].user);
            if (without[one.target]) {
                count->needed += seats;
                count->short_by += seats;
            } else if (target.needs_seat) {
                count->needed += seats;
            }
            if (target.frees_seat) ++count->released;
        }
        for (auto& [sku, count] : counts) plan_.seats.push_back(std::move(count));
        std::ranges::sort(plan_.seats, {}, &seat_count::part_number);
    }

    void count() {
        for (auto const& one : wanted_.wants) {
            auto const& target = plan_.targets[one.target];
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
            if (!one.needs.usage_location.empty()) ++plan_.counts.locations;
        }
    }

    jobs::job const& job_;
    desired const& wanted_;
    snapshot const& seen_;
    rules const& rules_;
    plan plan_;
    std::vector<std::uint32_t> ranks_;
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
    return failure{errc::refused_by_cap,
                   fmt::format("the plan has {} {}, more than {} allows ({}). Nothing was written. "
                               "Look at `allot plan`; when it is right, raise {}.",
                               count, what, flag, said, flag)};
}

}  // namespace

made_plan make_plan(jobs::job const& job, desired const& wanted, snapshot const& seen,
                    rules const& by, std::vector<reason> barred) {
    return planner{job, wanted, seen, by, std::move(barred)}.run();
}

result<void> check_caps(plan const& made, std::optional<limit> max_changes, limit max_removals) {
    auto const targets = made.targets.size();
    if (max_changes) {
        auto const checked =
            check_cap(made.counts.changes(), *max_changes, targets, "changes", "--max-changes");
        if (!checked) return checked;
    }
    return check_cap(made.counts.remove, max_removals, targets, "removals", "--max-removals");
}

std::string closing_line(change_counts const& counts) {
    auto text =
        fmt::format("Plan: {} to assign, {} to change, {} to remove; {} as desired, {} blocked",
                    counts.assign, counts.modify, counts.remove, counts.as_desired, counts.blocked);
    if (counts.unreadable != 0) text += fmt::format(", {} unreadable", counts.unreadable);
    return text + ".";
}

}  // namespace allot::plan
