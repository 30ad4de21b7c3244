#include "engine/runs/saved.hpp"

#include <algorithm>

namespace allot::runs {

namespace {

/// The same as far as a plan looks at it. The service gives licences in no fixed order.
bool same(account const& one, account const& other) {
    auto const sorted = [](account const& of) {
        auto licences = of.licences;
        std::ranges::sort(licences, {}, [](licence_state const& state) {
            return std::pair{state.sku, state.by_group};
        });
        return licences;
    };
    return one.usage_location == other.usage_location && sorted(one) == sorted(other);
}

/// A group that has become larger is another one; how far the tenant is with its members is no part
/// of the plan.
bool same_group(plan::snapshot const& then, plan::snapshot const& now, std::uint32_t group) {
    auto const without_progress = [](account of) {
        for (auto& state : of.licences) {
            state.active = true;
            state.error.clear();
        }
        return of;
    };
    return same(without_progress(then.account_of(group)),
                without_progress(now.account_of(group))) &&
           now.members(group).size() <= then.members(group).size();
}

bool same_changes(std::span<plan::user_change const> one,
                  std::span<plan::user_change const> other) {
    return std::ranges::equal(one, other, [](auto const& left, auto const& right) {
        return left.user == right.user && left.rank == right.rank && left.needs == right.needs;
    });
}

}  // namespace

result<request> request_of(documents::saved_plan of, std::span<plan::product const> products) {
    auto resolved = plan::resolve(of.job, of.subscriptions, products, of.default_location);
    failure const otherwise{errc::refused_by_cap,
                            "this allot would not make that plan of what it says it saw: it was "
                            "altered, or made by another version. Make a new one."};
    if (!resolved.errors.empty() || of.seen.size() != of.job.users.size()) return otherwise;
    auto const again = plan::make_plan(of.job, resolved.wanted, of.seen, of.by);
    if (!again.errors.empty() || !same_changes(again.made.changes, of.made.changes)) {
        return otherwise;
    }
    request asked;
    asked.by = of.by;
    asked.default_location = of.default_location;
    asked.products = products;
    asked.only = of.made.changes;
    asked.ids.emplace();
    for (std::uint32_t user = 0; user < of.job.users.size(); ++user) {
        std::string name{of.job.users[user]};
        if (of.seen.is_seen(user)) {
            name = resolved.wanted.is_group(user) ? jobs::group_prefix : "";
            name += of.seen.id(user).str();
        }
        asked.ids->add(name);
    }
    std::vector<reason> blocked(of.job.targets.size(), reason::none);
    for (std::size_t target = 0; target < blocked.size(); ++target) {
        auto const& stands = again.made.targets[target];
        if (stands.is == plan::standing::blocked) blocked[target] = stands.why;
    }
    asked.bars = [targets = of.job.targets, groups = resolved.wanted.groups,
                  then = std::move(of.seen),
                  blocked = std::move(blocked)](plan::snapshot const& now) {
        auto barred = blocked;
        for (std::size_t at = 0; at < targets.size(); ++at) {
            auto const user = targets[at].user;
            bool const seen = now.is_seen(user);
            bool const is_group = user < groups.size() && groups[user];
            bool const as_then =
                then.is(user) == now.is(user) &&
                (!seen || (then.id(user) == now.id(user) &&
                           (is_group ? same_group(then, now, user)
                                     : same(then.account_of(user), now.account_of(user)))));
            if (seen && !as_then) barred[at] = reason::stale_plan;
        }
        return barred;
    };
    asked.job = std::move(of.job);
    return asked;
}

}  // namespace allot::runs
