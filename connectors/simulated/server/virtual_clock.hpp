#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstddef>
#include <memory>

#include "connectors/port/clock.hpp"

namespace boost::asio {
class io_context;
}

namespace allot::simulated {

/// Why `virtual_clock::run` returned.
enum class run_end {
    finished,  ///< no work is left in the io_context
    stuck,     ///< work is left, but nothing waits for a time: somebody waits for what never comes
    steps_spent  ///< the bound on steps was hit
};

/// Time that moves only when told: hours pass in milliseconds, and always in the same way. Waits
/// end in the order of their times, equal ones in the order in which they began. Coroutines that
/// still wait when the clock goes are destroyed with it.
class virtual_clock final : public clock {
 public:
    /// Starts at 0 s and at 2026-01-05T08:00:00Z.
    explicit virtual_clock(boost::asio::any_io_executor executor);
    ~virtual_clock() override;
    virtual_clock(virtual_clock const&) = delete;
    virtual_clock& operator=(virtual_clock const&) = delete;

    [[nodiscard]] time_point now() const override;
    [[nodiscard]] wall_time wall_now() const override;
    std::unique_ptr<alarm> make_alarm() override;

    /// Moves time on at once; waits that are then over end at the next `poll` or `run` of the
    /// context.
    void advance(duration by);
    /// Lets the context do all it can, jumps to the next time somebody waits for, and so on. A step
    /// is one such jump.
    run_end run(boost::asio::io_context& context, std::size_t steps_max = 100'000'000);

 private:
    struct state;
    class virtual_alarm;
    std::shared_ptr<state> state_;
};

}  // namespace allot::simulated
