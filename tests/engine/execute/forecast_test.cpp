#include <algorithm>
#include <cmath>

#include "connectors/simulated/model/make_tenant.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/whole_engine.hpp"

using namespace allot;
using namespace allot::support;
using namespace std::chrono_literals;

namespace {

double seconds(duration span) {
    return std::chrono::duration<double>(span).count();
}

struct case_of_limits {
    std::int64_t amount;
    duration window;
};

world tenant_of(std::size_t users, case_of_limits const& limit) {
    world in;
    simulated::tenant_wishes wishes;
    wishes.users = users;
    wishes.seed = 9;
    in.described = simulated::make_tenant(wishes);
    in.options.writes = simulated::quota{limit.amount, limit.window};
    in.options.latency_median = schedule::reply_after;
    return in;
}

/// The first `users` who have a usage location and no licence are to get Power BI Pro.
jobs::job job_for(world const& in, std::size_t users) {
    std::string csv = "user,sku\n";
    for (auto const& one : in.described.users) {
        if (!one.who.licences.empty() || one.who.usage_location.empty()) continue;
        if (users-- == 0) break;
        csv += one.who.upn + ",POWER_BI_PRO\n";
    }
    return job_of(csv);
}

run_options believing(case_of_limits const& limit) {
    run_options options;
    options.foresee = true;
    options.limits.writes = throttle::belief{{static_cast<double>(limit.amount), limit.window}};
    options.limits.units = throttle::belief{throttle::published_units};
    options.limits.tenant_writes = throttle::belief{throttle::published_tenant_writes};
    return options;
}

void check_near(duration told, duration took) {
    INFO("told " << seconds(told) << " s, took " << seconds(took) << " s");
    CHECK(std::abs(seconds(told) - seconds(took)) <= 0.03 * seconds(took));
}

}  // namespace

TEST_CASE("a run takes as long as was told before, within 3 %", "[execute]") {
    for (auto const& limit : {case_of_limits{3000, 150s}, case_of_limits{200, 20s}}) {
        for (std::size_t const users : {500U, 3500U, 6000U}) {
            INFO(users << " users, " << limit.amount << " writes in " << seconds(limit.window)
                       << " s");
            auto in = tenant_of(3 * users, limit);
            in.options.latency_shortest = schedule::reply_after;
            in.options.latency_longest = schedule::reply_after;
            auto const ran = run(in, job_for(in, users), believing(limit));
            REQUIRE(ran.progress.accepted == users);
            check_near(ran.foreseen.accepted, ran.writing);
            check_near(ran.foreseen.ended, ran.changing);
        }
    }
}

TEST_CASE("replies that vary change little once the limits hold the run up", "[execute]") {
    case_of_limits const limit{3000, 150s};
    auto in = tenant_of(18'000, limit);
    auto const ran = run(in, job_for(in, 6000), believing(limit));
    REQUIRE(ran.progress.accepted == 6000);
    check_near(ran.foreseen.accepted, ran.writing);
    check_near(ran.foreseen.ended, ran.changing);
}

TEST_CASE("what an earlier run has used of the limits is foretold too", "[execute]") {
    case_of_limits const limit{3000, 150s};
    auto in = tenant_of(12'000, limit);
    in.model().take_quota(2700, 0, time_point{});
    auto options = believing(limit);
    options.limits.writes->learned = {1, 0.1, throttle::counting::bucket};
    auto const ran = run(in, job_for(in, 4000), options);
    REQUIRE(ran.progress.accepted == 4000);
    CHECK(ran.refusals == 0);
    check_near(ran.foreseen.accepted, ran.writing);
}

TEST_CASE("a run that knows its half of the limits takes as long as half of them does",
          "[execute]") {
    case_of_limits const published{3000, 150s};
    auto in = tenant_of(12'000, {1500, 150s});
    auto options = believing(published);
    options.limits.writes->learned = {0.5, 1, throttle::counting::bucket};
    auto const ran = run(in, job_for(in, 4000), options);
    REQUIRE(ran.progress.accepted == 4000);
    INFO(ran.refusals << " refusals");
    check_near(ran.foreseen.accepted, ran.writing);
}
