#include "engine/plan/waste.hpp"

#include <algorithm>
#include <set>

#include "connectors/port/random_stream.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tenant.hpp"

using namespace allot;
using namespace allot::support;
using plan::waste_kind;
using plan::wasted_licence;

namespace {

std::vector<subscription> sorted_subscriptions() {
    auto owned = subscriptions();
    std::ranges::sort(owned, {}, &subscription::sku);
    return owned;
}

/// The service plans that are on for a user, but for what is taken away.
std::set<plan_id> plans_on(user const& of, std::vector<subscription> const& owned,
                           std::vector<wasted_licence> const& without = {}) {
    std::set<plan_id> on;
    for (auto const& state : of.licences) {
        if (!state.active) continue;
        if (std::ranges::find(without, state.sku, &wasted_licence::sku) != without.end()) continue;
        for (auto const& one : owned) {
            if (one.sku != state.sku) continue;
            for (auto const& plan : one.plans) {
                bool const off =
                    std::ranges::find(state.disabled_plans, plan.id) != state.disabled_plans.end();
                if (!off && plan.for_users) on.insert(plan.id);
            }
        }
    }
    return on;
}

}  // namespace

TEST_CASE("a licence is redundant when each of its plans is on through others", "[waste]") {
    auto const owned = sorted_subscriptions();
    CHECK(plan::find_waste(person(1, {direct(power_bi), direct(e5)}), owned) ==
          std::vector<wasted_licence>{{power_bi, waste_kind::redundant, {}, {e5}}});
    SECTION("not when one of them is off there") {
        CHECK(plan::find_waste(person(1, {direct(power_bi), direct(e5, {bi_azure_p2})}), owned)
                  .empty());
    }
    SECTION("but a plan that is off in it needs no other") {
        auto const off = person(1, {direct(power_bi, {bi_azure_p2}), direct(e3)});
        CHECK(plan::find_waste(off, owned) ==
              std::vector<wasted_licence>{{power_bi, waste_kind::redundant, {}, {e3}}});
    }
    SECTION("not when the other is in error, or of no subscription") {
        auto failed = direct(e5);
        failed.active = false;
        CHECK(plan::find_waste(person(1, {direct(power_bi), failed}), owned).empty());
        std::vector<subscription> only;
        for (auto const& one : owned) {
            if (one.sku == power_bi) only.push_back(one);
        }
        CHECK(plan::find_waste(person(1, {direct(power_bi), direct(e5)}), only).empty());
    }
    SECTION("what a group gives is told with the group, and counts as a provider first") {
        CHECK(plan::find_waste(person(1, {inherited(power_bi), direct(e5)}), owned) ==
              std::vector<wasted_licence>{{power_bi, waste_kind::redundant, {sales_group}, {e5}}});
        CHECK(plan::find_waste(person(1, {direct(e5), inherited(e5)}), owned).empty());
    }
}

TEST_CASE("of two SKUs that cover each other only one is redundant", "[waste]") {
    auto owned = sorted_subscriptions();
    for (auto& one : owned) one.plans = {{bi_azure_p2, "BI_AZURE_P2", true}};
    auto const wasted =
        plan::find_waste(person(1, {direct(power_bi), direct(e3), direct(e5)}), owned);
    CHECK(wasted == std::vector<wasted_licence>{{power_bi, waste_kind::redundant, {}, {e5}},
                                                {e3, waste_kind::redundant, {}, {e5}}});
}

TEST_CASE("everything that a disabled account holds is wasted", "[waste]") {
    auto gone = person(1, {direct(power_bi), inherited(e3)});
    gone.account_enabled = false;
    CHECK(plan::find_waste(gone, sorted_subscriptions()) ==
          std::vector<wasted_licence>{{power_bi, waste_kind::disabled_account, {}, {}},
                                      {e3, waste_kind::disabled_account, {sales_group}, {}}});
}

TEST_CASE("taking waste away leaves nobody without a plan that was on", "[waste]") {
    random_stream draw{20260105};
    std::vector<sku_id> const ids{power_bi, e3, e5,
                                  *sku_id::parse("c1d032e0-5619-4761-9b5c-75b6831e1711")};
    std::vector<plan_id> const plans{bi_azure_p2, exchange_foundation, teams};
    for (int round = 0; round < 2'000; ++round) {
        CAPTURE(round);
        std::vector<subscription> owned;
        for (auto const& id : ids) {
            std::vector<service_plan> has;
            for (auto const& plan : plans) {
                if (draw.chance(0.6)) has.push_back({plan, plan.str(), draw.chance(0.9)});
            }
            owned.push_back(sku(id, id.str(), 10, 5, has));
        }
        std::ranges::sort(owned, {}, &subscription::sku);
        std::vector<licence_state> held;
        for (auto const& id : ids) {
            for (bool const group : {false, true}) {
                if (!draw.chance(0.4)) continue;
                std::vector<plan_id> off;
                for (auto const& plan : plans) {
                    if (draw.chance(0.2)) off.push_back(plan);
                }
                held.push_back(group ? inherited(id, off) : direct(id, off));
                held.back().active = draw.chance(0.9);
            }
        }
        auto const one = person(1, held);
        auto const wasted = plan::find_waste(one, owned);
        CHECK(plans_on(one, owned, wasted) == plans_on(one, owned));
    }
}
