#include "engine/throttle/quota_governor.hpp"

#include <algorithm>
#include <string>

#include "service.hpp"
#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::throttle;
using namespace std::chrono_literals;
using support::announces;
using support::counts_by;
using support::run_errand;
using support::service_kind;

namespace {

belief as_published() {
    belief of;
    of.published = {3000, 150s};
    return of;
}

struct goal {
    double ratio;         ///< time over the bound
    double refusals = 0;  ///< share of the writes
};

/// No client can be faster against a bucket: what it holds, then its refill; nor than 64 at a time,
/// and then the last replies are waited for.
double bucket_bound(double count, double amount) {
    constexpr double mean_latency = 0.2833;
    constexpr double last_replies = 0.5;
    return std::max((count - amount) * 150 / amount, count * mean_latency / 64) + last_replies;
}

/// The worst of five seeds must do.
void check(service_kind const& service, belief const& believed, int count, double bound,
           goal const& must) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        auto const ran = run_errand(service, believed, count, seed);
        INFO("seed " << seed << ": " << ran.seconds << " s, bound " << bound << " s, "
                     << ran.refusals << " refusals, " << ran.gates << " gates");
        REQUIRE(ran.finished);
        CHECK(ran.seconds <= must.ratio * bound);
        CHECK(ran.refusals <= must.refusals * count);
    }
}

}  // namespace

TEST_CASE("limits as published are used to the full, and nothing is ever refused", "[throttle]") {
    auto const refused_costs = GENERATE(false, true);
    service_kind service;
    service.refused_costs = refused_costs;
    check(service, as_published(), 2900, bucket_bound(2900, 3000), {1.05});
    check(service, as_published(), 20000, bucket_bound(20000, 3000), {1.01});
    check(service, as_published(), 100000, bucket_bound(100000, 3000), {1.01});
}

TEST_CASE("a limit that is half of the published one is found and followed", "[throttle]") {
    service_kind service;
    service.amount = 1500;
    SECTION("the service says how long to wait") {}
    SECTION("it does not") {
        service.retry_after = announces::nothing;
    }
    check(service, as_published(), 20000, bucket_bound(20000, 1500), {1.05, 0.0035});
}

TEST_CASE("a limit of which nothing is known is found and followed", "[throttle]") {
    auto unknown = as_published();
    unknown.is = known::not_at_all;
    check(service_kind{}, unknown, 20000, bucket_bound(20000, 3000), {1.05, 0.003});
}

TEST_CASE("where the service says how much is used, nothing is refused while a limit is learned",
          "[throttle]") {
    service_kind service;
    service.amount = 1500;
    service.says_how_much = true;
    check(service, as_published(), 20000, bucket_bound(20000, 1500), {1.05});
}

TEST_CASE("what another application takes is left to it, and taken when it is gone", "[throttle]") {
    service_kind service;
    service.others = 8;
    service.others_from = GENERATE(0.0, 120.0);
    service.others_until = service.others_from + 600;
    // 3,000 at once, 12 a second beside the other application, 20 a second without it.
    auto const bound = (20000 - 3000 + 8 * 600) / 20.0;
    check(service, as_published(), 20000, bound, {1.05, 0.003});
}

TEST_CASE("a limit that drops to a quarter and comes back is followed both ways", "[throttle]") {
    service_kind service;
    service.share_at = [](double now) { return now >= 200 && now < 800 ? 0.25 : 1.0; };
    auto const bound = 800 + (20000 - 3000 - 200 * 20 - 600 * 5) / 20.0;
    check(service, as_published(), 20000, bound, {1.10, 0.003});
}

TEST_CASE("a service that counts in windows is given a whole limit in each", "[throttle]") {
    service_kind service;
    constexpr double last_burst = 2000 * 0.2833 / 64;
    SECTION("sliding") {
        service.by = counts_by::sliding_window;
        check(service, as_published(), 20000, 900 + last_burst, {1.08, 0.003});
    }
    SECTION("fixed, wherever they begin") {
        service.by = counts_by::fixed_window;
        service.phase = GENERATE(20.0, 75.0, 130.0, 149.0);
        check(service, as_published(), 20000, service.phase + 750 + last_burst, {1.08, 0.003});
    }
    SECTION("fixed, and nothing says how long to wait") {
        service.by = counts_by::fixed_window;
        service.retry_after = announces::nothing;
        service.phase = GENERATE(20.0, 75.0, 130.0);
        check(service, as_published(), 20000, service.phase + 750 + last_burst, {1.08, 0.003});
    }
}

TEST_CASE("a Retry-After that is always 150 s costs no more than it must", "[throttle]") {
    service_kind service;
    service.retry_after = announces::always_150_s;
    check(service, as_published(), 20000, bucket_bound(20000, 3000), {1.01});
    service.amount = 1500;
    check(service, as_published(), 20000, bucket_bound(20000, 1500), {1.10, 0.005});
}

TEST_CASE("one stray refusal does not cost the rest of the burst", "[throttle]") {
    quota_governor paced{as_published()};
    auto now = time_point{1000s};
    auto const stray_at = 100;
    int served = 0;
    while (served < 2900) {
        auto const ready = paced.ready_at(now, 1);
        REQUIRE(ready != time_point::max());
        now = std::max(now, ready);
        paced.sent(now, 1);
        signal says;
        bool const stray = served == stray_at && paced.gates() == 0;
        says.what = stray ? signal::kind::refused : signal::kind::charged;
        if (stray) says.retry_after = 1s;
        if (!stray) ++served;
        paced.settled(now, now + 1ms, 1, says);
        now += 1ms;
    }
    // At the refill alone it would take 140 s.
    CHECK(now - time_point{1000s} < 30s);
}

TEST_CASE("a limit that should not be there is followed once it is met", "[throttle]") {
    auto none = as_published();
    none.is = known::no_limit;
    check(service_kind{}, none, 20000, bucket_bound(20000, 3000), {1.05, 0.005});
}

TEST_CASE("the next run starts where the last one ended", "[throttle]") {
    quota_governor first{as_published()};
    time_point const start{1000s};
    for (int sent = 0; sent < 2000; ++sent) {
        REQUIRE(first.ready_at(start, 1) == start);
        first.sent(start, 1);
        signal served;
        served.what = signal::kind::charged;
        first.settled(start, start, 1, served);
    }
    auto again = as_published();
    again.learned = first.learned(start);
    quota_governor second{again};
    int at_once = 0;
    while (at_once < 3000 && second.ready_at(start, 1) == start) {
        second.sent(start, 1);
        signal served;
        served.what = signal::kind::charged;
        second.settled(start, start, 1, served);
        ++at_once;
    }
    CHECK(at_once > 850);
    CHECK(at_once < 1000);
}

TEST_CASE("of a shared limit no more is used than the share", "[throttle]") {
    auto half = as_published();
    half.share = 0.5;
    service_kind service;
    auto const ran = run_errand(service, half, 5000, 3);
    CHECK(ran.refusals == 0);
    CHECK(ran.seconds >= (5000 - 1500) / 10.0 - 1);
    CHECK(ran.seconds <= (5000 - 1500) / 10.0 + 10);
}

TEST_CASE("the same seed takes the same course", "[throttle]") {
    service_kind service;
    service.amount = 1500;
    service.retry_after = announces::nothing;
    auto const once = run_errand(service, as_published(), 5000, 11);
    auto const again = run_errand(service, as_published(), 5000, 11);
    CHECK(once.seconds == again.seconds);
    CHECK(once.refusals == again.refusals);
    CHECK(run_errand(service, as_published(), 5000, 12).seconds != once.seconds);
}
