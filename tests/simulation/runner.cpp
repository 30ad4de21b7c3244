#include "tests/simulation/runner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <memory>
#include <vector>

#include "connectors/simulated/server/memory_transport.hpp"
#include "connectors/simulated/server/virtual_clock.hpp"
#include "tests/simulation/auditor.hpp"
#include "tests/simulation/draws.hpp"
#include "tests/simulation/flow.hpp"
#include "tests/simulation/mutations.hpp"
#include "tests/simulation/observer.hpp"
#include "tests/simulation/store_watch.hpp"

namespace allot::simulation {

namespace {

namespace asio = boost::asio;

/// Far more than any command takes.
constexpr std::size_t steps_max = 3'000'000;
/// So often more than ever while a write is in flight.
constexpr double eagerness = 10;
/// An interrupted run that never ends is another matter than this.
constexpr std::uint32_t resumes_max = 30;

/// A client's process: everything that a crash takes with it.
struct process {
    explicit process(time_point starts) { time.advance(starts.time_since_epoch()); }

    std::optional<store::run_store> kept;
    throttle::governor_options believed;
    std::optional<throttle::governor> paced;
    execute::stop_switch stop;
    std::optional<simulated::memory_transport> straight;
    std::optional<observer> watched;
    std::unique_ptr<directory> client;
    std::unique_ptr<directory> defect;
    std::optional<surroundings> around;
    outcome_of_command outcome;
    bool finished = false;
    std::exception_ptr broken;
    // These go first, and the coroutines with them.
    asio::io_context context{1};
    simulated::virtual_clock time{context.get_executor()};
};

/// A request that had left when its process crashed, and is still on its way.
struct stray {
    http_request request;
    time_point arrives;
};

class play_of {
 public:
    play_of(scenario const& of, std::string_view mutation, bool tell)
        : of_{of},
          mutation_{mutation},
          tell_{tell},
          tenant_{of.tenant, of.service},
          audit_{of, tenant_},
          fate_{of.seed, 0xFA7E},
          store_{[this] { return may_commit(); }, defect_of_store(mutation)} {
        audit_.looks_up_intents([this](std::string_view name) { return store_.intents(name); });
    }

    result_of_seed run();

 private:
    enum class ended : std::uint8_t { well, crashed, badly };

    void command_and_wait(command what, bool may_be_cut);
    void give_until_done(command what);
    ended give(command what, bool may_be_cut);
    ended let_run(process& one, command what);
    ended start(process& one, command what);
    void hear_out(process& one, command what);
    bool dies(moment at);
    bool may_commit();
    bool strays(http_request const& request);
    void disturb(time_point now);
    void say(std::string const& what);
    [[nodiscard]] bool wrong() const { return !audit_.complaint().empty(); }

    scenario const& of_;
    std::string_view mutation_;
    bool tell_;
    simulated::tenant tenant_;
    auditor audit_;
    trace trace_;
    draws fate_;
    store_watch store_;
    time_point now_{};
    process* running_ = nullptr;
    bool may_be_cut_ = false;
    bool crashed_ = false;
    bool healed_ = false;
    bool whole_ = true;  ///< the last run is
    bool nothing_to_resume_ = false;
    command run_ = command::plan;  ///< of the last run
    std::string run_name_;
    std::string applied_;  ///< the last apply that came to an end
    std::uint32_t crashes_ = 0;
    std::uint32_t stops_ = 0;
    std::size_t disturbed_ = 0;
    std::vector<stray> strays_;
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

/// A process that dies right before a commit leaves it undone; one that dies right after does
/// nothing more.
bool play_of::may_commit() {
    if (running_ == nullptr) return true;
    if (dies(moment::committing)) return false;
    dies(moment::committed);
    return true;
}

/// Whether a request that was leaving when the process died was on its way already.
bool play_of::strays(http_request const& request) {
    if (!fate_.chance(of_.cut.late_share)) return false;
    strays_.push_back({request, running_->time.now() + fate_.time({}, of_.cut.late_by)});
    return true;
}

void play_of::disturb(time_point now) {
    for (; disturbed_ < of_.disturbances.size(); ++disturbed_) {
        auto const& one = of_.disturbances[disturbed_];
        if (one.at > now) break;
        if (one.sku) {
            tenant_.take_seats(*one.sku, one.seats, now);
        } else {
            tenant_.take_quota(one.writes, one.units, now);
        }
    }
    // Each at its own time: what was handled before was not later.
    std::ranges::stable_sort(strays_, {}, &stray::arrives);
    for (auto const& one : strays_) {
        if (one.arrives > now) break;
        auto const ago = std::chrono::floor<std::chrono::milliseconds>(now - one.arrives);
        tenant_.handle(one.request, one.arrives, running_->time.wall_now() - ago);
    }
    std::erase_if(strays_, [now](stray const& one) { return one.arrives <= now; });
}

/// Opens the store, and all that the command works with.
play_of::ended play_of::start(process& one, command what) {
    auto opened = store::run_store::open(store_.path());
    if (crashed_) return ended::crashed;
    if (!opened) {
        audit_.complain(now_, opened.error().message);
        return ended::badly;
    }
    one.kept.emplace(std::move(*opened));
    if (result_.processes == 1) store_.spoil();
    one.believed = believed_now(of_, *one.kept, one.time.wall_now());
    one.paced.emplace(one.believed);
    one.straight.emplace(tenant_, one.time);
    hooks watch;
    watch.dies = [this](moment at) { return dies(at); };
    watch.strays = [this](http_request const& request) { return strays(request); };
    if (tell_) {
        watch.say = [this, &one](std::string const& words) {
            now_ = one.time.now();
            say("    " + words);
        };
    }
    one.watched.emplace(*one.straight, one.time, audit_, trace_, std::move(watch));
    one.client = make_client(of_, *one.watched, one.time, result_.processes);
    one.defect = mutated(mutation_, *one.client, what, of_.tenant.users.back().who.id);
    auto& seen = one.defect ? *one.defect : *one.client;
    auto chosen = of_.choices.schedule;
    mutate(mutation_, chosen);
    one.around.emplace(surroundings{
        of_, {seen, one.time, *one.paced, one.stop, chosen, {}}, *one.kept, one.believed});
    return ended::well;
}

play_of::ended play_of::let_run(process& one, command what) {
    order given;
    given.what = what;
    given.name = run_name_;
    given.undoes = what == command::undo ? applied_ : std::string{};
    if (!healed_) given.waves = of_.choices.waves;
    asio::co_spawn(one.context, carry_out(*one.around, std::move(given), one.outcome),
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
    if (one.finished) return ended::well;
    audit_.complain(now_, ends == simulated::run_end::stuck
                              ? "it is stuck: it waits for what never comes"
                              : "it does not come to an end");
    return ended::badly;
}

/// What the command says of itself when it came to its end.
void play_of::hear_out(process& one, command what) {
    auto& outcome = one.outcome;
    whole_ = outcome.whole;
    nothing_to_resume_ = outcome.nothing_to_resume;
    if (!outcome.failure.empty()) {
        say("failed: " + outcome.failure);
        if (what == command::resume || healed_) audit_.complain(now_, outcome.failure);
        return;
    }
    if (!outcome.has_rows) return;
    mutate(mutation_, outcome.rows);
    for (auto const& row : outcome.rows) {
        trace_.add(reconcile::name(row.is));
        trace_.add(code(row.why));
        trace_.add(row.after);
        trace_.add(row.verified_at);
        say(fmt::format("  {} {} {}: {} {} ({}) {} -> {}", row.action, row.sku, row.user,
                        reconcile::name(row.is), code(row.why), row.detail, row.before, row.after));
    }
    if (run_ == command::apply) applied_ = run_name_;
    audit_.ends(outcome.rows, now_);
}

/// One process for one command.
play_of::ended play_of::give(command what, bool may_be_cut) {
    process one{now_};
    running_ = &one;
    crashed_ = false;
    nothing_to_resume_ = false;
    may_be_cut_ = may_be_cut;
    ++result_.processes;
    if (what != command::resume) {
        run_ = what;
        run_name_ = fmt::format("run-{}", result_.processes);
    }
    audit_.process_begins();
    audit_.begins(what, run_name_, applied_, now_);
    say(fmt::format("{} begins", name(what)));
    auto came = start(one, what);
    if (came == ended::well) came = let_run(one, what);
    if (came == ended::crashed) say("crash");
    if (came == ended::well) hear_out(one, what);
    running_ = nullptr;
    return came;
}

/// Until the run has come to its end: what was cut short is resumed, or, if there is nothing yet to
/// resume, begun again.
void play_of::give_until_done(command what) {
    auto came = give(what, true);
    for (std::uint32_t again = 0; again < resumes_max; ++again) {
        if (wrong() || (came == ended::well && whole_ && !nothing_to_resume_)) return;
        if (!nothing_to_resume_) now_ += fate_.time({}, of_.cut.pause_longest);
        came = give(nothing_to_resume_ ? what : command::resume, true);
    }
}

void play_of::command_and_wait(command what, bool may_be_cut) {
    if (wrong()) return;
    if (may_be_cut) {
        give_until_done(what);
    } else {
        give(what, false);
    }
    now_ += of_.between;
}

result_of_seed play_of::run() {
    if (of_.plans_first) command_and_wait(command::plan, false);
    command_and_wait(command::apply, true);
    if (of_.verifies) command_and_wait(command::verify, false);
    if (of_.undoes && !applied_.empty()) command_and_wait(command::undo, true);
    // Nothing goes wrong any more: what can be done is done, and then nothing is left.
    auto& service = tenant_.settings();
    service.faults = service.part_faults = service.login_faults = {};
    disturbed_ = of_.disturbances.size();
    healed_ = true;
    audit_.heal();
    command_and_wait(command::apply, false);
    auto const last = applied_;
    audit_.settle(true);
    command_and_wait(of_.verifies ? command::verify : command::apply, false);
    audit_.settle(false);
    if (of_.undoes_last) {
        applied_ = last;
        command_and_wait(command::undo, false);
    }
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
