#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>

#include "connectors/port/result.hpp"
#include "engine/reconcile/row.hpp"
#include "engine/report/summary.hpp"

namespace allot::report {

/// Hands over what was sent for the users, those of one user one after another.
using attempt_source =
    std::function<result<void>(std::function<void(reconcile::attempt_line const&)> const&)>;

/// The folder of one run's report: `report.csv`, `report.jsonl`, `report.html` and `summary.json`,
/// readable by their owner only. Open it before the run: what would stop the report from being
/// written is known then. Rows are written as they come, under temporary names (`report.csv.part`);
/// `finish` gives the files their names, the summary last. So a file under its final name is always
/// whole. Blocks on the disk.
class report_folder {
 public:
    /// Makes `<report_dir>/<run_id>/`, and `report_dir` itself where it is missing, for the owner
    /// only, and the temporary files in it. Fails (`could_not_run`, with path and reason) when they
    /// cannot be made, when that folder exists already, and when either folder is a symbolic link.
    static result<report_folder> open(std::string const& report_dir, std::string const& run_id,
                                      std::span<std::string const> extra_columns);
    /// The same for a run that may have a report already, whole or begun: its files are replaced,
    /// each at once, when the new ones are finished.
    static result<report_folder> open_again(std::string const& report_dir,
                                            std::string const& run_id,
                                            std::span<std::string const> extra_columns);

    /// A folder that was not finished takes its temporary files, and itself when empty, away.
    ~report_folder();
    report_folder(report_folder&&) noexcept;
    report_folder& operator=(report_folder&&) noexcept;

    /// Where the report is: `<report_dir>/<run_id>`.
    [[nodiscard]] std::string const& path() const;

    /// Adds one row to the reports. After a failure (disk full) every further call fails alike.
    result<void> write(reconcile::row const& of);

    /// Makes everything durable and gives the files their names. Call once, last. `counted` has
    /// counted all rows; `attempts` are what the run store knows of a run: empty for none. Errors:
    /// theirs, and the disk's.
    result<void> finish(summary const& counted, attempt_source const& attempts = {});

 private:
    struct state;
    explicit report_folder(std::unique_ptr<state> made);
    static result<report_folder> open(std::string const& report_dir, std::string const& run_id,
                                      std::span<std::string const> extra_columns, bool again);

    std::unique_ptr<state> state_;
};

}  // namespace allot::report
