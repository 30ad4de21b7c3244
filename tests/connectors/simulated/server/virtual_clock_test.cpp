// The virtual clock: order, alarms, and why a run ends.
#include "connectors/simulated/server/virtual_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::simulated;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

using journal = std::vector<std::string>;

asio::awaitable<void> note_after(allot::clock& time, duration wait, std::string words,
                                 journal& into) {
    co_await time.sleep_until(time.now() + wait);
    into.push_back(words + "@" + for_people(time.now().time_since_epoch()));
}

asio::awaitable<void> wait_on(allot::alarm& on, allot::clock& time, time_point until,
                              journal& into) {
    co_await on.wait_until(until);
    into.push_back("woke@" + for_people(time.now().time_since_epoch()));
}

asio::awaitable<void> ring_after(allot::clock& time, duration wait, allot::alarm& which,
                                 int times) {
    co_await time.sleep_until(time.now() + wait);
    for (int ring = 0; ring < times; ++ring) which.ring();
}

asio::awaitable<void> never_ends(allot::clock& time) {
    while (true) co_await time.sleep_until(time.now() + 1s);
}

asio::awaitable<void> first_of(allot::clock& time, duration one, duration other, journal& into) {
    using namespace asio::experimental::awaitable_operators;
    auto first = time.sleep_until(time.now() + one);
    auto second = time.sleep_until(time.now() + other);
    auto const which = co_await (std::move(first) || std::move(second));
    into.push_back((which.index() == 0 ? "first@" : "second@") +
                   for_people(time.now().time_since_epoch()));
}

void start(asio::io_context& context, asio::awaitable<void> what) {
    asio::co_spawn(context, std::move(what), [](std::exception_ptr const& failed) {
        if (failed) std::rethrow_exception(failed);
    });
}

}  // namespace

TEST_CASE("waits end in the order of their times, equal ones in the order they began") {
    asio::io_context context{1};
    virtual_clock time{context.get_executor()};
    journal seen;
    start(context, note_after(time, 3h, "late", seen));
    start(context, note_after(time, 1s, "a", seen));
    start(context, note_after(time, 1s, "b", seen));
    start(context, note_after(time, 500ms, "early", seen));
    start(context, note_after(time, 0s, "at once", seen));
    CHECK(time.run(context) == run_end::finished);
    CHECK(seen == journal{"at once@0 ms", "early@500 ms", "a@1.0 s", "b@1.0 s", "late@3 h 0 min"});
    CHECK(time.now() == time_point{3h});
    CHECK(iso_8601(time.wall_now()) == "2026-01-05T11:00:00.000Z");
}

TEST_CASE("an alarm rings before its time, and a ring while nobody waits ends the next wait") {
    asio::io_context context{1};
    virtual_clock time{context.get_executor()};
    journal seen;
    auto const bell = time.make_alarm();
    SECTION("rung while somebody waits") {
        start(context, wait_on(*bell, time, time_point{1h}, seen));
        start(context, ring_after(time, 2s, *bell, 1));
        CHECK(time.run(context) == run_end::finished);
        CHECK(seen == journal{"woke@2.0 s"});
        CHECK(time.now() == time_point{2s});
        // The ring is used up.
        start(context, wait_on(*bell, time, time_point{5s}, seen));
        CHECK(time.run(context) == run_end::finished);
        CHECK(seen.back() == "woke@5.0 s");
    }
    SECTION("rung twice: once for who waits, once for who comes") {
        start(context, wait_on(*bell, time, time_point{1h}, seen));
        start(context, ring_after(time, 2s, *bell, 2));
        CHECK(time.run(context) == run_end::finished);
        start(context, wait_on(*bell, time, time_point{1h}, seen));
        CHECK(time.run(context) == run_end::finished);
        CHECK(seen == journal{"woke@2.0 s", "woke@2.0 s"});
    }
    SECTION("without an end, only a ring ends it") {
        start(context, wait_on(*bell, time, time_point::max(), seen));
        CHECK(time.run(context) == run_end::stuck);
        CHECK(seen.empty());
        CHECK(time.now() == time_point{});
        bell->ring();
        CHECK(time.run(context) == run_end::finished);
        CHECK(seen.size() == 1);
    }
}

TEST_CASE("time moves by hand too") {
    asio::io_context context{1};
    virtual_clock time{context.get_executor()};
    journal seen;
    start(context, note_after(time, 10s, "ten", seen));
    context.poll();
    time.advance(9s);
    context.poll();
    CHECK(seen.empty());
    time.advance(3s);
    context.poll();
    CHECK(seen == journal{"ten@12.0 s"});
}

TEST_CASE(
    "a run that would never end ends at its bound, and what still waits goes with the clock") {
    asio::io_context context{1};
    virtual_clock time{context.get_executor()};
    start(context, never_ends(time));
    CHECK(time.run(context, 1000) == run_end::steps_spent);
    CHECK(time.now() == time_point{1000s});
}

TEST_CASE("of two waits the loser is called off") {
    asio::io_context context{1};
    virtual_clock time{context.get_executor()};
    journal seen;
    start(context, first_of(time, 5s, 3s, seen));
    CHECK(time.run(context) == run_end::finished);
    CHECK(seen == journal{"second@3.0 s"});
    CHECK(time.now() == time_point{3s});
}
