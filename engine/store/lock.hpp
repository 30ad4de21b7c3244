#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "connectors/port/clock.hpp"
#include "connectors/port/result.hpp"

namespace allot::store {

/// Who is to hold a lock; process and host are added.
struct lock_holder {
    std::string run;      ///< its name
    std::string command;  ///< `apply`
    wall_time since{};    ///< when it is taken
};

/// One run at a time changes a tenant, as far as runs share a state directory: two would plan on
/// each other's seats and be measured at each other's pace.
///
/// It is a lock of the operating system (flock) on `<state>/locks/<tenant>.lock`: it ends with this
/// object or with the process, however that dies, and a file that is left behind is no lock. The
/// file says, as one line of JSON, who holds it. It is never deleted: another run could hold the
/// deleted one. Two locks of one process exclude each other too.
class run_lock {
 public:
    run_lock() = default;  ///< holds nothing
    ~run_lock();
    run_lock(run_lock&& other) noexcept : file_{std::exchange(other.file_, -1)} {}
    run_lock& operator=(run_lock&& other) noexcept;

    /// Takes the lock, at once or not at all; the state directory is there. Errors:
    /// `refused_by_cap` when another run holds it, with who that is; `could_not_run` when there can
    /// be no lock.
    static result<run_lock> try_take(std::string const& state_dir, std::string_view tenant,
                                     lock_holder const& holder);

    [[nodiscard]] bool holds() const { return file_ >= 0; }

 private:
    explicit run_lock(int file) : file_{file} {}

    int file_ = -1;
};

/// The same, but looks again every second until `timeout` is over. `holder.since` becomes the time
/// at which the lock is taken. `time` outlives the wait.
boost::asio::awaitable<result<run_lock>> take_lock(clock& time, std::string state_dir,
                                                   std::string tenant, lock_holder holder,
                                                   duration timeout);

}  // namespace allot::store
