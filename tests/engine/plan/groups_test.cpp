#include "engine/jobs/reader.hpp"
#include "engine/plan/plan.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tenant.hpp"

/// Licences that come by membership of a group.
using namespace allot;
using namespace allot::support;
using plan::standing;

namespace {

group_id const other_group{*guid::parse("22222222-aaaa-4bbb-8ccc-000000000009")};

plan::rules via_sales(std::vector<plan_id> off = {}) {
    plan::rules by;
    by.via[power_bi] = {sales_group, "Licence Power BI", std::move(off), {}};
    return by;
}

licence_state broken(std::string error) {
    auto one = inherited(power_bi);
    one.active = false;
    one.error = std::move(error);
    return one;
}

/// What one person of the job needs.
struct wish {
    plan::desired wanted;
    plan::user_diff found;

    wish(user const& someone, std::string const& row, plan::rules const& by,
         std::string const& header = "user,sku,action,disabled_plans\n") {
        auto const read = jobs::read(header + row, jobs::read_options{});
        REQUIRE(read.errors.empty());
        wanted = plan::resolve(read.read, subscriptions(), {}, "").wanted;
        std::vector<reason> const barred(read.read.targets.size(), reason::none);
        found = plan::diff(wanted, 0, someone, barred, by);
    }

    [[nodiscard]] plan::target_standing const& first() const { return found.targets[0]; }
};

std::string const to_have = "p1@contoso.example,POWER_BI_PRO,assign,\n";
std::string const to_lose = "p1@contoso.example,POWER_BI_PRO,remove,\n";

}  // namespace

TEST_CASE("with --via group a licence comes by joining the group", "[groups]") {
    wish const of{person(1), to_have, via_sales()};
    CHECK(of.first().is == standing::to_change);
    CHECK(of.first().needs_seat);
    CHECK(of.found.needs.joins == std::vector{sales_group});
    CHECK(of.found.needs.adds.empty());
}

TEST_CASE("a group gives licences also to people without a usage location", "[groups]") {
    wish const of{person(1, {}, ""), to_have, via_sales()};
    CHECK(of.first().is == standing::to_change);
    CHECK(of.found.needs.usage_location.empty());
}

TEST_CASE("who has the licence already joins nothing", "[groups]") {
    for (auto const& held : {direct(power_bi), inherited(power_bi)}) {
        wish const of{person(1, {held}), to_have, via_sales()};
        CHECK(of.first().is == standing::as_desired);
        CHECK(of.found.needs.empty());
    }
}

TEST_CASE("a member whose licence is in error is not added again, and the error is told",
          "[groups]") {
    wish const of{person(1, {broken("CountViolation")}), to_have, via_sales()};
    CHECK(of.first().is == standing::blocked);
    CHECK(of.first().why == reason::no_seats);
    CHECK(of.first().detail ==
          "a member of group Licence Power BI, whose licence is CountViolation for this user");
    CHECK(of.found.needs.empty());
}

TEST_CASE("the group decides which service plans are off", "[groups]") {
    std::string const all_on = "p1@contoso.example,POWER_BI_PRO,assign,none\n";
    wish const differs{person(1), all_on, via_sales({bi_azure_p2})};
    CHECK(differs.first().is == standing::blocked);
    CHECK(differs.first().why == reason::inherited_from_group);
    // He holds it twice, with another plan off in each: nothing that is off in both.
    std::string const exchange_off =
        "p1@contoso.example,POWER_BI_PRO,assign,EXCHANGE_S_FOUNDATION\n";
    wish const member{person(1, {direct(power_bi, {exchange_foundation}), inherited(power_bi)}),
                      exchange_off, via_sales()};
    CHECK(member.first().is == standing::blocked);
    CHECK(member.first().why == reason::inherited_from_group);
    wish const fits{person(1), all_on, via_sales()};
    CHECK(fits.first().is == standing::to_change);
}

TEST_CASE("a licence through the group is taken away by leaving it", "[groups]") {
    wish const of{person(1, {inherited(power_bi)}), to_lose, via_sales()};
    CHECK(of.first().is == standing::to_change);
    CHECK(of.first().frees_seat);
    CHECK(of.found.needs.leaves == std::vector{sales_group});
    CHECK(of.found.needs.removes.empty());
    wish const both{person(1, {inherited(power_bi), direct(power_bi)}), to_lose, via_sales()};
    CHECK(both.found.needs.leaves == std::vector{sales_group});
    CHECK(both.found.needs.removes == std::vector{power_bi});
}

TEST_CASE("nobody is taken out of a group that the job does not name for the licence", "[groups]") {
    auto elsewhere = inherited(power_bi);
    elsewhere.by_group = other_group;
    wish const of{person(1, {elsewhere}), to_lose, via_sales()};
    CHECK(of.first().is == standing::blocked);
    CHECK(of.first().why == reason::inherited_from_group);
    CHECK(of.first().detail == "group " + other_group.str());
    CHECK(of.found.needs.empty());
}

TEST_CASE("leaving a group must not take a licence that the job says nothing of", "[groups]") {
    auto const someone = person(1, {inherited(power_bi), inherited(e3)});
    wish const of{someone, to_lose, via_sales()};
    CHECK(of.first().is == standing::blocked);
    CHECK(of.first().detail ==
          "group Licence Power BI gives SPE_E3 as well, which the job does not remove");
    auto by = via_sales();
    by.via[e3] = by.via[power_bi];
    wish const all{someone, to_lose + "p1@contoso.example,SPE_E3,remove,\n", by};
    CHECK(all.found.needs.leaves == std::vector{sales_group});
}

TEST_CASE("nobody joins a group that gives more than the job assigns", "[groups]") {
    auto by = via_sales();
    by.via[power_bi].also = {{e3, {}}};
    wish const of{person(1), to_have, by};
    CHECK(of.first().is == standing::blocked);
    CHECK(of.first().why == reason::inherited_from_group);
    CHECK(of.first().detail ==
          "group Licence Power BI gives SPE_E3 as well, which the job does not assign");
    wish const has_it{person(1, {direct(e3)}), to_have, by};
    CHECK(has_it.first().is == standing::to_change);
    by.via[e3] = {sales_group, "Licence Power BI", {}, {{power_bi, {}}}};
    wish const both{person(1), to_have + "p1@contoso.example,SPE_E3,assign,\n", by};
    CHECK(both.found.needs.joins == std::vector{sales_group});
    CHECK(both.found.targets[1].is == standing::to_change);
}

TEST_CASE("nobody joins a group that gives again what the job takes from him", "[groups]") {
    auto by = via_sales();
    by.via[power_bi].also = {{e3, {}}};
    wish const of{person(1, {direct(e3)}), to_have + "p1@contoso.example,SPE_E3,remove,\n", by};
    CHECK(of.first().is == standing::blocked);
    CHECK(of.found.needs.joins.empty());
}

TEST_CASE("who is to leave a group joins the one that is to give him the licence", "[groups]") {
    plan::rules by;
    by.drop_direct = true;
    by.via[power_bi] = {other_group, "Other", {}, {}};
    by.via[e3] = {sales_group, "Sales", {}, {{power_bi, {}}}};
    std::string const rows = to_have + "p1@contoso.example,SPE_E3,remove,\n";
    wish const of{person(1, {direct(power_bi), inherited(power_bi), inherited(e3)}), rows, by};
    CHECK(of.found.needs.joins == std::vector{other_group});
    CHECK(of.found.needs.leaves == std::vector{sales_group});
    CHECK(of.found.needs.removes.empty());
    auto elsewhere = inherited(power_bi);
    elsewhere.by_group = other_group;
    wish const then{person(1, {direct(power_bi), elsewhere}), rows, by};
    CHECK(then.found.needs.joins.empty());
    CHECK(then.found.needs.removes == std::vector{power_bi});
}

TEST_CASE("a group of two licences is not joined when one of them is blocked", "[groups]") {
    auto by = via_sales();
    by.via[power_bi].also = {{e3, {}}};
    by.via[e3] = {sales_group, "Licence Power BI", {teams}, {{power_bi, {}}}};
    wish const of{person(1), to_have + "p1@contoso.example,SPE_E3,assign,none\n", by};
    CHECK(of.found.needs.empty());
    CHECK(of.first().is == standing::blocked);
    CHECK(of.first().detail ==
          "group Licence Power BI gives SPE_E3 as well, which is blocked: inherited_from_group");
    CHECK_FALSE(of.first().needs_seat);
    // Who has the other one, with more switched off than the row says, is not as desired.
    wish const less{person(1, {direct(power_bi, {bi_azure_p2})}),
                    "p1@contoso.example,POWER_BI_PRO,assign,none\n"
                    "p1@contoso.example,SPE_E3,assign,none\n",
                    by};
    CHECK(less.found.needs.empty());
    CHECK(less.first().is == standing::blocked);
}

TEST_CASE("a direct copy of what a group gives is told, and dropped only when asked", "[groups]") {
    auto const someone = person(1, {direct(power_bi), inherited(power_bi)});
    wish const told{someone, to_have, {}};
    CHECK(told.first().is == standing::as_desired);
    CHECK(told.first().why == reason::needless_direct);
    CHECK(told.found.needs.empty());
    plan::rules by;
    by.drop_direct = true;
    wish const dropped{someone, to_have, by};
    CHECK(dropped.first().is == standing::to_change);
    CHECK(dropped.found.needs.removes == std::vector{power_bi});
}

TEST_CASE("nothing is lost that a direct copy, or another group, still gives when one is left",
          "[groups]") {
    auto by = via_sales();
    by.via[e3] = {sales_group, "Licence Power BI", {}, {{power_bi, {}}}};
    by.via[power_bi].also = {{e3, {}}};
    by.drop_direct = true;
    std::string const rows = to_have + "p1@contoso.example,SPE_E3,remove,\n";
    // The copy is all that he keeps once he has left the group that gives the other licence.
    wish const copy{person(1, {direct(power_bi), inherited(power_bi), inherited(e3)}), rows, by};
    CHECK(copy.found.needs.leaves == std::vector{sales_group});
    CHECK(copy.found.needs.removes.empty());
    CHECK(copy.first().is == standing::as_desired);
    // Two groups give it, and he is to leave both for what else they give.
    auto elsewhere = inherited(power_bi);
    elsewhere.by_group = other_group;
    auto with_e5 = inherited(e5);
    with_e5.by_group = other_group;
    by.via[e5] = {other_group, "Other", {}, {{power_bi, {}}}};
    wish const both{person(1, {inherited(power_bi), inherited(e3), elsewhere, with_e5}),
                    "p1@contoso.example,SPE_E3,remove,\np1@contoso.example,SPE_E5,remove,\n", by};
    CHECK(both.found.needs.leaves.empty());
    CHECK(both.first().why == reason::inherited_from_group);
}

TEST_CASE("a direct copy is not needless when the group's licence is in error or has less in it",
          "[groups]") {
    plan::rules by;
    by.drop_direct = true;
    wish const in_error{person(1, {direct(power_bi), broken("CountViolation")}), to_have, by};
    CHECK(in_error.found.needs.empty());
    // He has what the job says: no advice to buy seats for him.
    CHECK(in_error.first().is == standing::as_desired);
    CHECK(in_error.first().why == reason::group_in_error);
    wish const less{person(1, {direct(power_bi), inherited(power_bi, {bi_azure_p2})}), to_have, by};
    CHECK(less.found.needs.empty());
}

TEST_CASE("moving people to the group: first they join, nothing is taken before", "[groups]") {
    auto by = via_sales();
    by.drop_direct = true;
    wish const before{person(1, {direct(power_bi)}), to_have, by};
    CHECK(before.found.needs.joins == std::vector{sales_group});
    CHECK(before.found.needs.removes.empty());
    CHECK_FALSE(before.first().needs_seat);
    wish const waiting{person(1, {direct(power_bi), broken("")}), to_have, by};
    CHECK(waiting.found.needs.empty());
    wish const after{person(1, {direct(power_bi), inherited(power_bi)}), to_have, by};
    CHECK(after.found.needs.removes == std::vector{power_bi});
}

TEST_CASE("while somebody joins a group nothing is taken from him", "[groups]") {
    plan::change all;
    all.joins = {sales_group};
    all.removes = {e3};
    all.leaves = {other_group};
    auto const first = plan::first_leg(all);
    CHECK(first.joins == all.joins);
    CHECK(first.removes.empty());
    CHECK(first.leaves.empty());
    all.joins.clear();
    CHECK(plan::first_leg(all) == all);
}

TEST_CASE("a group's licence that is in error is not waited for by who holds a direct one",
          "[groups]") {
    auto by = via_sales();
    by.drop_direct = true;
    wish const of{person(1), to_have, by};
    std::vector<reason> const barred{reason::none};
    auto const waits = [&](user const& seen) {
        return plan::awaited_from_groups(of.wanted, 0, seen, barred, by).size();
    };
    CHECK(waits(person(1, {broken("CountViolation")})) == 1);
    CHECK(waits(person(1, {direct(power_bi), broken("CountViolation")})) == 0);
    CHECK(waits(person(1, {direct(power_bi), broken("")})) == 1);
}
