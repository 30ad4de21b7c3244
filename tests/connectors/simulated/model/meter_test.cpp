// How the use of a quota is counted, held against what each way to count promises.
#include "connectors/simulated/model/meter.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

#include "connectors/simulated/model/random.hpp"
#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::simulated;
using namespace std::chrono_literals;

namespace {

constexpr quota limit_of(counting counts) {
    return {40, 10s, counts};
}
constexpr duration phase = 3s + 7ns;
constexpr std::array kinds{counting::token_bucket, counting::sliding_window,
                           counting::fixed_window};

struct arrival {
    time_point at;
    std::int64_t cost = 1;
};

/// A thousand arrivals in bursts and lulls; some come at the same time as the one before.
std::vector<arrival> arrivals_of(std::uint64_t seed) {
    allot::simulated::random from{seed, 9};
    std::vector<arrival> made;
    time_point at{};
    while (made.size() < 1000) {
        auto const longest = from.chance(0.05) ? 8'000'000'000U : 300'000'000U;
        if (!from.chance(0.3)) at += duration{static_cast<std::int64_t>(from.below(longest))};
        made.push_back({at, 1 + static_cast<std::int64_t>(from.below(3))});
    }
    return made;
}

/// Which window of the fixed ones a time is in.
std::int64_t window_number(time_point at) {
    auto const since = (at.time_since_epoch() - phase).count();
    auto const window = duration{10s}.count();
    return since >= 0 ? since / window : -1;
}

/// Whether the promise would be broken if `next` were accepted after all these.
bool too_much(counting counts, std::vector<arrival> const& accepted, arrival const& next) {
    auto const [capacity, window, ignored] = limit_of(counts);
    auto sum = next.cost;
    if (sum > capacity) return true;
    for (auto before = accepted.rbegin(); before != accepted.rend(); ++before) {
        auto const apart = next.at - before->at;
        if (counts == counting::sliding_window && apart >= window) continue;
        if (counts == counting::fixed_window &&
            window_number(before->at) != window_number(next.at)) {
            continue;
        }
        sum += before->cost;
        // In any time, long or short: the capacity, and what came back in that time.
        auto const back = counts == counting::token_bucket ? apart.count() * capacity : 0;
        if (sum * window.count() > capacity * window.count() + back) return true;
    }
    return false;
}

/// The meter some time later, if nobody comes.
meter later(meter of, counting counts, time_point at) {
    of.pass(limit_of(counts), phase, at);
    return of;
}

}  // namespace

TEST_CASE("each way to count accepts what it promises, no more and no less") {
    for (auto const counts : kinds) {
        for (std::uint64_t seed = 1; seed <= 5; ++seed) {
            CAPTURE(counts, seed);
            meter used;
            std::vector<arrival> accepted;
            std::size_t wrong = 0;
            for (auto const& next : arrivals_of(seed)) {
                used.pass(limit_of(counts), phase, next.at);
                bool const holds = used.holds(next.cost);
                if (holds == too_much(counts, accepted, next)) ++wrong;
                if (!holds) continue;
                used.add(next.cost);
                accepted.push_back(next);
            }
            CHECK(wrong == 0);
            CHECK(accepted.size() > 300);
            CHECK(accepted.size() < 990);
        }
    }
}

TEST_CASE("no more than the capacity is accepted in any sliding window") {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        CAPTURE(seed);
        meter used;
        std::vector<arrival> accepted;
        for (auto const& next : arrivals_of(seed)) {
            used.pass(limit_of(counting::sliding_window), phase, next.at);
            if (!used.holds(next.cost)) continue;
            used.add(next.cost);
            accepted.push_back(next);
        }
        std::int64_t most = 0;
        for (auto const& first : accepted) {
            std::int64_t sum = 0;
            for (auto const& one : accepted) {
                if (one.at >= first.at && one.at < first.at + 10s) sum += one.cost;
            }
            most = std::max(most, sum);
        }
        CHECK(most == 40);
    }
}

TEST_CASE("what is refused fits exactly when it is said to, not a nanosecond before") {
    for (auto const counts : kinds) {
        for (bool const refused_cost : {false, true}) {
            CAPTURE(counts, refused_cost);
            meter used;
            std::size_t refused = 0;
            std::size_t wrong = 0;
            for (auto const& next : arrivals_of(6)) {
                used.pass(limit_of(counts), phase, next.at);
                bool const holds = used.holds(next.cost);
                if (holds || refused_cost) used.add(next.cost);
                auto const wait = used.until_it_holds(next.cost);
                if (used.holds(next.cost) != (wait == 0ns)) ++wrong;
                if (used.holds(next.cost)) continue;
                ++refused;
                if (!later(used, counts, next.at + wait).holds(next.cost)) ++wrong;
                if (later(used, counts, next.at + wait - 1ns).holds(next.cost)) ++wrong;
            }
            CHECK(wrong == 0);
            CHECK(refused > 100);
        }
    }
}

TEST_CASE("what refused requests use ends at 1.8 times the capacity, and passes") {
    struct row {
        counting counts;
        duration until_one;
        duration until_nothing_is_used;
    };
    // The first window ends at 3 s and 7 ns.
    std::array const rows{row{counting::token_bucket, 8250ms, 18s},
                          row{counting::sliding_window, 10s, 10s},
                          row{counting::fixed_window, 3s + 7ns, 3s + 7ns}};
    for (auto const& [counts, until_one, until_nothing_is_used] : rows) {
        CAPTURE(counts);
        meter used;
        time_point const now{};
        used.pass(limit_of(counts), phase, now);
        used.add(40);
        CHECK(used.used() == 1.0);
        for (int number = 0; number < 31; ++number) used.add(1);
        CHECK(used.used() == 71.0 / 40);
        for (int number = 0; number < 100; ++number) used.add(3);
        CHECK(used.used() == 1.8);
        CHECK_FALSE(used.holds(1));
        CHECK(used.until_it_holds(1) == until_one);
        CHECK(later(used, counts, now + until_nothing_is_used).used() == 0.0);
        CHECK(later(used, counts, now + until_nothing_is_used).holds(40));
    }
}

TEST_CASE("what costs nothing is never held up, and what costs more than there can be always is") {
    for (auto const counts : kinds) {
        CAPTURE(counts);
        meter used;
        used.pass(limit_of(counts), phase, time_point{});
        CHECK_FALSE(used.holds(41));
        CHECK(used.until_it_holds(41) == 10s);
        used.add(60);
        CHECK(used.holds(0));
        CHECK(used.until_it_holds(0) == 0s);
    }
}

TEST_CASE("a limit that is lowered and raised again gives nothing away") {
    for (auto const counts : kinds) {
        CAPTURE(counts);
        meter used;
        time_point now{};
        used.pass(limit_of(counts), duration{}, now);
        used.add(40);
        CHECK_FALSE(used.holds(1));
        now += 1s;
        used.pass(quota{10, 10s, counts}, duration{}, now);
        used.pass(quota{40, 10s, counts}, duration{}, now);
        // The bucket has got back what flows in a second at most.
        CHECK_FALSE(used.holds(5));
        now += 9s;
        used.pass(limit_of(counts), duration{}, now);
        CHECK(used.holds(36));
    }
}

TEST_CASE("a limit that moves finds what is used, in each way to count") {
    meter used;
    time_point now{};
    SECTION("a bucket keeps its tokens, as far as they fit") {
        used.pass(quota{40, 10s}, duration{}, now);
        used.add(15);
        used.pass(quota{100, 10s}, duration{}, now);
        CHECK(used.holds(25));
        CHECK_FALSE(used.holds(26));
        used.pass(quota{20, 40s}, duration{}, now);
        CHECK(used.holds(20));
        used.add(20);
        CHECK(used.until_it_holds(1) == 2s);
    }
    SECTION("a bucket's debt shrinks with it") {
        used.pass(quota{1000, 10s}, duration{}, now);
        used.add(1800);
        used.pass(quota{10, 10s}, duration{}, now);
        CHECK(used.used() == 1.8);
        CHECK(used.until_it_holds(1) == 9s);
        used.pass(quota{10, 1h}, duration{}, now);
        CHECK(used.used() == 1.8);
    }
    SECTION("a bucket fills by the old limit until it moves") {
        used.pass(quota{40, 10s}, duration{}, now);
        used.add(40);
        used.pass(quota{400, 10s}, duration{}, now + 1s);
        CHECK(used.holds(4));
        CHECK_FALSE(used.holds(5));
    }
    SECTION("a sliding window keeps its log") {
        used.pass(limit_of(counting::sliding_window), duration{}, now);
        used.add(30);
        used.pass(quota{20, 10s, counting::sliding_window}, duration{}, now + 4s);
        CHECK_FALSE(used.holds(1));
        CHECK(used.until_it_holds(1) == 6s);
        used.pass(quota{35, 60s, counting::sliding_window}, duration{}, now + 9s);
        CHECK(used.holds(5));
        CHECK_FALSE(used.holds(6));
        CHECK(used.until_it_holds(6) == 51s);
    }
    SECTION("a fixed window keeps its count to its end") {
        used.pass(limit_of(counting::fixed_window), duration{}, now + 4s);
        used.add(30);
        used.pass(quota{20, 10s, counting::fixed_window}, duration{}, now + 5s);
        CHECK(used.until_it_holds(1) == 5s);
        used.pass(quota{35, 60s, counting::fixed_window}, duration{}, now + 9s);
        CHECK(used.holds(5));
        CHECK_FALSE(used.holds(6));
        CHECK(used.until_it_holds(6) == 51s);
    }
    SECTION("another way to count takes over what is used") {
        used.pass(limit_of(counting::token_bucket), duration{}, now);
        used.add(30);
        for (auto const counts :
             {counting::sliding_window, counting::fixed_window, counting::token_bucket}) {
            CAPTURE(counts);
            used.pass(limit_of(counts), duration{}, now);
            CHECK(used.used() == 0.75);
            CHECK(used.holds(10));
            CHECK_FALSE(used.holds(11));
        }
    }
    SECTION("a limit that was not there has nothing used") {
        used.pass(std::nullopt, duration{}, now);
        CHECK(used.holds(1'000'000));
        used.add(1'000'000);
        CHECK(used.used() == 0.0);
        used.pass(limit_of(counting::sliding_window), duration{}, now);
        CHECK(used.holds(40));
    }
}

TEST_CASE("fixed windows lie where the phase puts them, before it too") {
    struct row {
        duration phase;
        duration now;
        duration end;
    };
    std::array const rows{row{0s, 0s, 10s},  row{0s, 9s, 10s},   row{0s, 10s, 20s},
                          row{4s, 0s, 4s},   row{4s, 4s, 14s},   row{14s, 0s, 4s},
                          row{-3s, 0s, 7s},  row{-13s, 7s, 17s}, row{1h, 25s, 30s},
                          row{10s, 10s, 20s}};
    for (auto const& [shift, now, end] : rows) {
        CAPTURE(shift.count(), now.count());
        meter used;
        used.pass(limit_of(counting::fixed_window), shift, time_point{now});
        used.add(40);
        CHECK(now + used.until_it_holds(1) == end);
    }
}

TEST_CASE("a limit near the largest that can be counted is counted right") {
    // 4 million in 18 minutes: just below 2^62.
    constexpr quota large{4'000'000, 1080s};
    meter used;
    used.pass(large, duration{}, time_point{});
    used.add(4'000'000);
    used.add(4'000'000);
    CHECK(used.until_it_holds(4'000'000) == 1944s);
    used.pass(large, duration{}, time_point{864s});
    CHECK(used.used() == 1.0);
    used.pass(large, duration{}, time_point{24h});
    CHECK(used.used() == 0.0);
}
