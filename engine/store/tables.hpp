#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/jobs/job.hpp"
#include "engine/store/database.hpp"
#include "engine/store/run_store.hpp"

/// What goes into which table and back, for `run_store`. Throws `database_error`, also when a row
/// is not what was written. Within the caller's transaction.
namespace allot::store {

/// The number of the job of that content; written down if it is new.
std::int64_t keep_job(database& in, jobs::job const& of, std::string const& hash);
jobs::job load_job(database& in, std::int64_t job);
/// Without users and targets.
jobs::job load_job_shape(database& in, std::int64_t job);
/// The extra cells of a target, as they are kept.
std::vector<std::string> unpack_cells(std::string_view packed, std::size_t columns);

/// The state of that name. Throws for an unknown one.
run_state state_of(std::string_view text);

void insert_run(database& in, std::int64_t job, new_run const& of,
                std::string const& subscriptions);
/// The run's row, with the source of its job; the number of the job on the side.
stored_run load_head(database& in, std::int64_t run, std::int64_t& job);
void insert_seats(database& in, std::int64_t run, std::span<plan::seat_count const> seats);
std::vector<plan::seat_count> load_seats(database& in, std::int64_t run);
void insert_changes(database& in, std::int64_t run, std::span<schedule::errand const> errands);
std::vector<schedule::errand> load_errands(database& in, std::int64_t run);

/// What the plan changes of a user.
using planned_changes = std::function<shared<plan::change> const&(std::uint32_t user)>;

/// Puts entries into their tables: many a second, so its statements are prepared once.
class entry_writer {
 public:
    explicit entry_writer(database& in);
    ~entry_writer();
    /// Numbers the entries from `n` on.
    void write(std::int64_t run, std::int64_t n, std::span<schedule::dated_entry const> entries,
               planned_changes const& planned);

 private:
    struct state;
    std::unique_ptr<state> state_;
};

std::vector<schedule::dated_entry> load_entries(database& in, std::int64_t run,
                                                planned_changes const& planned);
/// The number that follows the run's last entry.
std::int64_t next_entry(database& in, std::int64_t run);

/// The rows of a run, in the order of its targets.
class row_reader {
 public:
    enum class of : std::uint8_t { all, planned };
    row_reader(database& in, std::int64_t run, std::int64_t job, of which);
    /// Goes to the next row; false after the last.
    bool next();
    [[nodiscard]] std::uint32_t target() const { return target_; }
    [[nodiscard]] reconcile::row const& row() const { return row_; }

 private:
    statement asked_;
    std::size_t columns_;  ///< the job's unknown ones
    std::uint32_t target_ = 0;
    reconcile::row row_;
};

/// Puts rows into their table, prepared once.
class row_writer {
 public:
    /// `planned`: known before anything was sent.
    row_writer(database& in, std::int64_t run, bool planned);
    void write(std::uint32_t target, reconcile::row const& of);

 private:
    statement insert_;
    std::int64_t run_;
    bool planned_;
};

void each_attempt(database& in, std::int64_t run,
                  std::function<void(reconcile::attempt_line const&)> const& take);
std::vector<std::pair<std::uint32_t, reason>> load_blocked(database& in, std::int64_t run);

documents::kept_tenant load_kept_tenant(database& in, limits::owner const& whose);
void each_kept_user(database& in, limits::owner const& whose,
                    std::function<void(documents::kept_user)> const& take);
void keep_tenant(database& in, limits::owner const& whose, documents::keeping const& change);

/// A GUID as its 16 bytes, any other text as it is.
void bind_id(statement& to, std::string_view text);
std::string read_id(statement& from);

/// The reason of that code. Throws for an unknown one.
reason reason_of(std::string_view code);

inline std::int64_t milliseconds(duration of) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(of).count();
}
inline std::int64_t milliseconds(wall_time of) {
    return of.time_since_epoch().count();
}
/// A time of this century or the next two, or a span no longer: what counting in nanoseconds can
/// hold. Throws for others, which nobody has written.
inline duration to_duration(std::int64_t milliseconds) {
    constexpr std::int64_t longest = 8'000'000'000'000;
    if (milliseconds < 0 || milliseconds > longest) {
        throw database_error{"the run store holds a time that there cannot be"};
    }
    return std::chrono::milliseconds{milliseconds};
}
inline wall_time to_wall_time(std::int64_t milliseconds) {
    to_duration(milliseconds);
    return wall_time{std::chrono::milliseconds{milliseconds}};
}

/// Throws when a run's parts name what its job has not, or its entries whom it does not change.
void check_fit(stored_run const& of);

/// What a row's text stands for; throws when it could not be read.
template <class T>
T whole(result<T> read, std::string_view what) {
    if (read) return std::move(*read);
    throw database_error{"the run store holds a broken " + std::string{what} + ": " +
                         read.error().message};
}

}  // namespace allot::store
