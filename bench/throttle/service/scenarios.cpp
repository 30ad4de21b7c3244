#include "bench/throttle/service/scenarios.hpp"

#include <algorithm>

#include "connectors/port/random_stream.hpp"
#include "connectors/simulated/model/random.hpp"

namespace allot::bench {

namespace {

using namespace std::chrono_literals;

constexpr duration latency_median = 250ms;
constexpr duration latency_shortest = 50ms;
constexpr duration latency_longest = 2s;

constexpr goal alone{1.01, 0};
constexpr goal alone_and_short{1.05, 0};
constexpr goal learning{1.05, 0.003};
constexpr goal windowed{1.08, 0.003};
constexpr goal rough{1.10, 0.003};
constexpr goal faulty{1.03, 0.001};

std::vector<period> half() {
    return {{0s, 0.5, 0.0}};
}

std::vector<period> shared() {
    return {{0s, 1.0, 8.0}, {600s, 1.0, 0.0}};
}

std::vector<scenario> make_scenarios() {
    std::vector<scenario> all;
    auto const add = [&](std::string_view name, std::string_view what, goal own, auto change) {
        scenario one;
        one.name = name;
        one.what = what;
        one.own = own;
        change(one);
        all.push_back(std::move(one));
    };
    add("true", "limit as published", alone, [](scenario&) {});
    add("true-2900", "the same, 2,900 users", alone_and_short, [](scenario& s) { s.users = 2900; });
    add("true-100000", "the same, 100,000 users", alone, [](scenario& s) { s.users = 100'000; });
    add("true-charged", "refusals cost", alone, [](scenario& s) { s.refusals_cost = true; });
    add("true-header", "percentage header", alone, [](scenario& s) { s.percentage = true; });
    add("half", "half of what is published", learning, [](scenario& s) { s.truth = half(); });
    add("half-charged", "half; refusals cost", learning, [](scenario& s) {
        s.truth = half();
        s.refusals_cost = true;
    });
    add("half-strict", "half; who comes back early is refused", learning, [](scenario& s) {
        s.truth = half();
        s.strict = true;
    });
    add("half-header", "half; percentage header", learning, [](scenario& s) {
        s.truth = half();
        s.percentage = true;
    });
    add("half-150s", "half; Retry-After always 150 s", rough, [](scenario& s) {
        s.truth = half();
        s.says = retry_after::always_150_s;
    });
    add("half-missing", "half; no Retry-After", rough, [](scenario& s) {
        s.truth = half();
        s.says = retry_after::missing;
    });
    add("unknown", "nothing is published", learning, [](scenario& s) { s.told = false; });
    add("unknown-header", "nothing is published; percentage header", learning, [](scenario& s) {
        s.told = false;
        s.percentage = true;
    });
    add("shared", "another application wants 8 writes/s for 600 s", learning,
        [](scenario& s) { s.truth = shared(); });
    add("shared-header", "the same; percentage header", learning, [](scenario& s) {
        s.truth = shared();
        s.percentage = true;
    });
    add("shared-150s", "the same; Retry-After always 150 s", rough, [](scenario& s) {
        s.truth = shared();
        s.says = retry_after::always_150_s;
    });
    add("drop", "a quarter from 200 s to 800 s", rough, [](scenario& s) {
        s.truth = {{0s, 1.0, 0.0}, {200s, 0.25, 0.0}, {800s, 1.0, 0.0}};
    });
    add("sliding", "sliding window", windowed,
        [](scenario& s) { s.counts = counting::sliding_window; });
    add("sliding-header", "sliding window; percentage header", windowed, [](scenario& s) {
        s.counts = counting::sliding_window;
        s.percentage = true;
    });
    add("fixed", "fixed window", windowed, [](scenario& s) { s.counts = counting::fixed_window; });
    add("fixed-header", "fixed window; percentage header", windowed, [](scenario& s) {
        s.counts = counting::fixed_window;
        s.percentage = true;
    });
    add("reads", "20,000 users looked at, 800 units in 10 s", alone, [](scenario& s) {
        s.kind = work::reads;
        s.published = 800;
        s.window = 10s;
    });
    add("faults", "2 % faults", faulty, [](scenario& s) { s.faults = true; });
    return all;
}

/// Two of a hundred, of eight kinds in equal parts.
simulated::fault_shares two_percent() {
    constexpr double each = 0.02 / 8;
    simulated::fault_shares some;
    some.error_500 = some.error_502 = some.error_503 = some.error_504 = each;
    some.concurrency = each;
    some.reset_before = some.reset_during = some.reply_lost = each;
    return some;
}

duration mean_latency() {
    constexpr int draws = 20'000;
    simulated::random from{1};
    duration sum{};
    for (int draw = 0; draw < draws; ++draw) {
        sum += std::clamp(from.around(latency_median), latency_shortest, latency_longest);
    }
    return sum / draws;
}

question question_of(scenario const& what, std::uint64_t seed, std::size_t operations) {
    static duration const latency_mean = mean_latency();
    question asked;
    asked.operations = operations;
    asked.counts = what.counts;
    asked.window = what.window;
    asked.open_for = open_for(what, seed);
    asked.periods = what.truth;
    for (auto& each : asked.periods) each.capacity *= what.published;
    // Reads are asked for in full batches, eight at a time.
    asked.in_flight = what.kind == work::writes ? 64 : 160;
    asked.latency_mean = latency_mean;
    return asked;
}

}  // namespace

std::span<scenario const> scenarios() {
    static std::vector<scenario> const all = make_scenarios();
    return all;
}

scenario const* find_scenario(std::string_view name) {
    auto const all = scenarios();
    auto const at = std::ranges::find(all, name, &scenario::name);
    return at == all.end() ? nullptr : &*at;
}

simulated::options options_of(scenario const& what, std::uint64_t seed) {
    simulated::options made;
    made.seed = seed;
    made.latency_median = latency_median;
    made.latency_shortest = latency_shortest;
    made.latency_longest = latency_longest;
    simulated::quota limit;
    limit.capacity = static_cast<std::int64_t>(what.published * what.truth.front().capacity);
    limit.window = what.window;
    limit.counts = what.counts;
    (what.kind == work::writes ? made.writes : made.resource_units) = limit;
    made.refused_requests_cost = what.refusals_cost;
    made.limit_percentage = what.percentage;
    if (what.says == retry_after::always_150_s) made.quota_retry_after = 150s;
    if (what.says == retry_after::missing) {
        made.quota_retry_after_form = simulated::retry_after_form::absent;
    }
    if (what.faults) made.faults = made.part_faults = two_percent();
    // That late, nobody ever had to know of a Retry-After.
    if (!what.strict) made.announcement_travel = 10'000h;
    made.keep_log = true;
    return made;
}

duration open_for(scenario const& what, std::uint64_t seed) {
    if (what.counts != counting::fixed_window) return duration::zero();
    if (seed == 1) return 1s;
    if (seed == 2) return what.window - 2s;
    random_stream from{seed};
    return std::chrono::floor<std::chrono::seconds>(what.window) * from.below(100) / 100;
}

bool shared(scenario const& what) {
    return std::ranges::any_of(what.truth, [](period const& one) { return one.taken > 0; });
}

duration bound_of(scenario const& what, std::uint64_t seed, std::size_t operations) {
    return bound_of(question_of(what, seed, operations));
}

duration bound_of(scenario const& what, std::uint64_t seed, std::size_t operations,
                  std::span<std::uint32_t const> taken) {
    auto asked = question_of(what, seed, operations);
    // The limit of a shared scenario does not move, so that the intervals are all there is.
    auto const capacity = asked.periods.front().capacity;
    asked.periods.clear();
    duration from{};
    for (auto const each : taken) {
        auto const a_second = each / std::chrono::duration<double>(taken_interval).count();
        asked.periods.push_back({from, capacity, a_second});
        from += taken_interval;
    }
    asked.periods.push_back({from, capacity, 0.0});
    return bound_of(asked);
}

}  // namespace allot::bench
