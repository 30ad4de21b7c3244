#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <span>

#include "connectors/port/clock.hpp"
#include "connectors/port/directory.hpp"
#include "connectors/port/result.hpp"
#include "engine/schedule/schedule.hpp"

/// The driver: sends what the schedule says, hands back what came. It holds no policy.
namespace allot::execute {

/// Tells a run to stop; made once, used by every stage of it. One thread.
class stop_switch {
 public:
    /// Asks the run to send nothing more, for this cause.
    void pull(reason why) {
        if (why_ != reason::none) return;
        why_ = why;
        if (on_pull_) on_pull_();
    }
    [[nodiscard]] reason pulled() const { return why_; }
    /// Who is to be told; an empty function for nobody.
    void tell(std::function<void()> whom) { on_pull_ = std::move(whom); }

 private:
    reason why_ = reason::none;
    std::function<void()> on_pull_;
};

/// Called after every reply, with the time: for progress.
using watcher = std::function<void(time_point now)>;

/// Where a run is written down.
class journal {
 public:
    virtual ~journal() = default;
    /// Adds to the run's entries, in their order; they are durable when it returns. A failure ends
    /// the run.
    virtual result<void> write(std::span<schedule::dated_entry const> entries) = 0;
};

/// How a run is driven; everything must outlive it.
struct tools {
    directory& tenant;
    clock& time;
    stop_switch& stop;
    journal* kept = nullptr;  ///< null: nothing is written down
    watcher watch{};
};

/// Runs the schedule to its end. Everything it starts has finished when it returns. With a journal,
/// every intent is durable before its request leaves. Errors: the journal's, as they are; nothing
/// more is sent then, and what was still in flight is settled but not written down.
boost::asio::awaitable<result<void>> run(schedule::schedule& planned, tools with);

}  // namespace allot::execute
