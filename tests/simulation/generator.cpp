#include <fmt/format.h>

#include <algorithm>

#include "connectors/simulated/model/catalogue.hpp"
#include "connectors/simulated/model/make_tenant.hpp"
#include "tests/simulation/draws.hpp"
#include "tests/simulation/scenario.hpp"

namespace allot::simulation {

namespace {

using namespace std::chrono_literals;
namespace catalogue = simulated::catalogue;

/// A stream for each concern, so that a draw more in one does not move the others.
enum stream : std::uint64_t {
    features = 1,
    people,
    rows,
    service,
    faults,
    limits,
    choice,
    others,
    ends
};

/// Which features a seed has at all.
struct feature_set {
    explicit feature_set(std::uint64_t seed) {
        draws from{seed, features};
        for (auto* const one :
             {&faults, &part_faults, &login_faults, &latency, &lag, &limits, &removals, &plan_lists,
              &locations, &short_of_seats, &unknown_users, &crashes, &stops}) {
            *one = from.chance(0.6);
        }
        for (auto* const one : {&storm, &location_lag, &short_tokens, &clashes, &foreign_seats,
                                &foreign_quota, &waves, &late_users, &late_requests}) {
            *one = from.chance(0.2);
        }
    }

    bool faults, part_faults, login_faults, latency, lag, limits, removals, plan_lists, locations,
        short_of_seats, unknown_users, crashes, stops;
    bool storm, location_lag, short_tokens, clashes, foreign_seats, foreign_quota, waves,
        late_users, late_requests;
};

std::size_t draw_size(draws& from) {
    auto const share = from.between(0, 999);
    if (share < 450) return static_cast<std::size_t>(from.between(1, 5));
    if (share < 880) return static_cast<std::size_t>(from.between(6, 20));
    if (share < 990) return static_cast<std::size_t>(from.between(21, 40));
    if (share < 999) return static_cast<std::size_t>(from.between(41, 150));
    return static_cast<std::size_t>(from.between(250, 500));
}

void draw_people(scenario& into, feature_set const& has) {
    draws from{into.seed, people};
    simulated::tenant_wishes wishes;
    wishes.users = draw_size(from);
    wishes.seed = into.seed;
    into.tenant = simulated::make_tenant(wishes);
    for (auto& one : into.tenant.users) {
        one.address_clash = has.clashes && from.chance(0.1);
        if (has.late_users && from.chance(0.1)) {
            auto const start = *parse_iso_8601("2026-01-05T08:00:00Z");  // of the virtual clock
            one.appears_at = start + std::chrono::seconds{from.between(1, 120)};
        }
        if (one.who.licences.empty() && from.chance(0.2)) {
            licence_state more;
            more.sku = catalogue::power_bi_standard;
            one.who.licences.push_back(more);
            for (auto& sku : into.tenant.skus) {
                if (sku.bought.sku != more.sku) continue;
                ++sku.bought.consumed;
                ++sku.bought.enabled;
            }
        }
    }
}

/// The SKUs that the seed's rows name, each as often as it is in the list.
std::vector<simulated::described_sku> draw_skus(scenario const& of, draws& from) {
    std::vector<simulated::described_sku> some;
    for (auto const& one : of.tenant.skus) {
        bool const odd = !one.assignable || !one.bought.for_users;
        if (!from.chance(odd ? 0.05 : 0.4)) continue;
        for (auto times = odd ? 1 : from.between(1, 4); times > 0; --times) some.push_back(one);
    }
    if (some.empty()) some.push_back(of.tenant.skus.front());
    return some;
}

ask draw_row(std::vector<simulated::described_sku> const& skus, feature_set const& has,
             draws& from) {
    ask row;
    auto const& chosen = from.one_of(skus).bought;
    row.sku = chosen.sku;
    row.sku_name = from.chance(0.2) ? chosen.sku.str() : chosen.part_number;
    row.removes = has.removals && from.chance(0.25);
    if (!row.removes && has.plan_lists && from.chance(0.4)) {
        row.plans = from.chance(0.3) ? plans_asked::none : plans_asked::listed;
        for (auto const& plan : chosen.plans) {
            bool const off = plan.for_users && from.chance(0.5);
            if (row.plans == plans_asked::listed && off) row.off.push_back(plan.id);
        }
        if (row.off.empty()) row.plans = plans_asked::none;
        std::ranges::sort(row.off);
    }
    row.priority = static_cast<int>(from.between(-1, 1));
    return row;
}

std::string draw_name(user const& of, draws& from) {
    if (from.chance(0.25)) return of.id.str();
    auto name = of.upn;
    if (from.chance(0.1)) {
        for (auto& c : name) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    }
    return name;
}

void draw_rows(scenario& into, feature_set const& has) {
    draws from{into.seed, rows};
    auto const skus = draw_skus(into, from);
    auto const share = from.one_of({0.3, 0.7, 1.0});
    auto const add_rows = [&](ask const& person, std::string const& location) {
        std::vector<sku_id> named;
        for (auto count = from.one_of({1, 1, 1, 2, 3}); count > 0; --count) {
            auto row = draw_row(skus, has, from);
            if (std::ranges::find(named, row.sku) != named.end()) continue;
            named.push_back(row.sku);
            row.name = person.name;
            row.who = person.who;
            row.location = location;
            into.job.push_back(std::move(row));
        }
    };
    for (auto const& one : into.tenant.users) {
        if (!into.job.empty() && !from.chance(share)) continue;
        ask person;
        person.name = draw_name(one.who, from);
        person.who = one.who.id;
        bool const told = has.locations && from.chance(0.7);
        add_rows(person, told ? from.one_of<std::string>({"NL", "DE", "US"}) : std::string{});
    }
    for (int number = 1; has.unknown_users && from.chance(0.3); ++number) {
        ask nobody;
        nobody.name = fmt::format("nobody{}@contoso.example", number);
        add_rows(nobody, {});
    }
}

/// Some SKUs have fewer seats left than the job wants.
void draw_seats(scenario& into, feature_set const& has) {
    if (!has.short_of_seats) return;
    draws from{into.seed, others};
    for (auto& sku : into.tenant.skus) {
        if (!from.chance(0.5)) continue;
        auto const wanted = std::ranges::count(into.job, sku.bought.sku, &ask::sku);
        sku.bought.enabled = sku.bought.consumed + from.between(0, wanted);
        if (from.chance(0.05)) sku.bought.capability_status = "Warning";
    }
}

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
    into.plans_first = from.chance(0.4);
    into.verifies = from.chance(0.4);
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
    to.pause_longest = from.one_of<duration>({0s, 1s, 30s, 10min});
    if (has.late_requests) {
        to.late_share = from.one_of({0.2, 1.0});
        // Together with the lag it stays below the patience after which a write is sent again.
        to.late_by = std::min<duration>(10s, 40s - into.service.read_lag);
    }
}

}  // namespace

scenario draw_scenario(std::uint64_t seed) {
    feature_set const has{seed};
    scenario made;
    made.seed = seed;
    draw_people(made, has);
    draw_rows(made, has);
    draw_seats(made, has);
    draw_service(made, has);
    draw_limits(made, has);
    draw_choices(made, has);
    draw_others(made, has);
    draw_interruptions(made, has);
    return made;
}

}  // namespace allot::simulation
