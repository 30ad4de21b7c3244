#include "engine/limits/words.hpp"

#include <cmath>

#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::limits;
using namespace std::chrono_literals;
using throttle::counting;
using throttle::limit;

namespace {

throttle::governor_options published() {
    throttle::governor_options options;
    options.writes = throttle::belief{throttle::published_writes};
    options.units = throttle::belief{throttle::published_units};
    options.tenant_writes = throttle::belief{throttle::published_tenant_writes};
    return options;
}

/// A user costs a write, and a unit for it and for the reading.
throttle::cost users(double count) {
    return {2 * count, count};
}

bool near(double one, double other) {
    return std::abs(one - other) < 1e-6;
}

}  // namespace

TEST_CASE("no client can be faster than the bucket and its refill", "[limits]") {
    CHECK(least_time(published(), users(2900)).seconds == 0);
    CHECK_FALSE(least_time(published(), users(2900)).by);
    auto const large = least_time(published(), users(20'000));
    CHECK(near(large.seconds, 850));
    CHECK(large.by == limit::writes);

    INFO("half of the limit is ours, and a tenth of that is left");
    auto options = published();
    options.writes->learned = {0.5, 0.1, counting::bucket};
    CHECK(near(least_time(options, users(20'000)).seconds, 1985));
    options.writes->learned.reset();
    options.writes->share = 0.25;
    CHECK(near(least_time(options, users(20'000)).seconds, 3850));

    INFO("whichever limit is the tightest");
    options = published();
    options.units->published = {100, 10s};
    auto const units = least_time(options, users(20'000));
    CHECK(near(units.seconds, 3990));
    CHECK(units.by == limit::units);
    options.units->is = throttle::known::not_at_all;
    CHECK(least_time(options, users(20'000)).by == limit::writes);
    CHECK(least_time({}, users(20'000)).seconds == 0);
}

TEST_CASE("a forecast takes what is believed for what is so", "[limits]") {
    auto options = published();
    options.tenant_writes.reset();
    options.units->share = 0.25;
    options.writes->learned = {0.5, 0.1, counting::window};
    auto const true_ones = taken_as_true(options);
    CHECK_FALSE(true_ones.tenant_writes);
    CHECK(true_ones.units->published.amount == 2000);
    CHECK(true_ones.units->share == 1);
    REQUIRE(true_ones.writes->learned);
    CHECK(true_ones.writes->published.amount == 1500);
    CHECK(true_ones.writes->published.window == duration{150s});
    CHECK(true_ones.writes->learned->share == 1);
    CHECK(true_ones.writes->learned->left == 0.1);
    CHECK(true_ones.writes->learned->counts == counting::window);
    CHECK(near(least_time(true_ones, users(20'000)).seconds,
               least_time(options, users(20'000)).seconds));
}

TEST_CASE("a forecast is said no more exactly than it is known", "[limits]") {
    CHECK(about(300ms) == "about 1 s");
    CHECK(about(12'400ms) == "about 12 s");
    CHECK(about(89s) == "about 89 s");
    CHECK(about(90s) == "about 2 min");
    CHECK(about(850s) == "about 14 min");
    CHECK(about(89min) == "about 89 min");
    CHECK(about(91min) == "about 1 h 30 min");
    CHECK(about(116min) == "about 2 h");
    CHECK(about(30h + 26min) == "about 30 h 30 min");
}

TEST_CASE("the forecast says how the limits hold the run up", "[limits]") {
    auto options = published();
    CHECK(forecast_sentence(850s, options, users(20'000)) ==
          "Takes about 14 min: 3,000 writes at once, then 20 a second.");
    CHECK(forecast_sentence(12s, options, users(2900)) ==
          "Takes about 12 s: the limits let all of it go at once.");

    options.writes->learned = {1, 0.4, counting::bucket};
    INFO("an earlier run has used the rest");
    CHECK(forecast_sentence(940s, options, users(20'000)) ==
          "Takes about 16 min: 1,200 writes at once, then 20 a second.");

    options.writes->learned = {0.5, 1, counting::bucket};
    CHECK(forecast_sentence(1700s, options, users(20'000)) ==
          "Takes about 28 min: 1,500 writes at once, then 10 a second (learned).");

    options.writes->learned = {1, 1, counting::window};
    CHECK(forecast_sentence(900s, options, users(20'000)) ==
          "Takes about 15 min: 3,000 writes in any 150 s.");

    options.writes->learned.reset();
    options.writes->share = 0.25;
    CHECK(forecast_sentence(3850s, options, users(20'000)) ==
          "Takes about 64 min: 750 writes at once, then 5 a second (25% of the limit).");

    options = published();
    options.writes->published = {40, 60s};
    CHECK(forecast_sentence(10min, options, users(400)) ==
          "Takes about 10 min: 40 writes at once, then 40 a minute.");

    options = published();
    options.units->published = {100, 15s};
    CHECK(forecast_sentence(2h, options, users(20'000)) ==
          "Takes about 2 h: 100 resource units at once, then 6.7 a second.");
}

TEST_CASE("without limits a forecast is a time, and with unknown ones there is none", "[limits]") {
    CHECK(forecast_sentence(80s, {}, users(20'000)) == "Takes about 80 s.");
    CHECK(forecast_sentence(std::nullopt, published(), users(20'000)) ==
          "How long it takes is not known, because the limits are not.");
}

TEST_CASE("what was learned is said per limit", "[limits]") {
    standing of;
    of.published = throttle::published_writes;
    of.share = 1;
    CHECK(learned_line(of).empty());
    of.learned = true;
    of.share = 0.5;
    CHECK(learned_line(of) == "writes: 10 a second, half of the published limit");
    of.share = 0.433;
    CHECK(learned_line(of) == "writes: 8.7 a second, 43% of the published limit");
    of.of = limit::units;
    of.published = throttle::published_units;
    CHECK(learned_line(of) == "resource units: 346 a second, 43% of the published limit");
    of.of = limit::tenant_writes;
    of.published = throttle::published_tenant_writes;
    of.share = 1;
    of.counts = counting::window;
    CHECK(learned_line(of) == "writes of the whole tenant: 18,000 in any 300 s");
}

TEST_CASE("after a run each limit stands as the service showed it", "[limits]") {
    auto options = published();
    options.units.reset();
    options.tenant_writes->is = throttle::known::not_at_all;
    options.writes->learned = {0.5, 1, counting::bucket};
    throttle::governor const paced{options};
    auto const all = standings(options, paced, time_point{1000s});
    REQUIRE(all.size() == 2);
    CHECK(all[0].of == limit::writes);
    REQUIRE(all[0].share);
    CHECK(near(*all[0].share, 0.5));
    CHECK(all[0].learned);
    CHECK(all[0].counts == counting::bucket);
    CHECK(all[1].of == limit::tenant_writes);
    CHECK_FALSE(all[1].share);
    CHECK_FALSE(all[1].learned);
}
