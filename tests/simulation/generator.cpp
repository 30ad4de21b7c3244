#include <fmt/format.h>

#include <algorithm>

#include "connectors/simulated/model/catalogue.hpp"
#include "connectors/simulated/model/make_tenant.hpp"
#include "tests/simulation/features.hpp"

namespace allot::simulation {

namespace {

namespace catalogue = simulated::catalogue;

std::size_t draw_size(draws& from) {
    auto const share = from.between(0, 999);
    if (share < 550) return static_cast<std::size_t>(from.between(1, 5));
    if (share < 930) return static_cast<std::size_t>(from.between(6, 16));
    if (share < 994) return static_cast<std::size_t>(from.between(17, 40));
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

/// Puts the user into the group, with all that it gives, and a seat for what he had not got.
void put_into(scenario& into, simulated::described_group& group, simulated::described_user& who) {
    group.members.push_back(who.who.id);
    for (auto const& gives : group.licences) {
        bool const has_seat = std::ranges::any_of(who.who.licences, [&](licence_state const& one) {
            return one.sku == gives.sku && one.active;
        });
        licence_state held;
        held.sku = gives.sku;
        held.disabled_plans = gives.disabled_plans;
        held.by_group = group.id;
        who.who.licences.push_back(std::move(held));
        if (has_seat) continue;
        for (auto& sku : into.tenant.skus) {
            if (sku.bought.sku != gives.sku) continue;
            ++sku.bought.consumed;
            ++sku.bought.enabled;
        }
    }
}

/// A group for each SKU that the job names, or for two of them, with some people in it.
void draw_groups(scenario& into, feature_set const& has) {
    if (!has.by_group) return;
    draws from{into.seed, ways};
    auto const not_given = [&](ask const& row) {
        auto const sku = std::ranges::find(into.tenant.skus, row.sku,
                                           [](auto const& one) { return one.bought.sku; });
        return !sku->assignable || !sku->bought.for_users;
    };
    if (std::ranges::all_of(into.job, not_given)) return;
    std::erase_if(into.job, not_given);
    std::vector<sku_id> skus;
    for (auto const& row : into.job) {
        if (std::ranges::find(skus, row.sku) == skus.end()) skus.push_back(row.sku);
    }
    into.choices.drop_direct = from.chance(0.4);
    for (std::size_t at = 0; at < skus.size(); ++at) {
        auto const sku = skus[at];
        if (into.choices.via.empty() || from.chance(0.7)) {
            auto& made = into.tenant.groups.emplace_back();
            made.id.value.bytes[0] = 0x33;
            made.id.value.bytes[15] = static_cast<std::uint8_t>(at);
            made.name = fmt::format("Licence {}", at);
        }
        auto& group = into.tenant.groups.back();
        licence_add gives;
        gives.sku = sku;
        auto const& plans = std::ranges::find(into.tenant.skus, sku, [](auto const& one) {
                                return one.bought.sku;
                            })->bought.plans;
        for (auto const& plan : plans) {
            if (plan.for_users && from.chance(0.1)) gives.disabled_plans.push_back(plan.id);
        }
        std::ranges::sort(gives.disabled_plans);
        group.licences.push_back(std::move(gives));
        into.choices.via.push_back({sku, group.id});
    }
    for (auto& group : into.tenant.groups) {
        bool const ours = group.id.value.bytes[0] == 0x33;
        std::ranges::sort(group.licences, {}, &licence_add::sku);
        for (auto& one : into.tenant.users) {
            if (ours && !one.appears_at && from.chance(0.2)) put_into(into, group, one);
        }
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

}  // namespace

scenario draw_scenario(std::uint64_t seed) {
    feature_set const has{seed};
    scenario made;
    made.seed = seed;
    draw_people(made, has);
    draw_rows(made, has);
    draw_groups(made, has);
    draw_seats(made, has);
    draw_conditions(made, has);
    return made;
}

}  // namespace allot::simulation
