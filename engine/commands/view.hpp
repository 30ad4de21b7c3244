#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/commands/session.hpp"
#include "engine/report/report_folder.hpp"
#include "engine/report/summary.hpp"
#include "engine/runs/prepare.hpp"

/// What the commands show of their rows.
namespace allot::commands {

/// Hands over all rows, in the order of the targets, as often as it is called.
using row_source = std::function<result<void>(std::function<void(reconcile::row const&)> const&)>;

/// Of a plan that was not carried out.
row_source rows_of(runs::prepared const& from, bool verifying);
/// Of a run that has been written down.
row_source rows_of(store::run_store& in, std::int64_t run);

/// What was sent in a run that has been written down.
report::attempt_source attempts_of(store::run_store& in, std::int64_t run);

/// The targets that are not as the job says (and findings), by verdict and reason, with the first
/// lines of each and what to do.
class findings {
 public:
    void add(reconcile::row const& of);
    [[nodiscard]] std::string text() const;  ///< empty when there are none

 private:
    struct same_finding {
        std::uint64_t count = 0;
        std::string lines;
        std::string first_detail;
    };
    std::map<std::pair<reconcile::verdict, reason>, same_finding> groups_;
};

/// Counts every row into the summary and the findings, writes it to the folder, if there is one,
/// and, for csv and json, to stdout. Errors: the source's, and the folder could not take it.
result<void> deliver(row_source const& rows, std::vector<std::string> const& extra_columns,
                     config::output_form output, report::report_folder* folder,
                     report::summary& into, findings& found);

/// Of csv and json what `deliver` says to stdout. Errors: the source's.
result<void> say_rows(row_source const& rows, std::vector<std::string> const& extra_columns,
                      config::output_form output);

/// For all forms but text and csv: ends what `deliver` began, or says it all, now that the exit
/// status is known. Errors: the source's.
result<void> end_output(row_source const& rows, config::output_form output,
                        report::summary const& of);

/// The plan for people: how the tenant was read, seats, the first changes, findings by reason with
/// their lines, one closing line, and how long it will take. `wave_size`: 0 for no waves.
std::string plan_text(runs::prepared const& of, findings const& found, std::size_t wave_size,
                      std::string_view forecast);

/// A table of seats: one line for each SKU of the job.
std::string seats_text(std::vector<plan::seat_count> const& of);

/// `4812 verified, 170 already, 18 blocked`: those that occur, in the design's order.
std::string recap(report::summary const& of);

/// The summary's fields that are known before the rows: command, tenant, run, job, seats.
report::summary begin_summary(session const& with, runs::prepared const& of, std::size_t wave_size);

/// `2 users and 1 group`: whom the job is for.
std::string subjects_text(jobs::job const& of);
/// `1200 targets`
std::string targets_text(jobs::job const& of);

/// A name for a run that sorts by time: `20261124-081500-3f9c`.
std::string make_run_id(wall_time at, std::uint64_t unforeseen);

}  // namespace allot::commands
