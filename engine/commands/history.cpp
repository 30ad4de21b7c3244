#include "engine/commands/history.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <optional>

#include "connectors/port/json_text.hpp"
#include "engine/commands/commands.hpp"
#include "engine/commands/console.hpp"
#include "engine/commands/view.hpp"
#include "engine/report/text.hpp"
#include "engine/store/folder.hpp"

/// `runs` and `report`: what the run store knows of earlier runs. Neither talks to a tenant.
namespace allot::commands {

result<store::run_line> find_run(store::run_store& in, std::string const& name,
                                 std::string const& tenant) {
    auto found = in.find(name);
    if (!found) return found.error();
    if (!*found) {
        // In a damaged store a run may be there, and not be found.
        if (auto const whole = in.check(); !whole) return whole.error();
        return failure{errc::invalid_input,
                       fmt::format("there is no run {}: `allot runs` lists them", name)};
    }
    if (!tenant.empty() && (*found)->tenant != tenant) {
        return failure{errc::refused_by_cap, fmt::format("run {} is of tenant {}, not of {}", name,
                                                         (*found)->tenant, tenant)};
    }
    return std::move(**found);
}

namespace {

constexpr std::size_t runs_shown_max = 1000;

/// Empty when nothing was ever written down.
result<std::optional<store::run_store>> open_store(config::settings const& with) {
    auto const path = with.state_dir + "/runs.db";
    if (auto const may = store::check_folder_to_read(with.state_dir); !may) return may.error();
    std::error_code error;
    if (!std::filesystem::exists(path, error)) {
        if (!error) return std::optional<store::run_store>{};
        return failure{errc::could_not_run,
                       fmt::format("{}: cannot be looked at: {}", path, error.message())};
    }
    auto opened = store::run_store::open_to_read(path);
    if (!opened) return opened.error();
    return std::optional{std::move(*opened)};
}

std::string tally_text(store::run_line const& of) {
    std::string text;
    for (auto const which : reconcile::all_verdicts) {
        for (auto const& [verdict, count] : of.tally) {
            if (verdict != reconcile::name(which)) continue;
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, verdict);
        }
    }
    if (!text.empty()) return text;
    return fmt::format("{} of {} users were through", of.ended, of.changes);
}

std::string state_text(store::run_line const& of) {
    if (of.state == store::run_state::finished) return fmt::format("exit {}", *of.exit_code);
    return std::string{store::name(of.state)};
}

std::optional<wall_time::duration> time_taken(store::run_line const& of) {
    // A clock that was set back has no answer.
    if (!of.ended_at || *of.ended_at < of.started_at) return std::nullopt;
    return *of.ended_at - of.started_at;
}

std::string text_of(std::vector<store::run_line> const& runs) {
    if (runs.empty()) return "no runs yet\n";
    auto text = fmt::format("{:<20} {:<7} {:<20} {:>9} {:<11} {:>8}  {}\n", "run", "command",
                            "started", "took", "state", "targets", "verdicts");
    for (auto const& one : runs) {
        auto const took = time_taken(one);
        text +=
            fmt::format("{:<20} {:<7} {:<20} {:>9} {:<11} {:>8}  {}{}\n", one.name, one.command,
                        iso_8601(one.started_at).substr(0, 19) + "Z", took ? for_people(*took) : "",
                        state_text(one), one.targets, tally_text(one),
                        one.undoes.empty() ? "" : fmt::format("; undoes {}", one.undoes));
    }
    return text;
}

std::string csv_of(std::vector<store::run_line> const& runs) {
    std::string text =
        "run,command,tenant,source,started_at,ended_at,seconds,state,exit_code,undoes,targets,"
        "changes,ended";
    for (auto const which : reconcile::all_verdicts) {
        text += fmt::format(",{}", reconcile::name(which));
    }
    text += '\n';
    for (auto const& one : runs) {
        auto const cell = [&](std::string_view of) {
            report::append_csv_cell(text, of);
            text += ',';
        };
        cell(one.name);
        cell(one.command);
        cell(one.tenant);
        cell(one.source);
        cell(iso_8601(one.started_at));
        cell(one.ended_at ? iso_8601(*one.ended_at) : "");
        auto const took = time_taken(one);
        cell(took ? fmt::format("{:.3f}", std::chrono::duration<double>(*took).count()) : "");
        cell(store::name(one.state));
        cell(one.exit_code ? fmt::format("{}", *one.exit_code) : "");
        cell(one.undoes);
        text += fmt::format("{},{},{}", one.targets, one.changes, one.ended);
        for (auto const which : reconcile::all_verdicts) {
            std::uint64_t count = 0;
            for (auto const& [verdict, targets] : one.tally) {
                if (verdict == reconcile::name(which)) count = targets;
            }
            text += fmt::format(",{}", count);
        }
        text += '\n';
    }
    return text;
}

std::string json_of(std::vector<store::run_line> const& runs) {
    std::string text = "[";
    for (auto const& one : runs) {
        text += text.size() == 1 ? "\n{" : ",\n{";
        auto const member = [&](std::string_view name, std::string_view value) {
            text += fmt::format("\"{}\":", name);
            append_json_string(text, value);
            text += ',';
        };
        member("run", one.name);
        member("command", one.command);
        member("tenant", one.tenant);
        member("source", one.source);
        member("started_at", iso_8601(one.started_at));
        if (one.ended_at) member("ended_at", iso_8601(*one.ended_at));
        member("state", store::name(one.state));
        if (one.exit_code) text += fmt::format("\"exit_code\":{},", *one.exit_code);
        if (!one.undoes.empty()) member("undoes", one.undoes);
        text += fmt::format("\"targets\":{},\"changes\":{},\"ended\":{},\"verdicts\":{{",
                            one.targets, one.changes, one.ended);
        bool first = true;
        for (auto const& [verdict, targets] : one.tally) {
            text += fmt::format("{}\"{}\":{}", first ? "" : ",", verdict, targets);
            first = false;
        }
        text += "}}";
    }
    return text + (runs.empty() ? "]\n" : "\n]\n");
}

result<exit_status> write_again(store::run_store& in, config::settings const& with) {
    auto const found = find_run(in, with.run_name, "");
    if (!found) return found.error();
    if (found->state == store::run_state::going) {
        return failure{errc::refused_by_cap,
                       fmt::format("run {} has not ended, so it has no report: if its process is "
                                   "gone, `allot resume {}` finishes it",
                                   found->name, found->name)};
    }
    auto const columns = in.extra_columns(found->run);
    if (!columns) return columns.error();
    auto const summary_json = in.summary(found->run);
    if (!summary_json) return summary_json.error();
    bool const text = with.output == config::output_form::text;
    auto folder_at = with.run.report_dir;
    if (folder_at.empty() && text) {
        auto const dir = in.report_dir(found->run);
        if (!dir) return dir.error();
        folder_at = *dir;
    }
    std::optional<report::report_folder> folder;
    if (!folder_at.empty()) {
        auto opened = report::report_folder::open_again(folder_at, found->name, *columns);
        if (!opened) return opened.error();
        folder.emplace(std::move(*opened));
    }
    auto const rows = rows_of(in, found->run);
    auto kept = report::read_summary(*summary_json);
    if (!kept) {
        return failure{errc::could_not_run,
                       fmt::format("the run store holds a broken summary of run {}", found->name)};
    }
    auto counted = std::move(*kept);
    // Counted again from the rows.
    counted.targets = 0;
    counted.verdicts = {};
    counted.reasons = {};
    findings not_as_asked;
    auto const delivered =
        deliver(rows, *columns, with.output, folder ? &*folder : nullptr, counted, not_as_asked);
    if (!delivered) return delivered.error();
    if (folder) {
        auto const finished = folder->finish(counted, attempts_of(in, found->run));
        if (!finished) return finished.error();
    }
    if (auto const shown = end_output(rows, with.output, counted); !shown) return shown.error();
    if (!text) return as_the_job_says;
    say(fmt::format("{} {} of {}: {}: {}.\n", found->command, found->name,
                    iso_8601(found->started_at), plural(counted.targets, "target"),
                    recap(counted)));
    if (auto const amiss = not_as_asked.text(); !amiss.empty()) {
        say("\nFindings\n" + amiss + "\n");
    }
    say(fmt::format("Report: {}\n", folder->path()));
    return as_the_job_says;
}

}  // namespace

exit_status runs(config::settings const& with) {
    auto opened = open_store(with);
    if (!opened) return complain(opened.error());
    std::vector<store::run_line> lines;
    if (*opened) {
        auto history = (*opened)->history(runs_shown_max);
        if (!history) return complain(history.error());
        lines = std::move(*history);
        auto const whole = lines.empty() ? (*opened)->check() : result<void>{};
        if (!whole) return complain(whole.error());
    }
    switch (with.output) {
        case config::output_form::junit:  // the settings refuse these two here
        case config::output_form::markdown:
        case config::output_form::text:
            say(text_of(lines));
            break;
        case config::output_form::csv:
            say(csv_of(lines));
            break;
        case config::output_form::json:
            say(json_of(lines));
            break;
    }
    return as_the_job_says;
}

exit_status report(config::settings const& with) {
    auto opened = open_store(with);
    if (!opened) return complain(opened.error());
    if (!*opened) {
        return complain(failure{
            errc::invalid_input,
            fmt::format("there is no run {}: {} holds none", with.run_name, with.state_dir)});
    }
    auto const written = write_again(**opened, with);
    return written ? *written : complain(written.error());
}

}  // namespace allot::commands
