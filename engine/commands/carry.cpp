#include "engine/commands/carry.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <iostream>

#include "engine/commands/changes.hpp"
#include "engine/commands/console.hpp"
#include "engine/commands/ending.hpp"
#include "engine/commands/pacing.hpp"
#include "engine/commands/standing.hpp"
#include "engine/commands/view.hpp"
#include "engine/throttle/seconds.hpp"

namespace allot::commands {

namespace asio = boost::asio;

namespace {

std::string whole_path(std::string const& path) {
    std::error_code error;
    auto const whole = std::filesystem::absolute(path, error);
    return error ? path : whole.lexically_normal().string();
}

/// Refuses what is over a cap, and what nobody has agreed to; empty when it may go on. Shows the
/// plan and asks where there is a terminal.
std::optional<exit_status> refuse(runs::prepared const& ready, config::settings const& chosen,
                                  std::string_view foretold) {
    std::optional<plan::limit> max_changes;
    if (chosen.plan.max_changes) max_changes = limit_of(*chosen.plan.max_changes);
    auto const within =
        plan::check_caps(ready.made, max_changes, limit_of(chosen.plan.max_removals));
    if (!within) return complain(within.error());
    if (ready.made.changes.empty() || chosen.run.yes) return std::nullopt;
    // The question goes to stderr, since stdout is for results.
    bool const may_ask = isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1;
    if (!may_ask || chosen.input.file == "-") {
        return complain(
            failure{errc::refused_by_cap,
                    fmt::format("there is no terminal to ask at: when the changes are "
                                "right, run `allot {}` with --yes. Nothing was written.",
                                config::name(chosen.what))});
    }
    // Whoever is asked must see what about, whatever becomes of the log.
    findings found;
    auto const looked_at =
        rows_of(ready, false)([&](reconcile::row const& one) { found.add(one); });
    if (!looked_at) return complain(looked_at.error());
    tell(harmless_lines(plan_text(ready, found, chosen.run.wave_size, foretold)) + "\n");
    tell("Apply these changes to the tenant? Only \"yes\" goes on: ");
    std::string answer;
    std::getline(std::cin, answer);
    if (answer == "yes") return std::nullopt;
    return complain(failure{errc::refused_by_cap, "not confirmed; nothing was written"});
}

}  // namespace

std::string path_of_job(std::string const& file) {
    return file == "-" ? file : whole_path(file);
}

store::run_head new_head(config::settings const& chosen) {
    auto const now =
        std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    store::run_head head;
    head.name = make_run_id(now, unforeseen());
    head.command = config::name(chosen.what);
    head.started_at = now;
    head.report_dir = whole_path(chosen.run.report_dir);
    head.agreed.waves = waves_of(chosen.run);
    return head;
}

namespace {

/// `stopped in wave 2 of 7: 5 of 2000 users failed, more than --max-failures 4 allows; …`
std::string too_many_text(schedule::waves const& of, plan::limit const& most) {
    auto const waves = of.stands();
    std::string where;
    if (waves.count > 1) {
        where = fmt::format(" {} wave {} of {}", waves.done == waves.begun ? "after" : "in",
                            waves.begun, waves.count);
    }
    return fmt::format(
        "allot: stopped{}: {} of {} user{} failed, more than --max-failures {}{} allows; what was "
        "done stays done. See the report, correct what failed, and run the same job again to go "
        "on.",
        where, waves.failed, waves.users, waves.users == 1 ? "" : "s", most.amount,
        most.percent ? "%" : "");
}

/// Says when a wave has ended and the next one waits, and records every wait for quota, once.
class told_waits {
 public:
    void look(schedule::waves const& of, throttle::governor const& paced, time_point now) {
        auto const seen = paced.seen();
        if (seen.gates != gates_) {
            gates_ = seen.gates;
            record_gate(seen, paced.gate() - now);
        }
        auto const next = of.next_at();
        if (!next || next == told_ || *next <= now) return;
        told_ = next;
        auto const waves = of.stands();
        auto const wait = *next - now;
        logging::event over{logging::level::info, "wave_done",
                            fmt::format("allot: wave {} of {} is done; the next begins in {}",
                                        waves.begun, waves.count, for_people(wait))};
        over.fields = {{"wave", static_cast<std::int64_t>(waves.begun)},
                       {"waves", static_cast<std::int64_t>(waves.count)},
                       {"wait_seconds", throttle::in_seconds(wait)}};
        mention(std::move(over));
    }

 private:
    static void record_gate(throttle::governor::counts const& seen, duration wait) {
        logging::event closed{logging::level::warning, "throttled",
                              "the service refused for lack of quota; everything waits"};
        closed.fields = {{"wait_seconds", throttle::in_seconds(std::max(duration{}, wait))},
                         {"refusals", static_cast<std::int64_t>(seen.refusals)}};
        record(std::move(closed));
    }

    std::optional<time_point> told_;
    std::uint64_t gates_ = 0;
};

exit_status status_of_run(schedule::schedule const& ran, report::summary const& counted,
                          reason stopped) {
    if (ran.stopped()) {
        return ran.stopped()->why == reason::service_error ? could_not_run : sign_in_refused;
    }
    if (stopped != reason::none && ran.cut_short()) return interrupted;
    using reconcile::verdict;
    auto const of = [&](verdict which) {
        return counted.verdicts[static_cast<std::size_t>(which)];
    };
    return of(verdict::already) + of(verdict::verified) == counted.targets ? as_the_job_says
                                                                           : some_targets_not;
}

/// What the store keeps of the run's end, and how long it keeps runs at all.
result<void> keep(session& with, config::settings const& chosen, runs::run const& went,
                  report::summary const& counted, std::string summary_json) {
    store::run_end end;
    end.state =
        went.running().cut_short() ? store::run_state::interrupted : store::run_state::finished;
    end.at = counted.finished_at;
    end.exit_code = counted.exit_code;
    end.summary = std::move(summary_json);
    auto kept = with.kept().end(went.number(), end);
    if (!kept) return kept;
    auto const long_ago = std::chrono::duration_cast<wall_time::duration>(chosen.run.keep_runs);
    return with.kept().forget(went.head().tenant, counted.finished_at - long_ago);
}

report::summary count_run(session& with, runs::run const& went, exit_status status,
                          report::summary counted) {
    auto const& head = went.head();
    auto const& ran = went.running();
    counted.command = head.command;
    counted.run_id = head.name;
    counted.started_at = head.started_at;
    counted.forecast_seconds = head.forecast_seconds;
    counted.exit_code = status;
    if (counted.waves) counted.waves->done = ran.in_waves().stands().done;
    counted.requests += ran.done().requests;
    counted.finished_at = with.time().wall_now();
    // A clock that was set back meanwhile must not give a time below none.
    counted.seconds = std::max(
        0.0, std::chrono::duration<double>(counted.finished_at - counted.started_at).count());
    return counted;
}

/// After a failure of the store: nothing is lost, but nobody can say here how it ended.
exit_status stopped_by_store(failure const& why, std::string const& name) {
    complain(why);
    note(fmt::format("allot: nothing more was sent; `allot resume {}` goes on", name),
         logging::level::error);
    return could_not_run;
}

void record_begin(runs::run const& going) {
    auto const& head = going.head();
    logging::event begun{logging::level::info, "run_begun", "the run begins"};
    begun.fields = {{"command", head.command},
                    {"tenant", head.tenant},
                    {"users", static_cast<std::int64_t>(going.running().done().total)},
                    {"through", static_cast<std::int64_t>(going.running().done().settled)}};
    if (head.forecast_seconds) begun.fields.push_back({"forecast_seconds", *head.forecast_seconds});
    record(std::move(begun));
}

void record_end(report::summary const& of) {
    auto const count = [](std::uint64_t number) { return static_cast<std::int64_t>(number); };
    logging::event ended{logging::level::info, "run_ended",
                         fmt::format("{}: {}", plural(of.targets, "target"), recap(of))};
    ended.fields = {{"exit_code", count(static_cast<std::uint64_t>(of.exit_code))},
                    {"targets", count(of.targets)},
                    {"writes", count(of.writes)},
                    {"refusals", count(of.refusals)},
                    {"seconds", of.seconds}};
    record(std::move(ended));
}

void say_why_stopped(runs::run const& went) {
    auto const& ran = went.running();
    if (ran.stopped()) {
        auto const& reply = *ran.stopped();
        auto const dot = reply.detail.empty() || reply.detail.ends_with('.') ? "" : ".";
        note(fmt::format("allot: the run was stopped: {}{} {}", printable(reply.detail), dot,
                         advice(reply.why)),
             logging::level::error);
    }
    if (ran.in_waves().too_many_failed()) {
        note(too_many_text(ran.in_waves(), *went.head().agreed.waves.failures_max),
             logging::level::error);
    }
    if (ran.cut_short()) {
        note(fmt::format("allot: interrupted; `allot resume {}` goes on", went.head().name),
             logging::level::warning);
    }
}

}  // namespace

asio::awaitable<exit_status> carry_out(session& with, config::settings const& chosen,
                                       runs::run& going, report::report_folder& folder) {
    auto const& name = going.head().name;
    auto const writing_began = with.time().now();
    log_run(name);
    keep_run(name);
    record_begin(going);
    told_waits waits;
    execute::watcher watch = [&](time_point now) {
        waits.look(going.running().in_waves(), with.paced(), now);
    };
    change_progress stands{with, chosen, going};
    std::optional<progress_show> shown;
    shown.emplace(with.show(chosen, [&stands](time_point now) { return stands.at(now); }));
    auto went = co_await going.carry_out(std::move(watch));
    shown.reset();
    if (!went) co_return stopped_by_store(went.error(), name);

    auto counted = begin_summary(with, going.ready(), going.head().agreed.waves.size);
    findings found;
    row_source const kept_now = [&](auto const& take) { return going.keep_rows(take); };
    auto const& columns = going.ready().job.extra_columns;
    auto const delivered =
        deliver(kept_now, columns, config::output_form::text, &folder, counted, found);
    if (!delivered) co_return stopped_by_store(delivered.error(), name);
    auto const status = status_of_run(going.running(), counted, with.stop().pulled());
    counted = count_run(with, going, status, std::move(counted));
    auto const attempts = with.kept().count_attempts(going.number());
    if (!attempts) co_return stopped_by_store(attempts.error(), name);
    counted.writes = attempts->writes;
    counted.refusals = std::max(attempts->refusals, with.paced().seen().refusals);
    // What this process sent: it is not measured by what an earlier one did, nor by what it cut
    // short.
    auto const& done = going.running().done();
    auto const bounded = std::min(done.writes, writes_planned(going.ready().made));
    auto const took = going.running().last_accepted_at().value_or(writing_began) - writing_began;
    counted.pacing = pacing_of(with, cost_of_writes(bounded), took);
    counted.bound_seconds = counted.pacing->bound_seconds;

    auto const summary_json = report::to_json(counted);
    auto finished = folder.finish(counted, attempts_of(with.kept(), going.number()));
    if (finished) finished = keep(with, chosen, going, counted, summary_json);
    if (!finished) co_return stopped_by_store(finished.error(), name);
    record_end(counted);
    come_to end{counted, summary_json, folder.path(), {}};
    for (auto const& one : stands.seats_now()) end.seats_free.emplace_back(one.sku, one.left);
    keep_end(std::move(end));
    // Whoever reads stdout may take his time, or never read: by now all is written down, and others
    // may have the tenant.
    with.unlock();
    bool const by_rows =
        chosen.output == config::output_form::csv || chosen.output == config::output_form::json;
    if (by_rows) {
        auto const said = say_rows(rows_of(with.kept(), going.number()), columns, chosen.output);
        if (!said) co_return complain(said.error());
    }
    auto const told = end_output(rows_of(with.kept(), going.number()), chosen.output, counted);
    if (!told) co_return complain(told.error());
    if (chosen.output == config::output_form::text) {
        say("\nSeats before\n" + seats_text(going.ready().made.seats));
        if (auto const text = found.text(); !text.empty()) say("\nFindings\n" + text);
        say(fmt::format("\nRun {}: {}: {}.\n", name, plural(counted.targets, "target"),
                        recap(counted)));
        say(pacing_text(with, done.writes, counted) + fmt::format("Report: {}\n", folder.path()));
    }
    say_why_stopped(going);
    co_return status;
}

/// A group takes its time to give its members their licences.
duration usual_verify_timeout(runs::prepared const& ready) {
    bool const by_group = !ready.by.via.empty() || !ready.wanted.groups.empty();
    return by_group ? std::chrono::minutes{60} : std::chrono::minutes{10};
}

asio::awaitable<exit_status> begin(session& with, config::settings const& chosen,
                                   std::unique_ptr<runs::prepared> ready, store::run_head head,
                                   report::report_folder& folder) {
    auto const foretold = foretell(with, chosen.run, *ready);
    if (auto const refused = refuse(*ready, chosen, foretold.sentence)) co_return *refused;
    mention({logging::level::info, "planned", plan::closing_line(ready->made.counts)});
    if (!foretold.sentence.empty()) {
        mention({logging::level::info, "foretold", foretold.sentence});
    }
    head.tenant = with.tenant_name();
    head.client_id = with.client_id();
    head.forecast_seconds = foretold.seconds;
    head.agreed.verify_timeout = chosen.run.verify_timeout.value_or(usual_verify_timeout(*ready));
    head.agreed.by = ready->by;
    head.agreed.default_location = ready->wanted.default_location;
    auto look = with.tools();
    auto tools = with.run_tools(look);
    auto begun = runs::run::begin(tools, std::move(ready), std::move(head), with.chosen());
    if (!begun) co_return complain(begun.error());
    co_return co_await carry_out(with, chosen, **begun, folder);
}

}  // namespace allot::commands
