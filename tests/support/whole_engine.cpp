#include "tests/support/whole_engine.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <map>
#include <set>
#include <stdexcept>

#include "connectors/graph/client/client.hpp"
#include "connectors/simulated/server/memory_transport.hpp"
#include "engine/execute/execute.hpp"
#include "engine/jobs/reader.hpp"
#include "engine/limits/bound.hpp"
#include "engine/reconcile/reconcile.hpp"
#include "engine/survey/survey.hpp"

namespace allot::support {

namespace asio = boost::asio;

namespace {

asio::awaitable<void> go(survey::tools& with, jobs::job const& job, run_options const& chosen,
                         run_result& into) {
    auto subscriptions = co_await survey::read_subscriptions(with);
    if (!subscriptions) {
        into.failure = subscriptions.error().message;
        co_return;
    }
    auto resolved = plan::resolve(job, std::move(*subscriptions), {}, "");
    if (!resolved.errors.empty()) {
        into.failure = jobs::to_text("job", resolved.errors[0]);
        co_return;
    }
    auto seen = co_await survey::read_users(with, job.users);
    if (!seen) {
        into.failure = seen.error().message;
        co_return;
    }
    auto const& wanted = resolved.wanted;
    into.made = plan::make_plan(job, wanted, seen->snapshot, chosen.rules).made;
    reconcile::evidence_of_run given{job, wanted, chosen.rules, seen->snapshot, into.made};
    given.verifying = chosen.verifying;
    given.looked_at = with.time.wall_now();
    std::unique_ptr<schedule::schedule> running;
    if (chosen.write) {
        std::vector<schedule::errand> errands;
        for (auto const& change : into.made.changes) {
            schedule::errand one;
            one.user = change.user;
            one.id = seen->snapshot.id(change.user);
            one.seen = seen->snapshot.account_of(change.user);
            one.rank = change.rank;
            one.needs = change.needs;
            errands.push_back(std::move(one));
        }
        schedule::aim aimed{&wanted, chosen.rules, into.made.barred};
        auto options = with.chosen;
        options.waves = chosen.waves;
        if (chosen.foresee) {
            throttle::governor const as_believed{limits::taken_as_true(chosen.limits)};
            into.foreseen =
                schedule::foresee(as_believed, options, errands, aimed, with.time.now());
        }
        running = std::make_unique<schedule::schedule>(with.paced, options, std::move(errands),
                                                       std::move(aimed));
        auto const began = with.time.now();
        execute::watcher watch = [&](time_point) {
            if (chosen.stop_after != 0 && running->done().settled >= chosen.stop_after) {
                with.stop.pull(reason::interrupted);
            }
        };
        execute::tools const driven{with.tenant, with.time, with.stop, nullptr, watch};
        co_await execute::run(*running, driven);
        into.changing = with.time.now() - began;
        into.progress = running->done();
        into.stopped = running->stopped().has_value();
        into.waves = running->in_waves().stands();
        into.too_many_failed = running->in_waves().too_many_failed();
        if (running->last_accepted_at()) into.writing = *running->last_accepted_at() - began;
        given.ran = running.get();
    }
    reconcile::draw_up(given, [&](reconcile::row const& one) { into.rows.push_back(one); });
    into.refusals = with.paced.seen().refusals;
    into.gates = with.paced.seen().gates;
    auto const* const writes = with.paced.find(throttle::limit::writes);
    if (writes != nullptr && writes->lowered()) into.learned_write_rate = writes->rate();
}

asio::awaitable<void> stop_at(clock& time, time_point when, execute::stop_switch& stop) {
    co_await time.sleep_until(when);
    stop.pull(reason::interrupted);
}

}  // namespace

struct outside {
    asio::io_context context{1};
    simulated::virtual_clock clock{context.get_executor()};
};

world::world() : time{std::make_unique<outside>()} {}
world::~world() = default;
world::world(world&&) noexcept = default;

simulated::tenant& world::model() {
    if (!tenant) tenant = std::make_unique<simulated::tenant>(described, options);
    return *tenant;
}

simulated::virtual_clock& world::clock() {
    return time->clock;
}

asio::io_context& world::context() {
    return time->context;
}

std::unique_ptr<directory> world::client(http::transport& through, std::uint64_t seed) {
    graph::client_options chosen;
    chosen.graph_url = "https://graph.example";
    chosen.login_url = "https://login.example";
    chosen.tenant = described.tenant_id;
    chosen.client_id = described.client_id;
    chosen.client_secret = graph::wire::secret{std::string{options.client_secret}};
    chosen.seed = seed;
    return std::make_unique<graph::client>(std::move(chosen), through, clock());
}

void let_run(world& in, std::function<bool()> const& give_up) {
    constexpr std::size_t steps_between_questions = 1000;
    auto& context = in.context();
    context.restart();
    if (!give_up) {
        in.clock().run(context);
        return;
    }
    while (in.clock().run(context, steps_between_questions) == simulated::run_end::steps_spent) {
        if (give_up()) return;
    }
}

run_result run(world& in, jobs::job const& job, run_options const& chosen) {
    auto& time = in.clock();
    simulated::memory_transport straight{in.model(), time};
    auto const tenant =
        in.client(chosen.through != nullptr ? *chosen.through : straight, chosen.client_seed);
    throttle::governor paced{chosen.limits};
    execute::stop_switch stop;
    survey::tools with{*tenant, time, paced, stop, chosen.schedule, {}};
    run_result into;
    auto const began = time.now();
    std::exception_ptr broken;
    asio::co_spawn(in.context(), go(with, job, chosen, into), [&](std::exception_ptr error) {
        broken = error;
        into.finished = true;
    });
    if (chosen.stop_at) {
        asio::co_spawn(in.context(), stop_at(time, began + *chosen.stop_at, stop), asio::detached);
    }
    let_run(in, chosen.give_up);
    if (broken) std::rethrow_exception(broken);
    into.whole = time.now() - began;
    return into;
}

jobs::job job_of(std::string_view csv) {
    auto read = jobs::read(csv, jobs::read_options{});
    if (!read.errors.empty()) throw std::runtime_error(jobs::to_text("job", read.errors[0]));
    return std::move(read.read);
}

std::string find_lie(world& in, jobs::job const& job, run_result const& of,
                     std::vector<user> const& before) {
    if (!of.finished) return "the run never came to its end";
    if (of.rows.size() != job.targets.size()) return "not one row for each target";
    std::map<std::string, sku_id> skus;
    for (auto const& one : in.model().true_subscriptions()) skus[one.part_number] = one.sku;
    std::map<user_id, user> now;
    for (auto& one : in.model().true_users()) now.emplace(one.id, one);
    std::set<std::string> in_job;
    for (std::size_t at = 0; at < of.rows.size(); ++at) {
        auto const& row = of.rows[at];
        in_job.insert(row.user_id);
        using reconcile::verdict;
        if (row.line != job.targets[at].line) return "rows are not in the file's order";
        if (row.is != verdict::verified && row.is != verdict::already) continue;
        auto const& person = now.at(*user_id::parse(row.user_id));
        bool holds = false;
        for (auto const& licence : person.licences) {
            holds |= licence.sku == skus.at(row.sku) && licence.active;
        }
        if (holds != (row.action == "assign")) {
            return row.user + " is called " + std::string{reconcile::name(row.is)} + " for " +
                   row.action + " " + row.sku + ", which is not so";
        }
    }
    for (auto const& was : before) {
        if (in_job.contains(was.id.str())) continue;
        if (now.at(was.id).licences != was.licences) return was.upn + " was touched";
        if (now.at(was.id).usage_location != was.usage_location) return was.upn + " was moved";
    }
    return {};
}

}  // namespace allot::support
