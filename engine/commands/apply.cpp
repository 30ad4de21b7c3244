#include <fmt/format.h>
#include <unistd.h>

#include <iostream>
#include <string>

#include "engine/commands/changes.hpp"
#include "engine/commands/commands.hpp"
#include "engine/commands/console.hpp"
#include "engine/commands/job_file.hpp"
#include "engine/commands/pacing.hpp"
#include "engine/commands/preparation.hpp"
#include "engine/commands/view.hpp"

namespace allot::commands {

namespace {

namespace asio = boost::asio;

/// Refuses what is over a cap, and what nobody has agreed to.
std::optional<exit_status> refuse(prepared const& ready, config::settings const& chosen,
                                  std::string_view foretold) {
    std::optional<plan::limit> max_changes;
    if (chosen.plan.max_changes) max_changes = limit_of(*chosen.plan.max_changes);
    auto const within =
        plan::check_caps(ready.made, max_changes, limit_of(chosen.plan.max_removals));
    if (!within) return complain(within.error());
    if (ready.made.changes.empty() || chosen.run.yes) return std::nullopt;
    if (isatty(STDIN_FILENO) != 1 || chosen.input.file == "-") {
        return complain(failure{errc::refused_by_cap,
                                "there is no terminal to ask at: look at `allot plan`, then run "
                                "`allot apply` with --yes. Nothing was written."});
    }
    note(plan_text(ready, foretold));
    fmt::print(stderr, "Apply these changes to the tenant? Only \"yes\" goes on: ");
    std::fflush(stderr);
    std::string answer;
    std::getline(std::cin, answer);
    if (answer == "yes") return std::nullopt;
    return complain(failure{errc::refused_by_cap, "not confirmed; nothing was written"});
}

std::string progress_text(schedule::schedule const& running, throttle::governor const& paced,
                          time_point now) {
    auto const done = running.done();
    auto const waves = running.in_waves().stands();
    auto text =
        waves.count > 1 ? fmt::format("wave {} of {}: ", waves.begun, waves.count) : std::string{};
    text += fmt::format("{} of {} users changed, {} settled, {} refusals", done.accepted,
                        done.total, done.settled, paced.seen().refusals);
    if (paced.gate() > now) {
        text += fmt::format(", waiting {} for the service's quota", for_people(paced.gate() - now));
    }
    return text;
}

/// `stopped in wave 2 of 7: 5 of 2000 users failed, more than --max-failures 4 allows; …`
std::string too_many_text(schedule::waves const& of, config::cap const& most) {
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

/// Says when a wave has ended and the next one waits, once.
class pause_note {
 public:
    explicit pause_note(bool quiet) : quiet_{quiet} {}
    void show(schedule::waves const& of, time_point now, progress_line& progress) {
        auto const next = of.next_at();
        if (quiet_ || !next || next == told_ || *next <= now) return;
        told_ = next;
        auto const waves = of.stands();
        progress.finish();
        note(fmt::format("allot: wave {} of {} is done; the next begins in {}", waves.begun,
                         waves.count, for_people(*next - now)));
    }

 private:
    bool quiet_;
    std::optional<time_point> told_;
};

exit_status status_of_run(schedule::schedule const& ran, report::summary const& counted,
                          reason stopped) {
    if (ran.stopped()) {
        return ran.stopped()->why == reason::service_error ? could_not_run : sign_in_refused;
    }
    if (stopped == reason::interrupted) return interrupted;
    using reconcile::verdict;
    auto const of = [&](verdict which) {
        return counted.verdicts[static_cast<std::size_t>(which)];
    };
    return of(verdict::already) + of(verdict::verified) == counted.targets ? as_the_job_says
                                                                           : some_targets_not;
}

std::string apply_text(session& with, prepared const& ready, delivery const& how,
                       report::summary const& counted) {
    std::string text = "\nSeats before\n" + seats_text(ready.made);
    auto const findings = findings_text(ready, how);
    if (!findings.empty()) text += "\nFindings\n" + findings;
    text += fmt::format("\nApply: {} targets: {}.\n", counted.targets, recap(counted));
    return text + pacing_text(with, counted) + fmt::format("Report: {}\n", how.folder->path());
}

asio::awaitable<exit_status> change(session& with, config::settings const& chosen, jobs::job job,
                                    report::report_folder& folder, std::string run_id) {
    auto const started_at = with.time().wall_now();
    auto const began = with.time().now();
    auto preparing = co_await prepare(with, chosen, std::move(job));
    if (!preparing.ready) co_return preparing.status;
    auto const& ready = *preparing.ready;
    auto errands = errands_of(ready);
    auto const foretold = foretell(with, chosen.run, ready, errands);
    if (auto const refused = refuse(ready, chosen, foretold.sentence)) co_return *refused;
    if (!chosen.quiet) {
        note(plan::closing_line(ready.made.counts));
        if (!foretold.sentence.empty()) note(foretold.sentence);
    }

    auto const writing_began = with.time().now();
    schedule::aim aimed{&ready.wanted, ready.by, ready.made.barred};
    schedule::schedule running{with.paced(), options_of(with, chosen.run), std::move(errands),
                               std::move(aimed)};
    progress_line progress{chosen.quiet};
    pause_note pause{chosen.quiet};
    execute::watcher watch = [&](time_point now) {
        progress.show(now, progress_text(running, with.paced(), now));
        pause.show(running.in_waves(), now, progress);
    };
    co_await execute::run(running, with.tenant(), with.time(), with.stop(), watch);
    progress.finish();

    delivery how;
    how.output = chosen.output;
    how.folder = &folder;
    how.ran = &running;
    auto counted = begin_summary(with, ready, "apply", std::move(run_id), started_at);
    auto const delivered = deliver(ready, how, counted);
    if (!delivered) co_return complain(delivered.error());
    auto const status = status_of_run(running, counted, with.stop().pulled());
    counted.exit_code = status;
    if (counted.waves) counted.waves->done = running.in_waves().stands().done;
    counted.requests += running.done().requests;
    counted.writes = running.done().writes;
    counted.refusals = with.paced().seen().refusals;
    // A run that was cut short is not measured by what it did not send.
    auto const writes_bounded = std::min(counted.writes, writes_planned(ready.made));
    auto const took = running.last_accepted_at().value_or(writing_began) - writing_began;
    counted.pacing = pacing_of(with, cost_of_writes(writes_bounded), took);
    counted.bound_seconds = counted.pacing->bound_seconds;
    counted.forecast_seconds = foretold.seconds;
    counted.finished_at = with.time().wall_now();
    counted.seconds = std::chrono::duration<double>(with.time().now() - began).count();
    auto const finished = folder.finish(counted);
    if (!finished) co_return complain(finished.error());
    if (chosen.output == config::output_form::json) end_json(counted);
    if (chosen.output == config::output_form::text) say(apply_text(with, ready, how, counted));
    if (running.stopped()) {
        auto const& reply = *running.stopped();
        note(fmt::format("allot: the run was stopped: {} {}", advice(reply.why),
                         printable(reply.detail)));
    }
    if (running.in_waves().too_many_failed()) {
        note(too_many_text(running.in_waves(), *chosen.run.max_failures));
    }
    co_return status;
}

}  // namespace

exit_status apply(config::settings const& with) {
    auto status = as_the_job_says;
    auto job = read_job(with, status);
    if (!job) return status;
    auto opened = session::open(with);
    if (!opened) return complain(opened.error());
    auto& running = **opened;
    auto run_id = make_run_id(running.time().wall_now(), unforeseen());
    auto folder = report::report_folder::open(with.run.report_dir, run_id, job->extra_columns);
    if (!folder) return complain(folder.error());
    return running.run(change(running, with, std::move(*job), *folder, std::move(run_id)));
}

}  // namespace allot::commands
