#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>

#include "tests/simulation/play.hpp"

namespace allot::simulation {

namespace {

namespace asio = boost::asio;

/// Far more than any command takes.
constexpr std::size_t steps_max = 3'000'000;

}  // namespace

void play_of::say(std::string const& what) {
    if (!tell_) return;
    auto const seconds = std::chrono::duration<double>(now_.time_since_epoch()).count();
    result_.told += fmt::format("{:12.3f} s  {}\n", seconds, what);
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
    if (kinds_[run_name_] == command::apply) applied_ = run_name_;
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
    if (what == command::resume) {
        run_name_ = store_.newest_run();
    } else {
        run_name_ = fmt::format("run-{}", result_.processes);
        kinds_[run_name_] = what;
    }
    disturb(now_);
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

}  // namespace allot::simulation
