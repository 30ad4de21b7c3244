#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/commands/preparation.hpp"
#include "engine/report/report_folder.hpp"
#include "engine/report/summary.hpp"
#include "engine/schedule/schedule.hpp"

/// What plan, apply and verify show of their rows.
namespace allot::commands {

/// How the rows of a finished command go out.
struct delivery {
    config::output_form output = config::output_form::text;
    report::report_folder* folder = nullptr;  ///< where they are written as well, if anywhere
    schedule::schedule const* ran = nullptr;
    bool verifying = false;
};

/// Draws up every row, counts it into the summary, writes it to the folder and, for csv and json,
/// to stdout. Errors: the folder could not take it.
result<void> deliver(prepared const& from, delivery const& how, report::summary& into);

/// For -o json: ends what `deliver` began with the summary, whose exit status is known only now.
void end_json(report::summary const& of);

/// The plan for people: how the tenant was read, seats, the first changes, findings by reason with
/// their lines, one closing line, and how long it will take.
std::string plan_text(prepared const& of, std::string_view forecast);

/// A table of seats: one line for each SKU of the job.
std::string seats_text(plan::plan const& of);

/// The targets that are not as the job says (and findings), by verdict and reason, with the first
/// lines of each and what to do.
std::string findings_text(prepared const& of, delivery const& how);

/// `4812 verified, 170 already, 18 blocked`: those that occur, in the design's order.
std::string recap(report::summary const& of);

/// The summary's fields that are known before the rows: command, tenant, run, job, seats.
report::summary begin_summary(session const& with, prepared const& of, std::string command,
                              std::string run_id, wall_time started_at);

/// A name for a run that sorts by time: `20261124-081500-3f9c`.
std::string make_run_id(wall_time at, std::uint64_t unforeseen);

}  // namespace allot::commands
