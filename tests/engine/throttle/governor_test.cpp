#include "engine/throttle/governor.hpp"

#include <limits>

#include "engine/throttle/backoff.hpp"
#include "engine/throttle/seconds.hpp"
#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::throttle;
using namespace std::chrono_literals;

namespace {

constexpr cost one_write{1, 1};
time_point const start{1000s};

governor_options published() {
    governor_options options;
    options.writes = belief{{3000, 150s}};
    options.units = belief{{8000, 10s}};
    return options;
}

outcome refused(std::optional<duration> retry_after,
                throttle_scope scope = throttle_scope::writes) {
    outcome reply;
    reply.kind = outcome_kind::throttled;
    reply.retry_after = retry_after;
    reply.scope = scope;
    return reply;
}

outcome done() {
    outcome reply;
    reply.kind = outcome_kind::done;
    return reply;
}

/// Sends as fast as it may until `until`, each answered at once; how many.
int send_until(governor& by, time_point& now, time_point until, cost of = one_write) {
    int count = 0;
    for (;;) {
        auto const ready = by.ready_at(now, of);
        if (ready >= until) return count;
        now = ready;
        by.sent(now, of);
        by.settled(now, now, of, done());
        ++count;
    }
}

}  // namespace

TEST_CASE("the burst of a full bucket is used at once, then the refill is followed", "[throttle]") {
    governor by{published()};
    auto now = start;
    CHECK(send_until(by, now, start + 1ns) == 2940);  // 3,000 less the margin
    CHECK(send_until(by, now, start + 100s) == 2000 - 1);
}

TEST_CASE("no more is sent in any time than a full bucket and its refill allow", "[throttle]") {
    governor by{published()};
    auto now = start;
    int sent = 0;
    for (int second = 1; second <= 600; ++second) {
        sent += send_until(by, now, start + std::chrono::seconds{second});
        CHECK(sent <= 3000 + 20 * second);
    }
    CHECK(sent >= 2940 + 20 * 599);
}

TEST_CASE("reads draw on resource units and are not held up by writes", "[throttle]") {
    governor by{published()};
    auto now = start;
    send_until(by, now, start + 1ns);
    CHECK(by.ready_at(now, one_write) > now);
    CHECK(by.ready_at(now, cost{1, 0}) == now);
}

TEST_CASE("a Retry-After closes the whole scope until then, rounded up", "[throttle]") {
    governor by{published()};
    by.sent(start, one_write);
    by.settled(start, start + 1s, one_write, refused(2128ms));
    CHECK(by.ready_at(start + 1s, one_write) == start + 4s);
    CHECK(by.ready_at(start + 1s, cost{1, 0}) == start + 1s);
    CHECK(by.seen().refusals == 1);
}

TEST_CASE("a refusal that does not say its limit closes all that the request touched",
          "[throttle]") {
    governor by{published()};
    by.sent(start, one_write);
    by.settled(start, start, one_write, refused(5s, throttle_scope::unknown));
    CHECK(by.ready_at(start, one_write) == start + 5s);
    CHECK(by.ready_at(start, cost{1, 0}) == start + 5s);
}

TEST_CASE("the longest of several Retry-Afters counts, and they are one gate", "[throttle]") {
    governor by{published()};
    for (int part = 0; part < 20; ++part) by.sent(start, one_write);
    for (int part = 0; part < 20; ++part) {
        by.settled(start, start + 1s, one_write, refused(part == 7 ? 9s : 3s));
    }
    CHECK(by.ready_at(start + 1s, one_write) == start + 10s);
    CHECK(by.seen().gates == 1);
    CHECK(by.seen().refusals == 20);
}

TEST_CASE("without a Retry-After the waits grow, with jitter, up to a drained bucket's time",
          "[throttle]") {
    governor by{published()};
    auto now = start;
    duration longest{};
    for (int gate = 0; gate < 12; ++gate) {
        by.sent(now, one_write);
        auto const sent_at = now;
        now += 10ms;
        by.settled(sent_at, now, one_write, refused(std::nullopt));
        auto const wait = by.gate() - now;
        CHECK(wait >= 1s);
        CHECK(wait <= 151s);
        longest = std::max<duration>(longest, wait);
        now = by.gate();
    }
    CHECK(longest > 10s);
    // One that is served ends the row.
    by.sent(now, one_write);
    by.settled(now, now + 10ms, one_write, done());
    by.sent(now + 10ms, one_write);
    by.settled(now + 10ms, now + 20ms, one_write, refused(std::nullopt));
    CHECK(by.gate() - now <= 3s + 20ms);
}

TEST_CASE("the tenant's own limit is met only when the service names it", "[throttle]") {
    auto options = published();
    options.tenant_writes = belief{{18000, 300s}};
    governor by{options};
    by.sent(start, one_write);
    by.settled(start, start, one_write, refused(5s, throttle_scope::unknown));
    CHECK(by.find(limit::tenant_writes)->gates() == 0);
    by.sent(start + 6s, one_write);
    by.settled(start + 6s, start + 6s, one_write, refused(7s, throttle_scope::tenant_writes));
    CHECK(by.find(limit::tenant_writes)->gates() == 1);
    CHECK(by.ready_at(start + 6s, one_write) == start + 13s);
}

TEST_CASE("an operation is charged what the service says that it costs", "[throttle]") {
    governor by{published()};
    CHECK(by.cost_of(operation_kind::read_user) == cost{1, 0});
    auto dear = done();
    dear.resource_units = 4;
    for (int reply = 0; reply < 50; ++reply) {
        auto const of = by.cost_of(operation_kind::read_user);
        by.sent(start, of);
        by.settled(start, start, operation_kind::read_user, of, dear);
    }
    CHECK(by.cost_of(operation_kind::read_user).units > 3.9);
    // 50 reads at 4 units, of 8,000 less the margin.
    CHECK(by.find(limit::units)->used(start) > 200.0 / 8000);
    CHECK(by.find(limit::units)->used(start) < 0.02 + 201.0 / 8000);
}

TEST_CASE("what the service says of its use is taken for the limit that is used most",
          "[throttle]") {
    governor by{published()};
    auto now = start;
    for (int write = 0; write < 2000; ++write) {
        by.sent(now, one_write);
        by.settled(now, now, one_write, done());
    }
    auto said = done();
    said.limit_fraction = 0.95;
    by.sent(now, one_write);
    by.settled(now, now, one_write, said);
    CHECK(by.find(limit::writes)->used(now) > 0.9);
    CHECK(by.find(limit::units)->used(now) < 0.5);
    CHECK(by.seen().gauged == 1);
}

TEST_CASE("a span beyond any run is as long as can be waited for", "[throttle]") {
    CHECK(to_duration(1.5) == 1500ms);
    CHECK(to_duration(-1.5) == -1500ms);
    auto const infinity = std::numeric_limits<double>::infinity();
    for (auto const seconds : {1e10, 1e300, infinity}) {
        CHECK(to_duration(seconds) == longest_span);
        CHECK(to_duration(-seconds) == -longest_span);
    }
    CHECK(to_duration(std::numeric_limits<double>::quiet_NaN()) == 0s);
    CHECK(start + to_duration(infinity) > start);
}

TEST_CASE("no limit means no waiting", "[throttle]") {
    governor by{governor_options{}};
    for (int sent = 0; sent < 100000; ++sent) by.sent(start, one_write);
    CHECK(by.ready_at(start, one_write) == start);
}

TEST_CASE("back-off is spread over the whole span, doubles, and is bounded", "[throttle]") {
    random_stream from{7};
    for (std::uint32_t tries = 1; tries < 40; ++tries) {
        auto const bound = tries < 8 ? 500ms * (1 << (tries - 1)) : 60s;
        duration most{};
        for (int draw = 0; draw < 200; ++draw) {
            auto const wait = backoff(tries, 500ms, 60s, from);
            CHECK(wait >= 0s);
            CHECK(wait <= std::min<duration>(bound, 60s));
            most = std::max(most, wait);
        }
        CHECK(most > std::min<duration>(bound, 60s) * 8 / 10);
    }
}
