// The bound against sums that can be done by hand.
#include "bench/throttle/service/bound.hpp"

#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::bench;
using namespace std::chrono_literals;

namespace {

/// 20,000 writes at 3,000 in 150 s, and replies that take no time.
question published(counting counts = counting::token_bucket) {
    question asked;
    asked.operations = 20'000;
    asked.counts = counts;
    asked.window = 150s;
    asked.periods = {{0s, 3000, 0}};
    return asked;
}

bool is(duration found, duration expected) {
    return expected <= found + 20ms && found <= expected + 20ms;
}

}  // namespace

TEST_CASE("a token bucket is spent at once, then its refill is followed", "[bound]") {
    CHECK(is(bound_of(published()), 850s));
    auto small = published();
    small.operations = 3000;
    CHECK(bound_of(small) == 0s);
    auto half = published();
    half.periods[0].capacity = 1500;
    CHECK(is(bound_of(half), 1850s));
}

TEST_CASE("a burst takes as long as the places in flight allow", "[bound]") {
    auto asked = published();
    asked.operations = 64 + 2133;  // 64 / 0.3 s = 213.3 a second
    asked.latency_mean = 300ms;
    CHECK(is(bound_of(asked), 10s));
    asked.in_flight = 64 + 2133;
    CHECK(bound_of(asked) == 0s);
}

TEST_CASE("a sliding window gives all of itself back a window later", "[bound]") {
    CHECK(is(bound_of(published(counting::sliding_window)), 900s));
    auto slow = published(counting::sliding_window);
    slow.latency_mean = 300ms;
    // The last 2,000 of the seventh window follow the first 2,000: (2,000 - 64) / 213.3 s.
    CHECK(is(bound_of(slow), 900s + 9075ms));
}

TEST_CASE("a fixed window counts anew at each boundary, wherever the first one is", "[bound]") {
    auto asked = published(counting::fixed_window);
    CHECK(is(bound_of(asked), 900s));
    asked.open_for = 1s;
    CHECK(is(bound_of(asked), 899s));
    asked.open_for = 148s;
    CHECK(is(bound_of(asked), 752s));
    asked.latency_mean = 300ms;
    // 64 and 2 s of 213.3 before the first boundary, six windows, and 64 and 1,445 of the seventh.
    CHECK(is(bound_of(asked), 902s + 6775ms));
}

TEST_CASE("what others take is missing", "[bound]") {
    auto asked = published();
    asked.periods = {{0s, 3000, 8}, {600s, 3000, 0}};
    CHECK(is(bound_of(asked), 1090s));
    asked.counts = counting::fixed_window;
    asked.operations = 8990;
    // Whoever comes first at a boundary has the whole window before others take any of it.
    CHECK(is(bound_of(asked), 300s));
}

TEST_CASE("a limit that drops and comes back is followed both ways", "[bound]") {
    auto asked = published();
    asked.periods = {{0s, 3000, 0}, {200s, 750, 0}, {800s, 3000, 0}};
    // 7,000 by 200 s, 3,000 more by 800 s, 10,000 at 20 a second.
    CHECK(is(bound_of(asked), 1300s));
}
