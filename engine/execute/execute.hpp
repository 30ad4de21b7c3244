#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>

#include "connectors/port/clock.hpp"
#include "connectors/port/directory.hpp"
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

/// Runs the schedule to its end. Everything it starts has finished when it returns.
boost::asio::awaitable<void> run(schedule::schedule& planned, directory& tenant, clock& time,
                                 stop_switch& stop, watcher watch);

}  // namespace allot::execute
