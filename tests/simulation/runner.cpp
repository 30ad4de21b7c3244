#include "tests/simulation/runner.hpp"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <memory>
#include <vector>

#include "connectors/graph/client/client.hpp"
#include "connectors/simulated/server/memory_transport.hpp"
#include "connectors/simulated/server/virtual_clock.hpp"
#include "tests/simulation/auditor.hpp"
#include "tests/simulation/draws.hpp"
#include "tests/simulation/flow.hpp"
#include "tests/simulation/mutations.hpp"
#include "tests/simulation/observer.hpp"

namespace allot::simulation {

namespace {

namespace asio = boost::asio;

/// Far more than any command takes.
constexpr std::size_t steps_max = 3'000'000;
/// So often more than ever while a write is in flight.
constexpr double eagerness = 10;

/// A client's process: everything that a crash takes with it.
struct process {
    process(scenario const& of, simulated::tenant& tenant, time_point starts)
        : paced{of.choices.limits} {
        time.advance(starts.time_since_epoch());
        straight.emplace(tenant, time);
    }

    throttle::governor paced;
    execute::stop_switch stop;
    std::optional<simulated::memory_transport> straight;
    std::optional<observer> watched;
    std::unique_ptr<directory> client;
    std::unique_ptr<directory> defect;
    outcome_of_command outcome;
    bool finished = false;
    std::exception_ptr broken;
    // These go first, and the coroutines with them.
    asio::io_context context{1};
    simulated::virtual_clock time{context.get_executor()};
};

class play_of {
 public:
    play_of(scenario const& of, std::string_view mutation, bool tell)
        : of_{of},
          mutation_{mutation},
          tell_{tell},
          tenant_{of.tenant, of.service},
          audit_{of, tenant_},
          fate_{of.seed, 0xFA7E} {}

    result_of_seed run();

 private:
    enum class ended : std::uint8_t { well, crashed, stopped, badly };

    ended give(command what, bool may_be_cut);
    void give_until_done(command what);
    ended let_run(process& one, command what);
    bool dies(moment at);
    void disturb(time_point now);
    void say(std::string const& what);

    scenario const& of_;
    std::string_view mutation_;
    bool tell_;
    simulated::tenant tenant_;
    auditor audit_;
    trace trace_;
    draws fate_;
    time_point now_{};
    process* running_ = nullptr;
    bool may_be_cut_ = false;
    bool crashed_ = false;
    bool healed_ = false;
    std::uint32_t crashes_ = 0;
    std::uint32_t stops_ = 0;
    std::size_t disturbed_ = 0;
    result_of_seed result_;
};

void play_of::say(std::string const& what) {
    if (!tell_) return;
    auto const seconds = std::chrono::duration<double>(now_.time_since_epoch()).count();
    result_.told += fmt::format("{:12.3f} s  {}\n", seconds, what);
}

/// Whether the process is gone at this moment, which is drawn each time. The same draw may pull the
/// stop switch instead.
bool play_of::dies(moment at) {
    if (crashed_) return true;
    auto& one = *running_;
    if (at == moment::step || at == moment::leaving) disturb(one.time.now());
    if (!may_be_cut_) return false;
    auto const drawn = fate_.fraction(1);
    auto const weight = audit_.writes_in_flight() ? 1 : 1 / eagerness;
    auto const crash = crashes_ < of_.cut.crashes_max ? of_.cut.crash_share * weight : 0;
    auto const stop = stops_ < of_.cut.stops_max ? of_.cut.stop_share * weight : 0;
    if (drawn < crash) {
        crashed_ = true;
        ++crashes_;
        one.context.stop();
        return true;
    }
    if (drawn < crash + stop && one.stop.pulled() == reason::none) {
        ++stops_;
        one.stop.pull(reason::interrupted);
    }
    return false;
}

void play_of::disturb(time_point now) {
    for (; disturbed_ < of_.disturbances.size(); ++disturbed_) {
        auto const& one = of_.disturbances[disturbed_];
        if (one.at > now) return;
        if (one.sku) {
            tenant_.take_seats(*one.sku, one.seats, now);
        } else {
            tenant_.take_quota(one.writes, one.units, now);
        }
    }
}

play_of::ended play_of::let_run(process& one, command what) {
    auto& seen = one.defect ? *one.defect : *one.client;
    survey::tools const with{seen, one.time, one.paced, one.stop, of_.choices.schedule, {}};
    auto const waves = healed_ ? schedule::wave_options{} : of_.choices.waves;
    asio::co_spawn(one.context, carry_out(with, of_, what, waves, one.outcome),
                   [&one](std::exception_ptr error) {
                       one.broken = error;
                       one.finished = true;
                   });
    auto ends = one.time.run(one.context, 0);
    for (std::size_t step = 0; ends == simulated::run_end::steps_spent && !crashed_; ++step) {
        if (step == steps_max || dies(moment::step)) break;
        ends = one.time.run(one.context, 1);
    }
    now_ = one.time.now();
    if (crashed_) return ended::crashed;
    if (one.broken) {
        try {
            std::rethrow_exception(one.broken);
        } catch (std::exception const& thrown) {
            audit_.complain(now_, std::string{"it threw: "} + thrown.what());
        }
        return ended::badly;
    }
    if (!one.finished) {
        audit_.complain(now_, ends == simulated::run_end::stuck
                                  ? "it is stuck: it waits for what never comes"
                                  : "it does not come to an end");
        return ended::badly;
    }
    return one.stop.pulled() == reason::none ? ended::well : ended::stopped;
}

/// One process for one command.
play_of::ended play_of::give(command what, bool may_be_cut) {
    process one{of_, tenant_, now_};
    running_ = &one;
    crashed_ = false;
    may_be_cut_ = may_be_cut;
    ++result_.processes;
    teller tells;
    if (tell_) {
        tells = [this, &one](std::string const& words) {
            now_ = one.time.now();
            say("    " + words);
        };
    }
    one.watched.emplace(
        *one.straight, one.time, audit_, trace_, [this](moment at) { return dies(at); },
        std::move(tells));
    one.client = make_client(of_, *one.watched, one.time, result_.processes);
    one.defect = mutated(mutation_, *one.client, what, of_.tenant.users.back().who.id);
    audit_.process_begins();
    audit_.begins(what, now_);
    say(fmt::format("{} begins", name(what)));
    auto const came = let_run(one, what);
    auto& outcome = one.outcome;
    if (came == ended::crashed) say("crash");
    if (came == ended::badly || came == ended::crashed) return came;
    if (!outcome.failure.empty()) {
        say("failed: " + outcome.failure);
        return came;
    }
    mutate(mutation_, outcome.rows);
    for (auto const& row : outcome.rows) {
        trace_.add(reconcile::name(row.is));
        trace_.add(code(row.why));
        trace_.add(row.after);
        trace_.add(row.verified_at);
        say(fmt::format("  {} {} {}: {} {} ({}) {} -> {}", row.action, row.sku, row.user,
                        reconcile::name(row.is), code(row.why), row.detail, row.before, row.after));
    }
    if (outcome.has_rows) audit_.ends(outcome.rows, now_);
    return came;
}

/// Again and again, until it comes to its end.
void play_of::give_until_done(command what) {
    for (;;) {
        auto const came = give(what, true);
        if (came == ended::well || came == ended::badly) return;
        // Another run knows nothing of this one: it sees what the tenant shows.
        now_ += fate_.time({}, of_.cut.pause_longest) + of_.service.read_lag;
    }
}

result_of_seed play_of::run() {
    auto const wrong = [this] { return !audit_.complaint().empty(); };
    auto const then = [&](command what, bool cut) {
        if (wrong()) return;
        if (cut) {
            give_until_done(what);
        } else {
            give(what, false);
        }
        now_ += of_.between;
    };
    if (of_.plans_first) then(command::plan, false);
    then(command::apply, true);
    if (of_.verifies) then(command::verify, false);
    // Nothing goes wrong any more: what can be done is done, and then nothing is left.
    auto& service = tenant_.settings();
    service.faults = service.part_faults = service.login_faults = {};
    disturbed_ = of_.disturbances.size();
    healed_ = true;
    audit_.heal();
    then(command::apply, false);
    then(command::verify, false);
    audit_.settle();
    then(command::apply, false);
    audit_.closes(now_);
    result_.failure = audit_.complaint();
    result_.crashes = crashes_;
    result_.trace = trace_.sum();
    result_.requests = tenant_.counted().requests;
    result_.writes = tenant_.counted().writes_accepted;
    return std::move(result_);
}

}  // namespace

result_of_seed play(scenario const& of, std::string_view mutation, bool tell) {
    return play_of{of, mutation, tell}.run();
}

}  // namespace allot::simulation
