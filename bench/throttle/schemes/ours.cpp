#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>

#include "bench/throttle/schemes/schemes.hpp"
#include "engine/execute/execute.hpp"

namespace allot::bench {

namespace {

namespace asio = boost::asio;

throttle::governor_options limits_of(scenario const& what, std::uint64_t seed) {
    throttle::governor_options limits;
    limits.seed = seed;
    limits.writes = throttle::belief{throttle::published_writes};
    limits.units = throttle::belief{throttle::published_units};
    limits.tenant_writes = throttle::belief{throttle::published_tenant_writes};
    auto& meant = what.kind == work::writes ? *limits.writes : *limits.units;
    meant.published = throttle::quota{what.published, what.window};
    if (!what.told) meant.is = throttle::known::not_at_all;
    return limits;
}

schedule::options schedule_of(trial const& of) {
    schedule::options chosen;
    chosen.seed = of.seed;
    if (of.write_batch) {
        // As many writes in flight whatever the size, and room for all the reads beside them, which
        // take at most half of the requests.
        chosen.write_batch = *of.write_batch;
        chosen.requests_in_flight_max =
            chosen.writes_in_flight_max / *of.write_batch + 2 * chosen.reads_in_flight_max;
    }
    return chosen;
}

/// A licence for everybody: the whole engine.
measured write_all(trial const& of, stage& on) {
    auto const job = support::job_of(on.job_file());
    support::run_options chosen;
    chosen.limits = limits_of(of.what, of.seed);
    chosen.schedule = schedule_of(of);
    chosen.through = &on.transport();
    chosen.client_seed = of.seed;
    chosen.give_up = [&on] { return on.hopeless(); };
    auto const ran = support::run(on.world(), job, chosen);
    auto const verified =
        std::ranges::count(ran.rows, reconcile::verdict::verified, &reconcile::row::is);
    auto seen = on.measure(ran.finished, of.what.users - static_cast<std::uint64_t>(verified));
    seen.gates = ran.gates;
    seen.learned = ran.learned_write_rate;
    return seen;
}

/// Everybody looked at by name, as the survey does with whom the pages did not show.
measured read_all(trial const& of, stage& on) {
    throttle::governor paced{limits_of(of.what, of.seed)};
    auto& world = on.world();
    auto const tenant = world.client(on.transport(), of.seed);
    std::vector<schedule::errand> errands;
    for (auto& asked : on.operations()) {
        schedule::errand one;
        one.user = static_cast<std::uint32_t>(errands.size());
        one.key = std::move(asked.user);
        errands.push_back(std::move(one));
    }
    schedule::schedule looking{paced, schedule_of(of), std::move(errands), schedule::aim{}};
    execute::stop_switch stop;
    bool finished = false;
    std::exception_ptr broken;
    execute::tools const driven{*tenant, world.clock(), stop};
    asio::co_spawn(world.context(), execute::run(looking, driven),
                   [&](std::exception_ptr error, result<void> const&) {
                       broken = error;
                       finished = true;
                   });
    support::let_run(world, [&on] { return on.hopeless(); });
    if (broken) std::rethrow_exception(broken);
    auto const found =
        std::ranges::count(looking.records(), schedule::errand_end::seen, &schedule::record::end);
    auto seen = on.measure(finished, of.what.users - static_cast<std::uint64_t>(found));
    seen.gates = paced.seen().gates;
    return seen;
}

}  // namespace

measured play_ours(trial const& of) {
    stage on{of.what, of.seed};
    return of.what.kind == work::writes ? write_all(of, on) : read_all(of, on);
}

}  // namespace allot::bench
