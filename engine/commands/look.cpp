#include <fmt/format.h>

#include "engine/commands/changes.hpp"
#include "engine/commands/commands.hpp"
#include "engine/commands/console.hpp"
#include "engine/commands/ending.hpp"
#include "engine/commands/job_file.hpp"
#include "engine/commands/preparation.hpp"
#include "engine/commands/saved_plan.hpp"
#include "engine/commands/view.hpp"

/// `plan` and `verify`: the same look at the tenant, said in two ways. Neither writes to it.
namespace allot::commands {

namespace {

namespace asio = boost::asio;

/// Some target could not be read at all: nothing is known of it.
bool any_unreadable(runs::prepared const& of) {
    return of.made.counts.unreadable > 0;
}

exit_status status_of_plan(config::settings const& with, runs::prepared const& ready) {
    if (any_unreadable(ready)) return some_targets_not;
    bool const pending = !ready.made.changes.empty();
    return with.plan.detailed_exitcode && pending ? pending_or_drift : as_the_job_says;
}

exit_status status_of_verify(runs::prepared const& ready) {
    if (any_unreadable(ready)) return some_targets_not;
    return ready.made.counts.as_desired == ready.job.targets.size() ? as_the_job_says
                                                                    : pending_or_drift;
}

std::string verify_text(runs::prepared const& ready, report::summary const& counted,
                        findings const& found) {
    auto text = fmt::format("{}: {} for {}; {}\n", printable(ready.job.source),
                            targets_text(ready.job), subjects_text(ready.job), ready.way);
    if (auto const told = found.text(); !told.empty()) text += "\nFindings\n" + told + "\n";
    return text + fmt::format("Verify: {}.\n", recap(counted));
}

asio::awaitable<exit_status> look(session& with, config::settings const& chosen, jobs::job job,
                                  report::report_folder* folder, std::string run_id) {
    auto const started_at = with.time().wall_now();
    auto const began = with.time().now();
    bool const verifying = chosen.what == config::command::verify;
    auto asked = request_of(chosen, std::move(job));
    auto preparing = co_await prepare(with, std::move(asked), chosen);
    if (!preparing.ready) co_return preparing.status;
    auto const& ready = *preparing.ready;

    auto counted = begin_summary(with, ready, chosen.run.wave_size);
    counted.command = config::name(chosen.what);
    counted.run_id = std::move(run_id);
    counted.started_at = started_at;
    auto const rows = rows_of(ready, verifying);
    findings found;
    auto const delivered =
        deliver(rows, ready.job.extra_columns, chosen.output, folder, counted, found);
    if (!delivered) co_return complain(delivered.error());
    auto const status = verifying ? status_of_verify(ready) : status_of_plan(chosen, ready);
    counted.exit_code = status;
    counted.finished_at = with.time().wall_now();
    counted.seconds = std::chrono::duration<double>(with.time().now() - began).count();
    counted.refusals = with.paced().seen().refusals;
    outlook foretold;
    if (!verifying) foretold = foretell(with, chosen.run, ready);
    counted.forecast_seconds = foretold.seconds;
    if (folder) {
        auto const finished = folder->finish(counted);
        if (!finished) co_return complain(finished.error());
    }
    if (!chosen.plan.out.empty()) {
        auto const saved = save_plan(chosen.plan.out, with, ready);
        if (!saved) co_return complain(saved.error());
    }
    come_to end{counted, report::to_json(counted), folder ? folder->path() : std::string{}, {}};
    for (auto const& one : ready.made.seats) end.seats_free.emplace_back(one.part_number, one.free);
    keep_end(std::move(end));
    auto const shown = end_output(rows, chosen.output, counted);
    if (!shown) co_return complain(shown.error());
    if (chosen.output == config::output_form::text) {
        say(verifying ? verify_text(ready, counted, found)
                      : plan_text(ready, found, chosen.run.wave_size, foretold.sentence));
        if (folder) say(fmt::format("Report: {}\n", folder->path()));
        if (!chosen.plan.out.empty()) {
            say(fmt::format("Plan saved: `allot apply {}` does just this.\n", chosen.plan.out));
        }
    }
    co_return status;
}

exit_status look(config::settings const& with) {
    auto status = as_the_job_says;
    auto job = read_job(with, status);
    if (!job) return status;
    auto opened = session::open(with);
    if (!opened) return complain(opened.error());
    auto& running = **opened;
    auto run_id = make_run_id(running.time().wall_now(), unforeseen());
    std::optional<report::report_folder> folder;
    if (!with.run.report_dir.empty()) {
        auto made = report::report_folder::open(with.run.report_dir, run_id, job->extra_columns);
        if (!made) return complain(made.error());
        folder.emplace(std::move(*made));
    }
    return running.run(
        look(running, with, std::move(*job), folder ? &*folder : nullptr, std::move(run_id)));
}

}  // namespace

exit_status plan(config::settings const& with) {
    return look(with);
}

exit_status verify(config::settings const& with) {
    return look(with);
}

}  // namespace allot::commands
