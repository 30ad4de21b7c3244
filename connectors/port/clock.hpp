#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>

#include "connectors/port/time.hpp"

namespace allot {

/// A wait that can be cut short. One coroutine waits on it at a time.
class alarm {
 public:
    virtual ~alarm() = default;
    /// Returns at `until`, or when `ring` is called, whichever is first. A ring while nobody waits
    /// ends the next wait at once.
    virtual boost::asio::awaitable<void> wait_until(time_point until) = 0;
    virtual void ring() = 0;
};

/// Time as the engine and the Graph client see it: steady in earnest, virtual in a simulation. All
/// waiting outside the TLS transport goes through it. Not thread-safe; one io_context, one thread.
class clock {
 public:
    virtual ~clock() = default;
    [[nodiscard]] virtual time_point now() const = 0;
    [[nodiscard]] virtual wall_time wall_now() const = 0;
    virtual std::unique_ptr<alarm> make_alarm() = 0;

    boost::asio::awaitable<void> sleep_until(time_point until) {
        auto const sleeper = make_alarm();
        co_await sleeper->wait_until(until);
    }
};

}  // namespace allot
