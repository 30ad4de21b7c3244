#include "engine/schedule/forecast.hpp"

#include "script.hpp"

using namespace allot;
using namespace allot::schedule_testing;

namespace {

throttle::governor_options writes(double amount, duration window) {
    throttle::governor_options limits;
    limits.writes = throttle::belief{{amount, window}};
    return limits;
}

schedule::forecast foreseen(script const& of, schedule::options const& chosen = {}) {
    schedule::aim const aimed{&of.wanted, plan::rules{}, of.made.barred};
    return schedule::foresee(of.paced, chosen, of.running->errands(), aimed, of.now);
}

double seconds(duration span) {
    return std::chrono::duration<double>(span).count();
}

bool near(double one, double other, double share) {
    return std::abs(one - other) <= share * other;
}

}  // namespace

TEST_CASE("a few people take a request and a look", "[schedule]") {
    crowd const few{20};
    script const of{few.csv, few.people};
    auto const told = foreseen(of);
    CHECK(told.accepted == schedule::reply_after);
    CHECK(told.ended == schedule::reply_after + 1s + schedule::reply_after);
}

TEST_CASE("nobody takes no time", "[schedule]") {
    script const of{"user,sku\np1@contoso.example,POWER_BI_PRO\n", {with_it}};
    CHECK(foreseen(of).ended == duration{});
}

TEST_CASE("a usage location is set on the way", "[schedule]") {
    script const of{"user,sku,usage_location\np1@contoso.example,POWER_BI_PRO,NL\n",
                    {person(1, {}, "")}};
    CHECK(foreseen(of).accepted == schedule::reply_after);
    CHECK(foreseen(of).ended == schedule::reply_after + 1s + schedule::reply_after);
}

TEST_CASE("what is taken, given anew and moved aside is seen as done", "[schedule]") {
    std::string const csv =
        "user,sku,action,disabled_plans\n"
        "p1@contoso.example,SPE_E3,remove,\n"
        "p2@contoso.example,SPE_E3,assign,TEAMS1\n"
        "p3@contoso.example,SPE_E3,remove,\np3@contoso.example,SPE_E5,assign,\n";
    script const of{csv,
                    {person(1, {direct(e3)}), person(2, {direct(e3)}), person(3, {direct(e3)})}};
    REQUIRE(of.made.changes.size() == 3);
    CHECK(foreseen(of).ended < 4s);
}

TEST_CASE("beyond the burst the refill sets the time", "[schedule]") {
    crowd const many{600};
    script const of{many.csv, many.people, {}, subscriptions(1000), writes(100, 10s)};
    // 98 at once, because a little is left alone; the rest at ten a second.
    CHECK(near(seconds(foreseen(of).accepted), (600 - 98) / 10.0, 0.02));
    CHECK(near(seconds(foreseen(of).ended), (600 - 98) / 10.0 + 1.5, 0.02));
}

TEST_CASE("a run that begins with an emptied bucket takes longer", "[schedule]") {
    crowd const many{300};
    auto limits = writes(200, 10s);
    script const full{many.csv, many.people, {}, subscriptions(1000), limits};
    limits.writes->learned = {1, 0.1, throttle::counting::bucket};
    script const emptied{many.csv, many.people, {}, subscriptions(1000), limits};
    auto const later = seconds(foreseen(emptied).accepted - foreseen(full).accepted);
    CHECK(near(later, 0.9 * 200 / 20, 0.05));
}

TEST_CASE("waves take their pauses and their looks", "[schedule]") {
    crowd const many{60};
    script const of{many.csv, many.people, {}, subscriptions(1000)};
    schedule::options in_waves;
    in_waves.waves = {20, 10min, {}};
    auto const told = foreseen(of, in_waves);
    CHECK(told.ended == 3 * (schedule::reply_after + 1s + schedule::reply_after) + 2 * 10min);
}

TEST_CASE("of a great many the rest goes at the lasting pace", "[schedule]") {
    crowd const all{60'000};
    script const of{all.csv, all.people, {}, subscriptions(100'000), writes(3000, 150s)};
    CHECK(near(seconds(foreseen(of).accepted), (60'000 - 2940) / 20.0, 0.003));

    INFO("with waves, whose pauses let the bucket fill again");
    schedule::options in_waves;
    in_waves.waves = {3000, 5min, {}};
    crowd const first{3000};
    script const one{first.csv, first.people, {}, subscriptions(100'000), writes(3000, 150s)};
    auto const wave = seconds(foreseen(one).ended);
    CHECK(near(seconds(foreseen(of, in_waves).ended), 20 * wave + 19 * 300, 0.003));
}
