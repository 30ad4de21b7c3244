#pragma once

#include <functional>
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

/// Numbers the entries from `n` on.
void insert_entries(database& in, std::int64_t run, std::int64_t n,
                    std::span<schedule::dated_entry const> entries,
                    std::function<plan::change const&(std::uint32_t user)> const& planned);
std::vector<schedule::dated_entry> load_entries(
    database& in, std::int64_t run,
    std::function<plan::change const&(std::uint32_t user)> const& planned);
/// The number that follows the run's last entry.
std::int64_t next_entry(database& in, std::int64_t run);

/// `planned`: known before anything was sent.
void insert_rows(database& in, std::int64_t run, std::span<target_row const> rows, bool planned);
void each_row(database& in, std::int64_t run, std::int64_t job,
              std::function<void(reconcile::row const&)> const& take);
std::vector<std::pair<std::uint32_t, reason>> load_blocked(database& in, std::int64_t run);

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
inline wall_time to_wall_time(std::int64_t milliseconds) {
    return wall_time{std::chrono::milliseconds{milliseconds}};
}

/// What a row's text stands for; throws when it could not be read.
template <class T>
T whole(result<T> read, std::string_view what) {
    if (read) return std::move(*read);
    throw database_error{"the run store holds a broken " + std::string{what} + ": " +
                         read.error().message};
}

}  // namespace allot::store
