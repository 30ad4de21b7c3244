#include "engine/plan/current.hpp"

#include "engine/plan/plan.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tenant.hpp"

using namespace allot;
using namespace allot::support;

namespace {

struct exported {
    std::vector<std::string> rows;
    std::string csv = "user,sku,action,disabled_plans,usage_location,via\n";
};

exported all(plan::current_assignments& of) {
    exported made;
    of.each([&](plan::current_row const& one) {
        std::string row{one.user};
        row += ' ' + std::string{one.sku} + ' ' + std::string{one.disabled_plans} + ' ' +
               std::string{one.via};
        made.rows.push_back(row);
        made.csv += std::string{one.user} + ',' + std::string{one.sku} + ",assign," +
                    std::string{one.disabled_plans} + ',' + std::string{one.usage_location} + ',' +
                    std::string{one.via} + '\n';
    });
    return made;
}

}  // namespace

TEST_CASE("an export says how each direct licence is, sorted by user and SKU", "[export]") {
    auto const owned = subscriptions();
    plan::current_assignments of{owned, {}};
    of.add(person(2, {direct(power_bi)}));
    of.add(person(1, {direct(e5, {bi_azure_p2, teams}), direct(e3), inherited(power_bi)}));
    of.add(person(3));
    CHECK(all(of).rows ==
          std::vector<std::string>{"p1@contoso.example SPE_E3 none direct",
                                   "p1@contoso.example SPE_E5 BI_AZURE_P2;TEAMS1 direct",
                                   "p2@contoso.example POWER_BI_PRO none direct"});
    CHECK(of.users() == 2);
}

TEST_CASE("a licence that comes directly and through a group asks for no plans of its own",
          "[export]") {
    auto const owned = subscriptions();
    plan::current_assignments of{owned, {{}, true}};
    of.add(person(1, {direct(e5, {teams}), inherited(e5, {bi_azure_p2}), inherited(power_bi)}));
    CHECK(all(of).rows ==
          std::vector<std::string>{
              "p1@contoso.example POWER_BI_PRO  22222222-aaaa-4bbb-8ccc-000000000002",
              "p1@contoso.example SPE_E5  direct+22222222-aaaa-4bbb-8ccc-000000000002"});
}

TEST_CASE("what cannot be read back as it is, is named by its id", "[export]") {
    auto owned = subscriptions();
    owned[0].part_number = "=POWER_BI_PRO";
    owned[1].part_number = "SPE_E5";  // two SKUs of one part number
    owned[2].plans[0].name = "BI;AZURE";
    plan::current_assignments of{owned, {}};
    auto strange = person(1, {direct(power_bi), direct(e3), direct(e5, {bi_azure_p2})});
    strange.upn = "=cmd|x@contoso.example";
    of.add(strange);
    auto const id = strange.id.str();
    CHECK(all(of).rows ==
          std::vector<std::string>{id + " " + e3.str() + " none direct",
                                   id + " " + e5.str() + " " + bi_azure_p2.str() + " direct",
                                   id + " " + power_bi.str() + " none direct"});
}

TEST_CASE("licences in error are left out and told; SKUs no longer owned stay, by id", "[export]") {
    auto owned = subscriptions();
    owned.erase(owned.begin());
    plan::current_assignments of{owned, {}};
    auto failed = direct(e3);
    failed.active = false;
    failed.error = "CountViolation";
    of.add(person(1, {failed, direct(power_bi, {bi_azure_p2})}));
    CHECK(all(of).rows ==
          std::vector<std::string>{"p1@contoso.example " + power_bi.str() + "  direct"});
    CHECK(of.in_error().count == 1);
    CHECK(of.in_error().first ==
          std::vector<std::string>{"p1@contoso.example SPE_E3: CountViolation"});
    CHECK(of.not_owned().at(power_bi) == 1);
}

TEST_CASE("whatever a user holds, its export is a job that finds nothing to do", "[export]") {
    auto owned = subscriptions();
    auto failed = direct(e3);
    failed.active = false;
    auto shared = direct(e5);
    shared.error = "Other";
    std::vector<user> const users{
        person(1, {direct(power_bi)}),
        person(2, {direct(e5, {teams})}),
        person(3, {direct(e5, {bi_azure_p2}), inherited(e5, {teams})}),
        person(4, {inherited(e5, {bi_azure_p2})}),
        person(5, {failed, inherited(e3)}),
        person(6, {shared}, ""),
        person(7, {direct(*sku_id::parse("c1d032e0-5619-4761-9b5c-75b6831e1711"), {teams})}),
    };
    for (bool const inherited : {false, true}) {
        plan::current_assignments of{owned, {{}, inherited}};
        for (auto const& one : users) of.add(one);
        auto const csv = all(of).csv;
        INFO(csv);
        auto read = jobs::read(csv, {});
        REQUIRE(read.errors.empty());
        auto resolved = plan::resolve(read.read, owned, {}, "");
        REQUIRE(resolved.errors.empty());
        plan::snapshot seen;
        for (std::size_t name = 0; name < read.read.users.size(); ++name) {
            for (auto const& one : users) {
                if (one.upn != read.read.users[name]) continue;
                plan::sighting sighted;
                sighted.is = plan::sighting::kind::seen;
                sighted.seen = one;
                seen.add(std::move(sighted));
            }
        }
        auto const made = plan::make_plan(read.read, resolved.wanted, seen, {});
        CHECK(made.errors.empty());
        CHECK(made.made.changes.empty());
        CHECK(made.made.counts.as_desired == read.read.targets.size());
    }
}
