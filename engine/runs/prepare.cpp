#include "engine/runs/prepare.hpp"

#include <algorithm>
#include <map>

#include "engine/runs/groups.hpp"

namespace allot::runs {

namespace asio = boost::asio;

namespace {

/// Bars the users whose change is not among those allowed; false when there is none.
bool bar_others(plan::plan const& made, std::span<plan::user_change const> allowed,
                plan::desired const& wanted, std::vector<reason>& barred) {
    std::map<std::uint32_t, plan::change const*> by_user;
    for (auto const& one : allowed) by_user.emplace(one.user, &one.needs);
    bool any = false;
    for (auto const& one : made.changes) {
        auto const found = by_user.find(one.user);
        if (found != by_user.end() && *found->second == one.needs) continue;
        for (auto const& want : wanted.of(one.user)) barred[want.target] = reason::stale_plan;
        any = true;
    }
    return any;
}

}  // namespace

asio::awaitable<preparation> prepare(survey::tools& with, request of) {
    preparation done;
    auto subscriptions = co_await survey::read_subscriptions(with);
    if (!subscriptions) {
        done.failed = subscriptions.error();
        co_return done;
    }
    auto resolved =
        plan::resolve(of.job, std::move(*subscriptions), of.products, of.default_location);
    if (!resolved.errors.empty()) {
        done.errors = std::move(resolved.errors);
        co_return done;
    }
    if (!of.groups.empty()) {
        auto through = co_await find_groups(with, of, resolved.wanted);
        if (!through) {
            done.failed = through.error();
            co_return done;
        }
        of.by.via = std::move(*through);
    }
    auto seen = co_await survey::read_users(with, of.ids ? *of.ids : of.job.users);
    if (!seen) {
        done.failed = seen.error();
        co_return done;
    }
    auto ready = std::make_unique<prepared>();
    ready->job = std::move(of.job);
    ready->wanted = std::move(resolved.wanted);
    ready->by = of.by;
    ready->before = std::move(seen->snapshot);
    ready->wanted.group_names = co_await name_groups(with, ready->wanted, ready->before);
    ready->way = std::move(seen->way);
    ready->requests = seen->requests;
    ready->looked_at = with.time.wall_now();
    std::vector<reason> barred(ready->job.targets.size(), reason::none);
    if (of.bars) barred = of.bars(ready->before);
    auto made = plan::make_plan(ready->job, ready->wanted, ready->before, ready->by, barred);
    if (of.only && bar_others(made.made, *of.only, ready->wanted, barred)) {
        made = plan::make_plan(ready->job, ready->wanted, ready->before, ready->by, barred);
    }
    if (!made.errors.empty()) {
        done.errors = std::move(made.errors);
        co_return done;
    }
    ready->made = std::move(made.made);
    done.ready = std::move(ready);
    co_return done;
}

}  // namespace allot::runs
