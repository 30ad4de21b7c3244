#include "engine/plan/service_rules.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/tenant.hpp"

using namespace allot;
using namespace allot::support;
using plan::service_rule;

namespace {

std::string const needs_exchange = "License assignment failed because service plan " +
                                   bi_azure_p2.str() + " depends on the service plan(s) " +
                                   exchange_foundation.str() + ", " + teams.str();
std::string const excludes_teams = "License assignment failed because service plans " +
                                   bi_azure_p2.str() + "," + teams.str() +
                                   " are mutually exclusive.";

plan::desired tenant() {
    plan::desired made;
    made.subscriptions = subscriptions();
    std::ranges::sort(made.subscriptions, {}, &subscription::sku);
    made.group_names[sales_group] = "Sales";
    return made;
}

plan::change adding(sku_id sku, std::vector<plan_id> off = {}) {
    plan::change made;
    made.adds.push_back({sku, std::move(off)});
    return made;
}

}  // namespace

TEST_CASE("a refusal says which service plans need, or exclude, each other", "[rules]") {
    auto const needs = plan::rule_in(reason::plan_dependency, needs_exchange);
    REQUIRE(needs);
    CHECK(*needs ==
          service_rule{reason::plan_dependency, bi_azure_p2, {exchange_foundation, teams}});
    auto const excludes = plan::rule_in(reason::plan_conflict, excludes_teams);
    REQUIRE(excludes);
    CHECK(*excludes == service_rule{reason::plan_conflict, bi_azure_p2, {teams}});
    CHECK_FALSE(plan::rule_in(reason::no_seats, needs_exchange));
    CHECK_FALSE(plan::rule_in(reason::plan_conflict, "service plans are mutually exclusive."));
}

TEST_CASE("who would be refused for the same cause is known beforehand, and nobody else",
          "[rules]") {
    auto const in = tenant();
    service_rule const excludes{reason::plan_conflict, bi_azure_p2, {teams}};
    CHECK(plan::breaks(excludes, person(1, {direct(e3)}), adding(power_bi), in));
    CHECK_FALSE(plan::breaks(excludes, person(1), adding(power_bi), in));
    // The plan is off in what he has, or in what he is to get.
    CHECK_FALSE(plan::breaks(excludes, person(1, {direct(e3, {teams})}), adding(power_bi), in));
    CHECK_FALSE(
        plan::breaks(excludes, person(1, {direct(e3)}), adding(power_bi, {bi_azure_p2}), in));
    // It goes in the same call.
    auto swap = adding(power_bi);
    swap.removes = {e3};
    CHECK_FALSE(plan::breaks(excludes, person(1, {direct(e3)}), swap, in));
    CHECK(plan::breaks(excludes, person(1, {inherited(e3)}), swap, in));
    // He has both already: that is not this change's fault.
    CHECK_FALSE(plan::breaks(excludes, person(1, {direct(e5)}), adding(e3), in));

    service_rule const needs{reason::plan_dependency, bi_azure_p2, {teams}};
    CHECK(plan::breaks(needs, person(1), adding(power_bi), in));
    CHECK_FALSE(plan::breaks(needs, person(1, {direct(e3)}), adding(power_bi), in));
    plan::change removal;
    removal.removes = {e3};
    CHECK(plan::breaks(needs, person(1, {direct(e3), direct(power_bi)}), removal, in));
}

TEST_CASE("the service's words are told with names", "[rules]") {
    auto const in = tenant();
    CHECK(plan::in_names(reason::plan_dependency, needs_exchange, in) ==
          "BI_AZURE_P2 (in SPE_E5, POWER_BI_PRO) needs EXCHANGE_S_FOUNDATION (in SPE_E3, SPE_E5, "
          "POWER_BI_PRO) or TEAMS1 (in SPE_E3, SPE_E5). License assignment failed because service "
          "plan BI_AZURE_P2 depends on the service plan(s) EXCHANGE_S_FOUNDATION, TEAMS1");
    CHECK(plan::in_names(
              reason::no_seats,
              "Subscription with SKU " + power_bi.str() + " does not have any available licenses.",
              in) == "Subscription with SKU POWER_BI_PRO does not have any available licenses.");
    CHECK(plan::in_names(reason::refused, "group " + sales_group.str(), in) == "group Sales");
    std::string const unknown = "66666666-aaaa-4bbb-8ccc-000000000006";
    CHECK(plan::in_names(reason::refused, "id " + unknown + "!", in) == "id " + unknown + "!");
    CHECK(plan::in_names(reason::none, "", in).empty());
}
