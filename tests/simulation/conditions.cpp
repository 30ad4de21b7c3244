#include <algorithm>

#include "tests/simulation/features.hpp"

namespace allot::simulation {

namespace {

using namespace std::chrono_literals;

void draw_shares(simulated::fault_shares& into, draws& from, double most) {
    for (auto* const share :
         {&into.throttled_integer, &into.throttled_decimal, &into.throttled_dated,
          &into.throttled_absent, &into.error_500, &into.error_502, &into.error_503,
          &into.error_504, &into.concurrency, &into.part_missing, &into.reset_before,
          &into.reset_during, &into.reply_lost, &into.silent, &into.slow, &into.not_json,
          &into.truncated, &into.connection_close, &into.empty_page}) {
        *share = from.chance(0.4) ? from.fraction(most) : 0;
    }
    into.html = from.one_of({0.0, 0.5, 1.0});
    into.slow_median = from.time(1s, 40s);
}

void draw_service(scenario& into, feature_set const& has) {
    draws from{into.seed, service};
    auto& to = into.service;
    to.seed = into.seed;
    to.keep_log = true;
    if (has.latency) {
        to.latency_median = from.time(20ms, 1500ms);
        if (from.chance(0.3)) to.latency_shortest = to.latency_median / 2;
        if (from.chance(0.3)) to.latency_longest = 3 * to.latency_median;
    }
    if (has.lag) to.read_lag = from.time(500ms, 30s);
    if (has.by_group && from.chance(0.7)) to.group_lag = from.time(500ms, 20s);
    if (has.location_lag) to.location_lag = from.time(1s, 60s);
    if (has.short_tokens) to.token_lifetime = from.time(5s, 5min);
    to.shuffle_parts = from.chance(0.8);
    to.limit_percentage = from.chance(0.3);
    to.resource_unit_header = from.chance(0.7);

    draws wrong{into.seed, faults};
    auto const most = has.storm ? 0.06 : 0.02;
    if (has.faults) draw_shares(to.faults, wrong, most);
    if (has.part_faults) draw_shares(to.part_faults, wrong, most);
    if (has.login_faults) draw_shares(to.login_faults, wrong, 2 * most);
}

simulated::quota draw_quota(draws& from, std::int64_t least, std::int64_t most) {
    simulated::quota made{from.between(least, least + most), from.time(2s, 60s)};
    made.counts =
        from.one_of({simulated::counting::token_bucket, simulated::counting::sliding_window,
                     simulated::counting::fixed_window});
    return made;
}

/// What the client believes of a limit: as it is, as published, or nothing.
std::optional<throttle::belief> draw_belief(draws& from, std::optional<simulated::quota> const& is,
                                            throttle::quota const& published) {
    throttle::belief made{published};
    switch (from.between(0, 3)) {
        case 0:
            made.is = throttle::known::not_at_all;
            break;
        case 1:
            break;
        case 2:
            made.is = throttle::known::no_limit;
            break;
        default:
            if (is) made.published = {static_cast<double>(is->capacity), is->window};
            break;
    }
    return made;
}

void draw_limits(scenario& into, feature_set const& has) {
    draws from{into.seed, limits};
    auto& to = into.service;
    if (!has.limits) {
        to.writes.reset();
        to.resource_units.reset();
        to.tenant_writes.reset();
    } else {
        auto const wanted = static_cast<std::int64_t>(into.job.size());
        if (from.chance(0.6)) to.writes = draw_quota(from, 3, wanted);
        if (from.chance(0.3)) to.resource_units = draw_quota(from, 40, 2 * wanted);
        if (from.chance(0.2)) to.tenant_writes = draw_quota(from, 3, wanted);
        to.window_phase = from.time(0s, 30s);
        to.refused_requests_cost = from.chance(0.3);
        if (from.chance(0.3)) to.quota_retry_after = from.time(1s, 60s);
        to.quota_retry_after_form =
            from.one_of({simulated::retry_after_form::integer, simulated::retry_after_form::decimal,
                         simulated::retry_after_form::dated, simulated::retry_after_form::absent});
        // Whoever is charged for asking, and not told rightly when to come again, may never be
        // served.
        bool const exact = !to.quota_retry_after &&
                           to.quota_retry_after_form != simulated::retry_after_form::absent;
        if (!exact) to.refused_requests_cost = false;
    }
    auto& believed = into.choices.limits;
    believed.seed = into.seed;
    believed.writes = draw_belief(from, to.writes, throttle::published_writes);
    believed.units = draw_belief(from, to.resource_units, throttle::published_units);
    if (from.chance(0.5)) {
        believed.tenant_writes =
            draw_belief(from, to.tenant_writes, throttle::published_tenant_writes);
    }
}

void draw_choices(scenario& into, feature_set const& has) {
    draws from{into.seed, choice};
    auto& to = into.choices;
    to.client_seed = into.seed ^ 0xC11E'4711;
    to.always_set_usage_location = from.chance(0.15);
    to.skip_redundant = from.chance(0.3);
    if (from.chance(0.3)) to.default_location = "BE";
    auto& running = to.schedule;
    running.seed = into.seed ^ 0x5C4E'D01E;
    if (from.chance(0.4)) running.write_batch = static_cast<std::size_t>(from.between(1, 20));
    if (from.chance(0.3)) running.read_batch_max = static_cast<std::size_t>(from.between(1, 20));
    if (from.chance(0.3)) {
        running.requests_in_flight_max = static_cast<std::size_t>(from.between(1, 8));
    }
    if (from.chance(0.3))
        running.writes_in_flight_max = static_cast<std::size_t>(from.between(1, 20));
    running.verify_timeout = from.time(60s, 10min);
    if (has.late_users && from.chance(0.7)) running.wait_for_users = from.time(1s, 3min);
    if (has.waves) {
        auto& waves = to.waves;
        waves.size = static_cast<std::size_t>(from.between(1, 10));
        waves.pause = from.chance(0.5) ? from.time(1s, 5min) : duration{};
        if (from.chance(0.5)) waves.failures_max = plan::limit{0, false};
    }
    into.plans_first = from.chance(0.25);
    into.verifies = from.chance(0.25);
    into.undoes = from.chance(0.3);
    into.undoes_last = from.chance(0.3);
    into.between = from.time(10min, 3h);
}

void draw_others(scenario& into, feature_set const& has) {
    draws from{into.seed ^ 0x07E5, others};
    auto time = time_point{};
    for (auto count = from.between(1, 12); has.foreign_seats && count > 0; --count) {
        time += from.time(0s, 90s);
        disturbance one;
        one.at = time;
        one.sku = from.one_of(into.job).sku;
        one.seats = from.between(-2, 5);
        into.disturbances.push_back(one);
    }
    time = {};
    for (auto count = from.between(1, 40); has.foreign_quota && count > 0; --count) {
        time += from.time(0s, 20s);
        disturbance one;
        one.at = time;
        one.writes = from.between(0, 10);
        one.units = from.between(0, 20);
        into.disturbances.push_back(one);
    }
    std::ranges::stable_sort(into.disturbances, {}, &disturbance::at);
}

void draw_interruptions(scenario& into, feature_set const& has) {
    draws from{into.seed, ends};
    auto& to = into.cut;
    if (has.crashes) {
        to.crash_share = 1.0 / static_cast<double>(from.between(2, 100));
        to.crashes_max = static_cast<std::uint32_t>(from.between(1, 6));
    }
    if (has.stops) {
        to.stop_share = 1.0 / static_cast<double>(from.between(5, 200));
        to.stops_max = static_cast<std::uint32_t>(from.between(1, 3));
    }
    to.anew_share = from.one_of({0.0, 0.0, 0.2});
    to.pause_longest = from.one_of<duration>({0s, 1s, 30s, 10min});
    if (has.late_requests) {
        to.late_share = from.one_of({0.2, 1.0});
        // Together with the lag it stays below the patience after which a write is sent again.
        to.late_by = std::min<duration>(10s, 40s - into.service.read_lag);
    }
}

}  // namespace

void draw_conditions(scenario& into, feature_set const& has) {
    draw_service(into, has);
    draw_limits(into, has);
    draw_choices(into, has);
    draw_others(into, has);
    draw_interruptions(into, has);
}

}  // namespace allot::simulation
