#include <fmt/format.h>

#include <algorithm>

#include "connectors/simulated/model/make_tenant.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/whole_engine.hpp"

using namespace allot;
using namespace allot::support;
using namespace std::chrono_literals;
using reconcile::verdict;

namespace {

throttle::belief const published_writes{{3000, 150s}};
throttle::belief const published_units{{8000, 10s}};

run_options published() {
    run_options options;
    options.limits.writes = published_writes;
    options.limits.units = published_units;
    return options;
}

world made_world(std::size_t users, std::uint64_t seed) {
    world made;
    simulated::tenant_wishes wishes;
    wishes.users = users;
    wishes.seed = seed;
    made.described = simulated::make_tenant(wishes);
    made.options.seed = seed;
    made.options.latency_median = 200ms;
    return made;
}

/// The first `users` of the tenant are to have POWER_BI_PRO; every ninth is to lose
/// POWER_BI_STANDARD.
jobs::job wave(world const& in, std::size_t users) {
    std::string csv = "user,sku,action,usage_location\n";
    for (std::size_t at = 0; at < users; ++at) {
        auto const& upn = in.described.users[at].who.upn;
        csv += fmt::format("{},POWER_BI_PRO,assign,NL\n", upn);
        if (at % 9 == 0) csv += fmt::format("{},POWER_BI_STANDARD,remove,\n", upn);
    }
    return job_of(csv);
}

std::size_t count_of(run_result const& of, verdict which) {
    return static_cast<std::size_t>(std::ranges::count(of.rows, which, &reconcile::row::is));
}

std::uint32_t most_writes_of_a_user(world& in, operation_kind) {
    std::uint32_t most = 0;
    for (auto const& one : in.model().true_users()) {
        most = std::max(most, in.model().writes_accepted(one.id));
    }
    return most;
}

/// Everything that is promised of any run, whatever the service does.
void check_promises(world& in, jobs::job const& job, run_result const& of,
                    std::vector<user> const& before) {
    CHECK(of.failure.empty());
    CHECK(find_lie(in, job, of, before).empty());
    INFO(find_lie(in, job, of, before));
    CHECK(in.model().counted().early_returns == 0);
    CHECK(in.model().counted().overlapping_writes == 0);
    // A usage location and an assignment: never a second write of either.
    CHECK(most_writes_of_a_user(in, operation_kind::assign_licences) <= 2);
}

struct condition {
    char const* name;
    void (*make)(simulated::options&);
};

condition const conditions[]{
    {"calm", [](simulated::options&) {}},
    {"without limits", [](simulated::options& o) { o.writes.reset(), o.resource_units.reset(); }},
    {"5 % server errors",
     [](simulated::options& o) {
         o.faults.error_500 = o.faults.error_502 = o.faults.error_503 = o.faults.error_504 = 0.0125;
         o.faults.html = 0.5;
     }},
    {"5 % 429 of every form",
     [](simulated::options& o) {
         o.faults.throttled_integer = o.faults.throttled_decimal = 0.0125;
         o.faults.throttled_dated = o.faults.throttled_absent = 0.0125;
     }},
    {"replies lost although applied", [](simulated::options& o) { o.faults.reply_lost = 0.05; }},
    {"resets before, during and after",
     [](simulated::options& o) {
         o.faults.reset_before = o.faults.reset_during = o.faults.reply_lost = 0.02;
     }},
    {"missing parts", [](simulated::options& o) { o.faults.part_missing = 0.05; }},
    {"pages for people and halves of JSON",
     [](simulated::options& o) { o.faults.not_json = o.faults.truncated = 0.03; }},
    {"slow and silent replies",
     [](simulated::options& o) { o.faults.slow = o.faults.silent = 0.02; }},
    {"reads that lag 8 s", [](simulated::options& o) { o.read_lag = 8s; }},
    {"lost replies and reads that lag 8 s",
     [](simulated::options& o) {
         o.faults.reply_lost = 0.05;
         o.faults.part_missing = 0.02;
         o.read_lag = 8s;
     }},
    {"tokens that live 8 s", [](simulated::options& o) { o.token_lifetime = 8s; }},
    {"usage locations seen late", [](simulated::options& o) { o.location_lag = 5s; }},
    {"concurrency refusals", [](simulated::options& o) { o.faults.concurrency = 0.05; }},
    {"empty pages", [](simulated::options& o) { o.faults.empty_page = 0.3; }},
    {"everything at once",
     [](simulated::options& o) {
         o.faults.error_500 = o.faults.error_502 = o.faults.error_503 = o.faults.error_504 = 0.004;
         o.faults.throttled_integer = o.faults.throttled_absent = 0.004;
         o.faults.reset_before = o.faults.reset_during = o.faults.reply_lost = 0.004;
         o.faults.part_missing = o.faults.slow = o.faults.silent = 0.004;
         o.faults.not_json = o.faults.truncated = o.faults.concurrency = 0.004;
         o.read_lag = 8s;
         o.token_lifetime = 60s;
     }},
};

}  // namespace

TEST_CASE("whatever the service does, every verdict is true and nobody else is touched",
          "[execute]") {
    for (auto const& one : conditions) {
        for (std::uint64_t seed = 1; seed <= 3; ++seed) {
            INFO("condition: " << one.name << ", seed " << seed);
            auto in = made_world(700, seed);
            one.make(in.options);
            in.options.part_faults = in.options.faults;
            auto const job = wave(in, 500);
            auto const before = in.model().true_users();
            auto const first = run(in, job, published());
            check_promises(in, job, first, before);
            auto const fine = count_of(first, verdict::verified) +
                              count_of(first, verdict::already) + count_of(first, verdict::blocked);
            CHECK(fine == job.targets.size());

            // What was done is not done again.
            auto const writes = in.model().counted().writes_accepted;
            auto const second = run(in, job, published());
            CHECK(second.progress.writes == 0);
            CHECK(in.model().counted().writes_accepted == writes);
            CHECK(count_of(second, verdict::verified) == 0);
        }
    }
}

TEST_CASE("plan and verify write nothing", "[execute]") {
    auto in = made_world(300, 5);
    auto const job = wave(in, 200);
    auto only_look = published();
    only_look.write = false;
    auto const planned = run(in, job, only_look);
    CHECK(count_of(planned, verdict::would_change) > 100);
    only_look.verifying = true;
    auto const verified = run(in, job, only_look);
    CHECK(count_of(verified, verdict::drifted) >= count_of(planned, verdict::would_change));
    CHECK(in.model().counted().writes_accepted == 0);
}

TEST_CASE("1,000 users at 200 writes in 10 s: all done, near the bound, with almost no refusals",
          "[execute]") {
    auto in = made_world(1100, 3);
    in.options.writes = simulated::quota{200, 10s};
    in.options.latency_median = 50ms;
    std::string csv = "user,sku\n";
    std::size_t users = 0;
    for (auto const& one : in.described.users) {
        if (!one.who.licences.empty() || one.who.usage_location.empty()) continue;
        if (users++ < 1000) csv += one.who.upn + ",POWER_BI_PRO\n";
    }
    auto const job = job_of(csv);
    auto options = published();
    options.limits.writes = throttle::belief{{200, 10s}};
    auto const ran = run(in, job, options);
    auto const bound = (static_cast<double>(ran.progress.writes) - 200) / 20;
    auto const took = std::chrono::duration<double>(ran.writing).count();
    INFO(ran.progress.writes << " writes in " << took << " s, bound " << bound << " s, "
                             << ran.refusals << " refusals");
    CHECK(count_of(ran, verdict::verified) == job.targets.size());
    CHECK(took <= 1.05 * bound);
    CHECK(ran.refusals <= job.targets.size() / 100);
    CHECK(in.model().counted().early_returns == 0);
}

TEST_CASE("the same seed gives the same run", "[execute]") {
    auto const once = [] {
        auto in = made_world(400, 11);
        in.options.faults.error_503 = in.options.faults.reply_lost =
            in.options.faults.throttled_absent = 0.03;
        in.options.keep_log = true;
        auto const job = wave(in, 300);
        auto const ran = run(in, job, published());
        return std::pair{std::vector(in.model().log().begin(), in.model().log().end()), ran.whole};
    };
    auto const first = once();
    auto const second = once();
    CHECK(first.first == second.first);
    CHECK(first.second == second.second);
}

TEST_CASE("a run that is stopped tells the truth of what was done", "[execute]") {
    auto in = made_world(400, 4);
    in.options.writes = simulated::quota{100, 10s};
    auto const job = wave(in, 300);
    auto const before = in.model().true_users();
    auto options = published();
    options.stop_after = 60;
    auto const ran = run(in, job, options);
    check_promises(in, job, ran, before);
    CHECK(count_of(ran, verdict::cancelled) > 0);
    CHECK(count_of(ran, verdict::verified) > 0);
}

TEST_CASE("seats that run out in the middle end the tries for that licence only", "[execute]") {
    auto in = made_world(400, 6);
    auto const job = wave(in, 300);
    sku_id const power_bi_pro{*guid::parse("f8a1db68-be16-40ed-86d5-cb42ce701560")};
    for (auto& one : in.described.skus) {
        if (one.bought.sku == power_bi_pro) one.bought.enabled = one.bought.consumed + 400;
    }
    auto const before = in.model().true_users();
    // Another application takes the seats between the plan and the writes: the service's word lags
    // behind.
    in.options.read_lag = 30s;
    in.tenant.reset();
    in.model().take_seats(power_bi_pro, 350, time_point{});
    auto const ran = run(in, job, published());
    check_promises(in, job, ran, before);
    CHECK(count_of(ran, verdict::failed) + count_of(ran, verdict::blocked) > 100);
    for (auto const& row : ran.rows) {
        if (row.is == verdict::failed) CHECK(row.why == reason::no_seats);
    }
    // One refusal for what was in flight together, not one for each user.
    CHECK(in.model().counted().refusals <= 64);
}

TEST_CASE("a revoked permission ends the run and says so", "[execute]") {
    auto in = made_world(100, 8);
    in.options.refuse_permission = true;
    auto const ran = run(in, wave(in, 50), published());
    CHECK(ran.finished);
    INFO(ran.failure);
    CHECK(ran.failure.find("permission") != std::string::npos);
}
