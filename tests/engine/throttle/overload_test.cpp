#include "engine/throttle/overload_guard.hpp"
#include "engine/throttle/retry_budget.hpp"
#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::throttle;
using namespace std::chrono_literals;

namespace {

outcome reply_of(outcome_kind kind) {
    outcome reply;
    reply.kind = kind;
    return reply;
}

/// So many replies, 50 ms apart, each of that latency and kind.
void hear(overload_guard& guard, time_point& now, int replies, duration latency, outcome_kind kind,
          double rate = 20) {
    for (int heard = 0; heard < replies; ++heard) {
        now += 50ms;
        guard.settled(now - latency, now, reply_of(kind), rate);
    }
}

}  // namespace

TEST_CASE("a service that fails is given less to do at once, and more when it is well again",
          "[throttle]") {
    overload_guard guard{64};
    time_point now{1000s};
    hear(guard, now, 100, 250ms, outcome_kind::done);
    CHECK(guard.bound() == 64);
    hear(guard, now, 400, 250ms, outcome_kind::transient);
    CHECK(guard.bound() == 4);
    hear(guard, now, 2000, 250ms, outcome_kind::done);
    CHECK(guard.bound() == 64);
}

TEST_CASE("one failure in fifty is no overload", "[throttle]") {
    overload_guard guard{64};
    time_point now{1000s};
    for (int round = 0; round < 50; ++round) {
        hear(guard, now, 49, 250ms, outcome_kind::done);
        hear(guard, now, 1, 250ms, outcome_kind::transient);
        CHECK(guard.bound() == 64);
    }
}

TEST_CASE("replies ten times as slow bring the bound down to what the pace needs, not below",
          "[throttle]") {
    overload_guard guard{64};
    time_point now{1000s};
    hear(guard, now, 100, 100ms, outcome_kind::done);
    hear(guard, now, 1000, 1s, outcome_kind::done);
    // 20 a second, each a second long, and a fifth more.
    CHECK(guard.bound() == 24);
}

TEST_CASE("refusals for lack of quota are not overload", "[throttle]") {
    overload_guard guard{64};
    time_point now{1000s};
    hear(guard, now, 500, 20ms, outcome_kind::throttled);
    CHECK(guard.bound() == 64);
}

TEST_CASE("retries stop when most fails, and come back with success", "[throttle]") {
    retry_budget budget;
    int retries = 0;
    while (budget.take()) ++retries;
    CHECK(retries == 50);
    for (int success = 0; success < 10; ++success) budget.succeeded();
    CHECK(budget.take());
    CHECK_FALSE(budget.take());
}
