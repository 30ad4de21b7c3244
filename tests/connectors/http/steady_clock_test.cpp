#include "connectors/http/steady_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>

#include "tests/support/catch.hpp"

using namespace std::chrono_literals;
using allot::http::steady_clock;

namespace {

boost::asio::awaitable<void> wait_and_count(allot::alarm& on, allot::time_point until, int& waits) {
    co_await on.wait_until(until);
    ++waits;
}

void start(boost::asio::io_context& io, allot::alarm& on, allot::time_point until, int& waits) {
    boost::asio::co_spawn(io, wait_and_count(on, until, waits), [](std::exception_ptr thrown) {
        if (thrown) std::rethrow_exception(thrown);
    });
    io.restart();
    io.poll();
}

}  // namespace

TEST_CASE("a wait ends at its time", "[clock]") {
    boost::asio::io_context io{1};
    steady_clock clock{io.get_executor()};
    auto const alarm = clock.make_alarm();
    int waits = 0;
    auto const until = clock.now() + 5ms;
    start(io, *alarm, until, waits);
    io.restart();
    io.run();
    CHECK(waits == 1);
    CHECK(clock.now() >= until);
    start(io, *alarm, clock.now() - 1h, waits);
    CHECK(waits == 2);
}

TEST_CASE("a ring ends the wait, or the next one when nobody waits", "[clock]") {
    boost::asio::io_context io{1};
    steady_clock clock{io.get_executor()};
    auto const alarm = clock.make_alarm();
    int waits = 0;
    start(io, *alarm, allot::time_point::max(), waits);
    CHECK(waits == 0);
    alarm->ring();
    io.restart();
    io.poll();
    CHECK(waits == 1);
    // That ring is used up: the next wait is a whole one.
    start(io, *alarm, allot::time_point::max(), waits);
    CHECK(waits == 1);
    alarm->ring();
    alarm->ring();
    io.restart();
    io.poll();
    CHECK(waits == 2);
    alarm->ring();
    start(io, *alarm, allot::time_point::max(), waits);
    CHECK(waits == 3);
}

TEST_CASE("the wall clock is this century's", "[clock]") {
    boost::asio::io_context io{1};
    steady_clock const clock{io.get_executor()};
    CHECK(clock.wall_now() > allot::wall_time{std::chrono::hours{24 * 365 * 54}});
}
