#include "engine/progress/pace.hpp"

#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::progress;
using namespace std::chrono_literals;

namespace {

time_point at(duration since) {
    return time_point{1h} + since;
}

}  // namespace

TEST_CASE("the pace is that of late, and not known in the first second", "[progress]") {
    recent_pace pace;
    CHECK_FALSE(pace.per_second());
    pace.note(at(0s), 0);
    CHECK_FALSE(pace.per_second());
    pace.note(at(200ms), 500);
    CHECK_FALSE(pace.per_second());
    pace.note(at(2s), 1000);
    CHECK(*pace.per_second() == Approx(500));
    // A minute at 20 a second: the burst is forgotten.
    for (int second = 3; second <= 62; ++second) {
        pace.note(at(std::chrono::seconds{second}), 1000 + std::uint64_t(second - 2) * 20);
    }
    CHECK(*pace.per_second() == Approx(20));
    // Nothing at all for long.
    for (int second = 63; second <= 100; ++second)
        pace.note(at(std::chrono::seconds{second}), 2200);
    CHECK(*pace.per_second() == Approx(0));
}

TEST_CASE("a count that begins anew begins a pace anew", "[progress]") {
    recent_pace pace;
    pace.note(at(0s), 5000);
    pace.note(at(4s), 9000);
    pace.note(at(5s), 10);
    CHECK_FALSE(pace.per_second());
}

TEST_CASE("the time left is what the limits allow: the burst at once, then the refill",
          "[progress]") {
    // 5,000 users, 3,000 at once, then 20 a second: 100 s.
    CHECK(time_left({5000, 300.0, 20.0, 3000, 0s}) == 100s);
    CHECK(time_left({2000, 300.0, 20.0, 0, 0s}) == 100s);
    // The burst itself is as fast as it has been.
    CHECK(time_left({3000, 100.0, 20.0, 3000, 0s}) == 30s);
    // What is waited for comes on top.
    CHECK(time_left({2000, 19.0, 20.0, 0, 34s}) == 134s);
    CHECK(time_left({0, 19.0, 20.0, 0, 0s}) == 0s);
}

TEST_CASE("the time left is unknown before there is anything to judge by", "[progress]") {
    CHECK_FALSE(time_left({1000, {}, {}, 0, 0s}));
    CHECK_FALSE(time_left({1000, 0.0, {}, 0, 0s}));
    CHECK_FALSE(time_left({1000, {}, 20.0, 3000, 0s}));
    CHECK(time_left({1000, 50.0, {}, 0, 0s}) == 20s);
    // A refill by the limits is known without having been seen.
    CHECK(time_left({1000, {}, 20.0, 0, 0s}) == 50s);
    // Months are no forecast.
    CHECK_FALSE(time_left({10'000'000, 0.001, {}, 0, 0s}));
}
