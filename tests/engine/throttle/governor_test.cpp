#include "engine/throttle/governor.hpp"

#include "engine/throttle/backoff.hpp"
#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::throttle;
using namespace std::chrono_literals;

namespace {

constexpr cost one_write{1, 1};
time_point const start{1000s};

governor_options published() {
    governor_options options;
    options.writes = quota{3000, 150s};
    options.units = quota{8000, 10s};
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

/// Sends as fast as it may until `until`; how many.
int send_until(governor& by, time_point& now, time_point until, cost of = one_write) {
    int count = 0;
    for (;;) {
        auto const ready = by.ready_at(now, of);
        if (ready >= until) return count;
        now = ready;
        by.sent(now, of);
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

TEST_CASE("two refusals measure the real rate, and it is followed from then on", "[throttle]") {
    // The service really refills 10 a second and holds 1,500; we believe 20 and 3,000.
    governor by{published()};
    double bucket_level = 1500;
    auto filled_at = start;
    auto now = start;
    int accepted = 0;
    int refusals = 0;
    while (now < start + 1000s) {
        auto const ready = std::max(by.ready_at(now, one_write), now);
        now = ready;
        by.sent(now, one_write);
        bucket_level = std::min(
            1500.0, bucket_level + 10 * std::chrono::duration<double>(now - filled_at).count());
        filled_at = now;
        auto const sent_at = now;
        now += 1ms;
        if (bucket_level >= 1) {
            bucket_level -= 1;
            ++accepted;
            by.settled(sent_at, now, one_write, done());
        } else {
            ++refusals;
            by.settled(sent_at, now, one_write, refused(1s));
        }
    }
    INFO("accepted " << accepted << ", refused " << refusals);
    CHECK(accepted >= (1500 + 10 * 1000) * 0.95);
    CHECK(refusals <= accepted / 100);
}

TEST_CASE("a learned rate is raised again when no refusal comes", "[throttle]") {
    governor by{published()};
    auto now = start;
    for (int gate = 0; gate < 2; ++gate) {
        for (int part = 0; part < 10; ++part) by.sent(now, one_write);
        by.settled(now, now, one_write, refused(1s));
        now += 10s;
    }
    REQUIRE(by.learned_write_rate());
    auto const low = *by.learned_write_rate();
    for (int second = 0; second < 1200; ++second) {
        send_until(by, now, now + 1s);
        now += 1s;
    }
    CHECK(low < 5);
    CHECK_FALSE(by.learned_write_rate());
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
