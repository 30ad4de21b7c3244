#include "engine/plan/plan.hpp"

#include <map>

#include "engine/jobs/reader.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tenant.hpp"

using namespace allot;
using namespace allot::support;
using plan::standing;

namespace {

plan::product const products[]{
    {power_bi, "POWER_BI_PRO", "Power BI Pro"},
    {e5, "SPE_E5", "Microsoft 365 E5"},
    {*sku_id::parse("f30db892-07e9-47e9-837c-80727f46fd3d"), "FLOW_FREE", "Power Automate Free"},
};

/// A job and a tenant, planned.
struct planned {
    jobs::job job;
    plan::resolution resolved;
    plan::snapshot seen;
    plan::made_plan made;

    planned(std::string_view csv, std::vector<user> const& people,
            std::vector<subscription> const& owned = subscriptions(), plan::rules by = {},
            std::string_view location = "") {
        jobs::read_options options;
        options.source = "job.csv";
        auto read = jobs::read(csv, options);
        for (auto const& error : read.errors) FAIL(jobs::to_text("job.csv", error));
        job = std::move(read.read);
        resolved = plan::resolve(job, owned, products, location);
        if (!resolved.errors.empty()) return;
        for (std::size_t at = 0; at < job.users.size(); ++at) {
            plan::sighting one;
            one.is = plan::sighting::kind::not_found;
            for (auto const& someone : people) {
                if (someone.upn == job.users[at] || someone.id.str() == job.users[at]) {
                    one.is = plan::sighting::kind::seen;
                    one.seen = someone;
                }
            }
            seen.add(one);
        }
        made = plan::make_plan(job, resolved.wanted, seen, by);
    }

    plan::target_standing const& target(std::size_t at) const { return made.made.targets[at]; }
    plan::change const& only_change() const {
        REQUIRE(made.made.changes.size() == 1);
        return made.made.changes[0].needs;
    }
};

}  // namespace

TEST_CASE("a user without the licence is to get it, with a seat", "[plan]") {
    planned const of{"user,sku\np1@contoso.example,POWER_BI_PRO\n", {person(1)}};
    CHECK(of.target(0).is == standing::to_change);
    CHECK(of.only_change().adds == std::vector<licence_add>{{power_bi, {}}});
    CHECK(of.only_change().removes.empty());
    REQUIRE(of.made.made.seats.size() == 1);
    CHECK(of.made.made.seats[0].needed == 1);
    CHECK(of.made.made.seats[0].free == 50);
    CHECK(plan::closing_line(of.made.made.counts) ==
          "Plan: 1 to assign, 0 to change, 0 to remove; 0 as desired, 0 blocked.");
}

TEST_CASE("a licence is found by part number, id or product name, whatever the case", "[plan]") {
    for (auto const* name :
         {"power_bi_pro", "F8A1DB68-BE16-40ED-86D5-CB42CE701560", "power bi pro"}) {
        INFO(name);
        planned const of{std::string{"user,sku\np1@contoso.example,"} + name + "\n", {person(1)}};
        CHECK(of.only_change().adds[0].sku == power_bi);
    }
}

TEST_CASE("an unknown licence is an error with its line and the nearest name", "[plan]") {
    planned const of{"user,sku\np1@contoso.example,POWER_BI_PRO\np2@contoso.example,POWERBI_PRO\n",
                     {}};
    REQUIRE(of.resolved.errors.size() == 1);
    auto const& error = of.resolved.errors[0];
    CHECK(error.line == 3);
    CHECK(error.field == "sku");
    CHECK(error.value == "POWERBI_PRO");
    CHECK(error.mend == "did you mean POWER_BI_PRO?");
}

TEST_CASE("a licence that the tenant does not own blocks its targets only", "[plan]") {
    planned const of{
        "user,sku\np1@contoso.example,FLOW_FREE\np1@contoso.example,POWER_BI_PRO\n"
        "p2@contoso.example,11111111-2222-4333-8444-555555555555\n",
        {person(1), person(2)}};
    CHECK(of.target(0).is == standing::blocked);
    CHECK(of.target(0).why == reason::sku_not_owned);
    CHECK(of.target(1).is == standing::to_change);
    CHECK(of.target(2).why == reason::sku_not_owned);
}

TEST_CASE("one licence under two names for one user is an error", "[plan]") {
    planned const of{"user,sku\np1@contoso.example,POWER_BI_PRO\np1@contoso.example,Power BI Pro\n",
                     {person(1)}};
    REQUIRE(of.resolved.errors.size() == 1);
    CHECK(of.resolved.errors[0].line == 3);
    CHECK(of.resolved.errors[0].mend == "it is the SKU of line 2 under another name: keep one");
}

TEST_CASE("one person named by id and by UPN is an error, before anything is written", "[plan]") {
    planned const of{
        "user,sku\np1@contoso.example,POWER_BI_PRO\n" + person(1).id.str() + ",SPE_E3\n",
        {person(1)}};
    REQUIRE(of.made.errors.size() == 1);
    CHECK(of.made.errors[0].line == 3);
    CHECK(of.made.errors[0].mend ==
          "line 2 calls this person p1@contoso.example: use one name for both");
}

TEST_CASE("all rows of a user fold into one change with adds and removes together", "[plan]") {
    planned const of{
        "user,sku,action\np1@contoso.example,SPE_E3,remove\np1@contoso.example,SPE_E5,assign\n",
        {person(1, {direct(e3)})}};
    CHECK(of.only_change().adds == std::vector<licence_add>{{e5, {}}});
    CHECK(of.only_change().removes == std::vector<sku_id>{e3});
}

TEST_CASE("what is already so is left alone, and what the job does not mention too", "[plan]") {
    planned const of{
        "user,sku,action\np1@contoso.example,POWER_BI_PRO,assign\np2@contoso.example,POWER_BI_PRO,"
        "remove\n",
        {person(1, {direct(power_bi, {bi_azure_p2}), direct(e3)}), person(2, {direct(e3)})}};
    CHECK(of.target(0).is == standing::as_desired);
    CHECK(of.target(1).is == standing::as_desired);
    CHECK(of.made.made.changes.empty());
}

TEST_CASE("service plans that the administrator switched off stay off", "[plan]") {
    auto const off = std::vector{exchange_foundation};
    planned const named{"user,sku,disabled_plans\np1@contoso.example,POWER_BI_PRO,BI_AZURE_P2\n",
                        {person(1, {direct(power_bi, off)})}};
    CHECK(named.only_change().adds == std::vector<licence_add>{{power_bi, {bi_azure_p2}}});
    CHECK(named.made.made.counts.modify == 1);
    CHECK(named.made.made.seats[0].needed == 0);
    planned const none{"user,sku,disabled_plans\np1@contoso.example,POWER_BI_PRO,none\n",
                       {person(1, {direct(power_bi, off)})}};
    CHECK(none.only_change().adds == std::vector<licence_add>{{power_bi, {}}});
    planned const keep{"user,sku,disabled_plans\np1@contoso.example,POWER_BI_PRO,\n",
                       {person(1, {direct(power_bi, off)})}};
    CHECK(keep.made.made.changes.empty());
}

TEST_CASE("an assignment in error is assigned again with the plans that were off", "[plan]") {
    auto broken = direct(power_bi, {bi_azure_p2});
    broken.active = false;
    broken.error = "CountViolation";
    planned const of{"user,sku\np1@contoso.example,POWER_BI_PRO\n", {person(1, {broken})}};
    CHECK(of.only_change().adds == std::vector<licence_add>{{power_bi, {bi_azure_p2}}});
}

TEST_CASE("a service plan must belong to the licence in this tenant", "[plan]") {
    planned const of{"user,sku,disabled_plans\np1@contoso.example,POWER_BI_PRO,BI_AZURE_P3\n",
                     {person(1)}};
    REQUIRE(of.resolved.errors.size() == 1);
    CHECK(of.resolved.errors[0].problem == "no service plan of POWER_BI_PRO");
    CHECK(of.resolved.errors[0].mend == "did you mean BI_AZURE_P2?");
}

TEST_CASE("a licence through a group counts as held, and is not taken from the user", "[plan]") {
    planned const of{
        "user,sku,action\np1@contoso.example,POWER_BI_PRO,assign\np2@contoso.example,POWER_BI_PRO,"
        "remove\n",
        {person(1, {inherited(power_bi)}), person(2, {direct(power_bi), inherited(power_bi)})}};
    CHECK(of.target(0).is == standing::as_desired);
    CHECK(of.target(1).is == standing::blocked);
    CHECK(of.target(1).why == reason::inherited_from_group);
    CHECK(of.target(1).detail == "group " + sales_group.str());
    CHECK(of.made.made.changes.empty());
}

TEST_CASE("a usage location is set only where the user has none", "[plan]") {
    std::string const csv = "user,sku,usage_location\np1@contoso.example,POWER_BI_PRO,DE\n";
    planned const missing{csv, {person(1, {}, "")}};
    CHECK(missing.only_change().usage_location == "DE");
    planned const same{csv, {person(1, {}, "DE")}};
    CHECK(same.only_change().usage_location.empty());
    planned const differs{csv, {person(1, {}, "NL")}};
    CHECK(differs.only_change().usage_location.empty());
    CHECK(differs.target(0).why == reason::usage_location_differs);
    CHECK(differs.target(0).detail == "the user has NL, the job says DE");
    planned const always{csv, {person(1, {}, "NL")}, subscriptions(), {true, false}};
    CHECK(always.only_change().usage_location == "DE");
    planned const default_location{"user,sku\np1@contoso.example,POWER_BI_PRO\n",
                                   {person(1, {}, "")},
                                   subscriptions(),
                                   {},
                                   "GB"};
    CHECK(default_location.only_change().usage_location == "GB");
    planned const has_own{"user,sku\np1@contoso.example,POWER_BI_PRO\n",
                          {person(1)},
                          subscriptions(),
                          {true, false},
                          "GB"};
    CHECK(has_own.only_change().usage_location.empty());
    CHECK(has_own.target(0).why == reason::none);
}

TEST_CASE("no usage location is invented", "[plan]") {
    planned const of{"user,sku\np1@contoso.example,POWER_BI_PRO\n", {person(1, {}, "")}};
    CHECK(of.target(0).is == standing::blocked);
    CHECK(of.target(0).why == reason::usage_location_missing);
}

TEST_CASE("a user who is not there is blocked", "[plan]") {
    planned const of{"user,sku\nnobody@contoso.example,POWER_BI_PRO\n", {person(1)}};
    CHECK(of.target(0).is == standing::blocked);
    CHECK(of.target(0).why == reason::user_not_found);
}

TEST_CASE("a licence whose every plan is active through another one is said to be redundant",
          "[plan]") {
    std::string const csv = "user,sku\np1@contoso.example,POWER_BI_PRO\n";
    planned const said{csv, {person(1, {direct(e5)})}};
    CHECK(said.target(0).is == standing::to_change);
    CHECK(said.target(0).why == reason::redundant);
    CHECK(said.target(0).detail == "through SPE_E5");
    planned const skipped{csv, {person(1, {direct(e5)})}, subscriptions(), {false, true}};
    CHECK(skipped.target(0).is == standing::as_desired);
    CHECK(skipped.made.made.seats[0].needed == 0);
    planned const off{csv, {person(1, {direct(e5, {bi_azure_p2})})}};
    CHECK(off.target(0).why == reason::none);
}

TEST_CASE("what this job takes away does not make a licence redundant", "[plan]") {
    planned const of{
        "user,sku,action\np1@contoso.example,POWER_BI_PRO,assign\np1@contoso.example,SPE_E5,"
        "remove\n",
        {person(1, {direct(e5)})},
        subscriptions(),
        {false, true}};
    CHECK(of.target(0).is == standing::to_change);
    CHECK(of.target(0).why == reason::none);
}

TEST_CASE("a service plan that this job switches off elsewhere does not make a licence redundant",
          "[plan]") {
    planned const of{
        "user,sku,disabled_plans\np1@contoso.example,POWER_BI_PRO,\np1@contoso.example,SPE_E5,"
        "BI_AZURE_P2\n",
        {person(1, {direct(e5)})},
        subscriptions(),
        {false, true}};
    CHECK(of.target(0).is == standing::to_change);
    CHECK(of.target(0).why == reason::none);
}

TEST_CASE("nor does one that this job is to switch on elsewhere", "[plan]") {
    planned const of{
        "user,sku,disabled_plans\np1@contoso.example,POWER_BI_PRO,\np1@contoso.example,SPE_E5,"
        "none\n",
        {person(1, {direct(e5, {bi_azure_p2})})},
        subscriptions(),
        {false, true}};
    CHECK(of.target(0).is == standing::to_change);
    CHECK(of.target(0).why == reason::none);
}

TEST_CASE("seats go by priority, then by the order of the file; the rest is blocked and counted",
          "[plan]") {
    planned const of{
        "user,sku,priority\np1@contoso.example,POWER_BI_PRO,5\np2@contoso.example,POWER_BI_PRO,1\n"
        "p3@contoso.example,POWER_BI_PRO,5\np4@contoso.example,POWER_BI_PRO,1\n",
        {person(1), person(2), person(3), person(4)},
        subscriptions(3)};
    CHECK(of.target(0).is == standing::to_change);
    CHECK(of.target(1).is == standing::to_change);
    CHECK(of.target(2).is == standing::blocked);
    CHECK(of.target(2).why == reason::no_seats);
    CHECK(of.target(3).is == standing::to_change);
    CHECK(of.made.made.seats[0].needed == 4);
    CHECK(of.made.made.seats[0].short_by == 1);
}

TEST_CASE("seats that the job gives back are used, after they were given back", "[plan]") {
    planned const of{
        "user,sku,action\np1@contoso.example,POWER_BI_PRO,assign\np2@contoso.example,POWER_BI_PRO,"
        "remove\n",
        {person(1), person(2, {direct(power_bi)})},
        subscriptions(0)};
    REQUIRE(of.made.made.changes.size() == 2);
    CHECK(of.job.users[of.made.made.changes[0].user] == "p2@contoso.example");
    CHECK(of.made.made.changes[0].rank == 0);
    CHECK(of.made.made.changes[1].rank == 1);
    CHECK(of.made.made.seats[0].released == 1);
    CHECK(of.made.made.seats[0].short_by == 0);
}

TEST_CASE("over-consumed seats count as none free, not as less than none", "[plan]") {
    auto owned = subscriptions();
    owned[0].consumed = 130;
    planned const of{"user,sku\np1@contoso.example,POWER_BI_PRO\n", {person(1)}, owned};
    CHECK(of.made.made.seats[0].free == 0);
    CHECK(of.target(0).why == reason::no_seats);
}

TEST_CASE("a swap whose new licence has no seat takes nothing away", "[plan]") {
    auto owned = subscriptions();
    owned[2].consumed = 100;
    planned const of{
        "user,sku,action\np1@contoso.example,SPE_E3,remove\np1@contoso.example,SPE_E5,assign\n",
        {person(1, {direct(e3)})},
        owned};
    CHECK(of.target(1).why == reason::no_seats);
    CHECK(of.target(0).is == standing::blocked);
    CHECK(of.target(0).why == reason::swap_incomplete);
    CHECK(of.made.made.changes.empty());
}

TEST_CASE("a user without a seat for one licence still gets the other", "[plan]") {
    planned const of{"user,sku\np1@contoso.example,POWER_BI_PRO\np1@contoso.example,SPE_E3\n",
                     {person(1)},
                     subscriptions(0)};
    CHECK(of.target(0).why == reason::no_seats);
    CHECK(of.only_change().adds == std::vector<licence_add>{{e3, {}}});
}

TEST_CASE("two users who wait for each other's seat are both told", "[plan]") {
    auto owned = subscriptions(0);
    owned[1].consumed = 100;
    planned const of{
        "user,sku,action\np1@contoso.example,POWER_BI_PRO,remove\np1@contoso.example,SPE_E3,"
        "assign\n"
        "p2@contoso.example,SPE_E3,remove\np2@contoso.example,POWER_BI_PRO,assign\n",
        {person(1, {direct(power_bi)}), person(2, {direct(e3)})},
        owned};
    CHECK(of.made.made.changes.empty());
    CHECK(of.target(1).why == reason::no_seats);
    CHECK(of.target(3).why == reason::no_seats);
    CHECK(of.target(0).why == reason::swap_incomplete);
}

TEST_CASE("company-wide and self-service licences are not assignable", "[plan]") {
    auto owned = subscriptions();
    owned[0].for_users = false;
    planned const of{"user,sku\np1@contoso.example,POWER_BI_PRO\n", {person(1)}, owned};
    CHECK(of.target(0).why == reason::sku_not_assignable);
}

TEST_CASE("a plan over a cap is refused with the count and the flag", "[plan]") {
    planned const of{
        "user,sku,action\np1@contoso.example,POWER_BI_PRO,remove\np2@contoso.example,POWER_BI_PRO,"
        "remove\n"
        "p3@contoso.example,SPE_E3,assign\np4@contoso.example,SPE_E3,assign\n",
        {person(1, {direct(power_bi)}), person(2, {direct(power_bi)}), person(3), person(4)}};
    auto const& made = of.made.made;
    CHECK(plan::check_caps(made, std::nullopt, {500, false}).has_value());
    CHECK(plan::check_caps(made, plan::limit{4, false}, {50, true}).has_value());
    auto const many = plan::check_caps(made, std::nullopt, {1, false});
    REQUIRE(many.has_error());
    CHECK(many.error().code == errc::refused_by_cap);
    CHECK(many.error().message.find("2 removals") != std::string::npos);
    CHECK(plan::check_caps(made, std::nullopt, {0, false}).has_error());
    CHECK(plan::check_caps(made, std::nullopt, {49, true}).has_error());
    CHECK(plan::check_caps(made, plan::limit{3, false}, {500, false}).has_error());
}
