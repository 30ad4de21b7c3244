#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "connectors/port/result.hpp"
#include "engine/documents/kept_tenant.hpp"
#include "engine/jobs/job.hpp"
#include "engine/limits/learned.hpp"
#include "engine/plan/plan.hpp"
#include "engine/reconcile/row.hpp"
#include "engine/schedule/schedule.hpp"

/// The run journal (design section 6): one SQLite file in the state directory. README.md has its
/// tables. Secrets and tokens are never in it.
namespace allot::store {

/// What was agreed to when a run began, and holds until it is over, however often it is
/// interrupted.
struct terms {
    plan::rules by;
    std::string default_location;
    duration verify_timeout{};
    schedule::wave_options waves;
};

/// How a run stands.
enum class run_state {
    going,        ///< its process runs, or was killed
    interrupted,  ///< it was stopped in good order; it can be resumed
    finished
};

/// A run, but for its targets.
struct run_head {
    std::string name;     ///< `20261124-081500-3f9c`
    std::string command;  ///< `apply`, `undo`
    std::string tenant;
    std::string client_id;
    std::string job_path;  ///< the job's whole path, or `-`: names the job from run to run
    wall_time started_at{};
    std::string report_dir;
    std::string undoes;   ///< the run that it undoes; empty: none
    std::string plan_id;  ///< the saved plan that it applies; empty: none
    terms agreed;
    std::string way;             ///< how the users were read
    std::uint64_t requests = 0;  ///< for that
    std::optional<double> forecast_seconds;
};

/// Hands over rows of the report, each with the target that it speaks of, to whoever takes them: a
/// large job's rows need not be in memory at once.
using row_giver =
    std::function<void(std::function<void(std::uint32_t target, reconcile::row const&)> const&)>;

/// A run about to begin. Everything must outlive the call.
struct new_run {
    run_head const& head;
    jobs::job const& job;
    std::vector<subscription> const& subscriptions;
    std::span<plan::seat_count const> seats;
    std::span<schedule::errand const> errands;
    row_giver const& settled;  ///< the rows of all targets that need no change
};

/// A run in the history.
struct run_line {
    std::int64_t run = 0;
    std::string name;
    std::string command;
    std::string tenant;
    std::string source;
    run_state state = run_state::going;
    wall_time started_at{};
    std::optional<wall_time> ended_at;
    std::optional<int> exit_code;
    std::string undoes;
    std::uint64_t targets = 0;
    std::uint64_t changes = 0;                                 ///< users that the plan changes
    std::uint64_t ended = 0;                                   ///< of them, those that are through
    std::vector<std::pair<std::string, std::uint64_t>> tally;  ///< targets by verdict; at its end
};

/// All that is needed to go on with a run, or to undo it.
struct stored_run {
    std::int64_t run = 0;
    run_state state = run_state::going;
    run_head head;
    jobs::job job;
    std::vector<subscription> subscriptions;
    std::vector<plan::seat_count> seats;
    std::vector<schedule::errand> errands;  ///< by rank, then in job order; `key` is the user's id
    std::vector<schedule::dated_entry> entries;
    std::vector<std::pair<std::uint32_t, reason>> blocked;  ///< targets that the plan blocked
};

/// How a run ended.
struct run_end {
    run_state state = run_state::finished;
    wall_time at{};
    int exit_code = 0;
    std::string summary;  ///< summary.json
};

class run_store {
 public:
    /// Opens it, or makes it where it is missing; older ones are brought up to date. `path`:
    /// `<state directory>/runs.db`, or `:memory:`. Errors: `could_not_run` when it cannot be used,
    /// is damaged, of another program, or of a newer version.
    static result<run_store> open(std::string const& path);
    ~run_store();
    run_store(run_store&&) noexcept;
    run_store& operator=(run_store&&) noexcept;

    // Everything below is durable when it returns, whole or not at all; errors are `could_not_run`.

    /// Writes a run down; returns the number by which the others know it.
    result<std::int64_t> begin(new_run const& of);
    /// Adds entries to a run, in their order.
    result<void> write(std::int64_t run, std::span<schedule::dated_entry const> entries);
    /// Adds the rows of the targets that the plan changes, given in the order of the targets. Hands
    /// over all rows of the run on the way, as `each_row` would.
    result<void> put_rows(std::int64_t run, row_giver const& rows,
                          std::function<void(reconcile::row const&)> const& take);
    /// A run is over, or interrupted, and has its rows.
    result<void> end(std::int64_t run, run_end const& how);
    /// A run goes on: its rows of the targets that the plan changes are void.
    result<void> reopen(std::int64_t run);
    /// Forgets the tenant's finished runs that began before that, but for the last.
    result<void> forget(std::string const& tenant, wall_time before);

    /// The newest `most`, newest first.
    result<std::vector<run_line>> history(std::size_t most);
    /// The run of that name.
    result<std::optional<run_line>> find(std::string const& name);
    /// The newest run of the tenant.
    result<std::optional<run_line>> newest(std::string const& tenant);
    /// The newest `apply` of that job in that tenant.
    result<std::optional<run_line>> newest_of_job(std::string const& tenant,
                                                  std::string const& job_path);
    /// The run that applied, or began to apply, the saved plan of that id.
    result<std::optional<run_line>> run_of_plan(std::string const& plan_id);
    /// The newest run of the same tenant that began after this one and was to change something;
    /// empty: none.
    result<std::string> overtaken_by(std::int64_t run);
    /// The newest run that undoes the one of that name; empty: none.
    result<std::string> undone_by(std::string const& name);
    /// The part numbers of what the tenant of the newest run had, as that run saw it; sorted.
    result<std::vector<std::string>> newest_skus();
    result<std::string> report_dir(std::int64_t run);
    result<stored_run> load(std::int64_t run);
    /// The rows that are known of a run, in the order of its targets. Of a run that was killed
    /// those of the targets that the plan changes are missing.
    result<void> each_row(std::int64_t run, std::function<void(reconcile::row const&)> const& take);
    /// What came back for the run's writes, over all of its processes: those of one user one after
    /// another, each in its order.
    result<void> each_attempt(std::int64_t run,
                              std::function<void(reconcile::attempt_line const&)> const& take);
    /// The names of the job's extra columns.
    result<std::vector<std::string>> extra_columns(std::int64_t run);
    /// As `end` was given it; empty when the run has not ended.
    result<std::string> summary(std::int64_t run);
    /// How many write attempts were sent, and how many refused for lack of quota, over all of the
    /// run's processes.
    struct attempt_counts {
        std::uint64_t writes = 0;
        std::uint64_t refusals = 0;
    };
    result<attempt_counts> count_attempts(std::int64_t run);

    result<limits::learned_limits> learned();
    /// Puts these in the place of what was known of the same limits.
    result<void> learn(limits::learned_limits const& found);

    /// What surveys of that tenant, by that application, keep for each other.
    result<documents::kept_tenant> kept_tenant(limits::owner const& whose);
    result<void> each_kept_user(limits::owner const& whose,
                                std::function<void(documents::kept_user)> const& take);
    result<void> keep(limits::owner const& whose, documents::keeping const& change);

 private:
    struct state;
    explicit run_store(std::unique_ptr<state> made);
    std::unique_ptr<state> state_;
};

/// `going`, `interrupted`, `finished`.
std::string_view name(run_state of);

}  // namespace allot::store
