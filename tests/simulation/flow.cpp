#include "tests/simulation/flow.hpp"

#include <stdexcept>

#include "connectors/graph/client/client.hpp"
#include "engine/execute/execute.hpp"
#include "engine/jobs/reader.hpp"
#include "engine/reconcile/reconcile.hpp"

namespace allot::simulation {

namespace {

jobs::job job_of(scenario const& of) {
    auto read = jobs::read(csv_of(of.job), jobs::read_options{});
    if (!read.errors.empty()) throw std::runtime_error(jobs::to_text("job", read.errors[0]));
    return std::move(read.read);
}

}  // namespace

std::unique_ptr<directory> make_client(scenario const& of, http::transport& through, clock& time,
                                       std::uint64_t number) {
    graph::client_options chosen;
    chosen.graph_url = "https://graph.example";
    chosen.login_url = "https://login.example";
    chosen.tenant = of.tenant.tenant_id;
    chosen.client_id = of.tenant.client_id;
    chosen.client_secret = graph::wire::secret{std::string{of.service.client_secret}};
    chosen.seed = of.choices.client_seed + number;
    return std::make_unique<graph::client>(std::move(chosen), through, time);
}

boost::asio::awaitable<void> carry_out(survey::tools with, scenario const& of, command what,
                                       schedule::wave_options waves, outcome_of_command& into) {
    auto const job = job_of(of);
    auto subscriptions = co_await survey::read_subscriptions(with);
    if (!subscriptions) {
        into.failure = subscriptions.error().message;
        co_return;
    }
    auto const resolved =
        plan::resolve(job, std::move(*subscriptions), {}, of.choices.default_location);
    if (!resolved.errors.empty()) {
        throw std::runtime_error(jobs::to_text("job", resolved.errors[0]));
    }
    auto seen = co_await survey::read_users(with, job.users);
    if (!seen) {
        into.failure = seen.error().message;
        co_return;
    }
    if (with.stop.pulled() != reason::none) {
        into.failure = "stopped; nothing was changed";
        co_return;
    }
    plan::rules rules;
    rules.always_set_usage_location = of.choices.always_set_usage_location;
    rules.skip_redundant = of.choices.skip_redundant;
    auto const& wanted = resolved.wanted;
    auto const made = plan::make_plan(job, wanted, seen->snapshot, rules).made;
    reconcile::evidence_of_run given{job, wanted, rules, seen->snapshot, made};
    given.verifying = what == command::verify;
    given.looked_at = with.time.wall_now();
    std::unique_ptr<schedule::schedule> running;
    if (what == command::apply) {
        std::vector<schedule::errand> errands;
        for (auto const& change : made.changes) {
            schedule::errand one;
            one.user = change.user;
            one.seen = seen->snapshot.users[change.user].seen;
            one.key = one.seen.id.str();
            one.rank = change.rank;
            one.todo = change.todo;
            errands.push_back(std::move(one));
        }
        schedule::aim aimed{&wanted, rules, made.barred};
        auto chosen = with.chosen;
        chosen.waves = waves;
        running = std::make_unique<schedule::schedule>(with.paced, chosen, std::move(errands),
                                                       std::move(aimed));
        execute::watcher nobody;
        co_await execute::run(*running, with.tenant, with.time, with.stop, std::move(nobody));
        given.ran = running.get();
    }
    into.has_rows = true;
    reconcile::draw_up(given, [&](reconcile::row const& one) { into.rows.push_back(one); });
}

}  // namespace allot::simulation
