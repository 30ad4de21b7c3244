#include <fmt/format.h>
#include <unistd.h>

#include <iostream>
#include <string>

#include "engine/commands/commands.hpp"
#include "engine/commands/console.hpp"
#include "engine/commands/job_file.hpp"
#include "engine/commands/preparation.hpp"
#include "engine/commands/view.hpp"

namespace allot::commands {

namespace {

namespace asio = boost::asio;

/// One errand for each change, with the user as the survey saw him.
std::vector<schedule::errand> errands_of(prepared const& ready) {
    std::vector<schedule::errand> errands;
    for (auto const& change : ready.made.changes) {
        schedule::errand one;
        one.user = change.user;
        one.seen = ready.before.users[change.user].seen;
        one.key = one.seen.id.str();
        one.rank = change.rank;
        one.todo = change.todo;
        errands.push_back(std::move(one));
    }
    return errands;
}

/// Refuses what is over a cap, and what nobody has agreed to.
std::optional<exit_status> refuse(prepared const& ready, config::settings const& chosen) {
    auto const limit_of = [](config::cap const& cap) {
        return plan::limit{cap.amount, cap.percent};
    };
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
    note(plan_text(ready));
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
    auto text = fmt::format("{} of {} users changed, {} settled, {} refusals", done.accepted,
                            done.total, done.settled, paced.seen().refusals);
    if (paced.gate() > now) {
        text += fmt::format(", waiting {} for the service's quota", for_people(paced.gate() - now));
    }
    return text;
}

/// No client can finish the writes sooner, under the limits that it was told.
double bound_of(std::uint64_t writes, std::optional<config::quota> const& limit) {
    if (!limit) return 0;
    auto const rate = limit->amount / std::chrono::duration<double>(limit->window).count();
    return std::max(0.0, (static_cast<double>(writes) - limit->amount) / rate);
}

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

std::uint64_t writes_planned(plan::plan const& made) {
    return made.changes.size() + made.counts.locations;
}

std::string apply_text(prepared const& ready, delivery const& how, report::summary const& counted,
                       duration took) {
    std::string text = "\nSeats before\n" + seats_text(ready.made);
    auto const findings = findings_text(ready, how);
    if (!findings.empty()) text += "\nFindings\n" + findings;
    text += fmt::format("\nApply: {} targets: {}.\n", counted.targets, recap(counted));
    text += fmt::format("{} writes in {}", counted.writes, for_people(took));
    if (counted.bound_seconds > 0) {
        text += fmt::format(" (the service's limit permits {} at best)",
                            for_people(std::chrono::ceil<duration>(
                                std::chrono::duration<double>(counted.bound_seconds))));
    }
    return text + fmt::format(", {} refused for lack of quota.\nReport: {}\n", counted.refusals,
                              how.folder->path());
}

asio::awaitable<exit_status> change(session& with, config::settings const& chosen, jobs::job job,
                                    report::report_folder& folder, std::string run_id) {
    auto const started_at = with.time().wall_now();
    auto const began = with.time().now();
    auto preparing = co_await prepare(with, chosen, std::move(job));
    if (!preparing.ready) co_return preparing.status;
    auto const& ready = *preparing.ready;
    if (auto const refused = refuse(ready, chosen)) co_return *refused;
    if (!chosen.quiet) note(plan::closing_line(ready.made.counts));

    auto const writing_began = with.time().now();
    schedule::aim aimed{&ready.wanted, ready.by, ready.made.barred};
    schedule::schedule running{with.paced(), with.chosen(), errands_of(ready), std::move(aimed)};
    progress_line progress{chosen.quiet};
    execute::watcher watch = [&](time_point now) {
        progress.show(now, progress_text(running, with.paced(), now));
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
    counted.requests += running.done().requests;
    counted.writes = running.done().writes;
    counted.refusals = with.paced().seen().refusals;
    counted.bound_seconds = bound_of(writes_planned(ready.made), chosen.run.write_limit);
    counted.finished_at = with.time().wall_now();
    counted.seconds = std::chrono::duration<double>(with.time().now() - began).count();
    auto const finished = folder.finish(counted);
    if (!finished) co_return complain(finished.error());
    if (chosen.output == config::output_form::json) end_json(counted);
    if (chosen.output == config::output_form::text) {
        auto const took = running.last_accepted_at().value_or(writing_began) - writing_began;
        say(apply_text(ready, how, counted, took));
    }
    if (running.stopped()) {
        auto const& reply = *running.stopped();
        note(fmt::format("allot: the run was stopped: {} {}", advice(reply.why),
                         printable(reply.detail)));
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
