#include "engine/jobs/reader.hpp"
#include "engine/plan/group_subject.hpp"
#include "engine/plan/plan.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tenant.hpp"

/// Rows whose target is a group.
using namespace allot;
using namespace allot::support;
using plan::standing;

namespace {

group sales(std::vector<licence_add> licences = {}) {
    group made;
    made.id = sales_group;
    made.name = "Sales";
    made.licences = std::move(licences);
    return made;
}

/// `members` of it, persons 1 and on, the first `with` of whom have Power BI Pro.
plan::sighting seen(user of, unsigned members = 0, unsigned with = 0) {
    plan::sighting made{plan::sighting::kind::seen, std::move(of), {}, {}};
    for (unsigned number = 1; number <= members; ++number) {
        made.members.push_back({person(number).id, {}});
        if (number <= with) made.members.back().has.push_back(power_bi);
    }
    return made;
}

/// A job of the group, and of users besides.
struct planned {
    jobs::job job;
    plan::made_plan made;

    planned(std::string_view rows, std::vector<plan::sighting> seen, std::int64_t free = 50,
            plan::rules const& by = {}, std::string_view location = "") {
        auto read = jobs::read("user,group,sku,action,priority\n" + std::string{rows},
                               jobs::read_options{});
        REQUIRE(read.errors.empty());
        job = std::move(read.read);
        auto const resolved = plan::resolve(job, subscriptions(free), {}, location);
        REQUIRE(resolved.errors.empty());
        plan::snapshot found;
        for (auto& one : seen) found.add(std::move(one));
        made = plan::make_plan(job, resolved.wanted, found, by);
    }

    plan::target_standing const& target(std::size_t at = 0) const { return made.made.targets[at]; }
};

std::string const to_sales = ",Sales,POWER_BI_PRO,,\n";

}  // namespace

TEST_CASE("a group is given a licence as it is, without a usage location", "[groups]") {
    plan::rules by;
    by.via[power_bi] = {sales_group, "Sales", {}, {}};
    by.drop_direct = true;
    by.skip_redundant = true;
    planned const of{to_sales, {seen(plan::as_subject(sales({{e5, {}}})), 3)}, 50, by, "NL"};
    REQUIRE(of.made.made.changes.size() == 1);
    plan::change const& needs = of.made.made.changes[0].needs;
    CHECK(needs.adds == std::vector<licence_add>{{power_bi, {}}});
    CHECK(needs.usage_location.empty());
    CHECK(needs.joins.empty());
    planned const has{to_sales, {seen(plan::as_subject(sales({{power_bi, {}}})), 3)}, 50, by};
    CHECK(has.target().is == standing::as_desired);
    CHECK(has.made.made.changes.empty());
}

TEST_CASE("a group needs a seat for each member who has not got the licence", "[groups]") {
    auto const bare = plan::as_subject(sales());
    planned const enough{to_sales, {seen(bare, 40, 10)}, 30};
    CHECK(enough.target().is == standing::to_change);
    CHECK(enough.made.made.seats[0].needed == 30);
    planned const short_of{to_sales, {seen(bare, 40, 9)}, 30};
    CHECK(short_of.target().is == standing::blocked);
    CHECK(short_of.target().why == reason::no_seats);
    CHECK(short_of.target().detail == "its members need 31 seats");
    CHECK(short_of.made.made.seats[0].short_by == 31);
    // All or none of them: who needs fewer can still be served.
    planned const both{to_sales + "p99@contoso.example,,POWER_BI_PRO,,1\n",
                       {seen(bare, 40), seen(person(99))},
                       30};
    CHECK(both.target(0).is == standing::blocked);
    CHECK(both.target(1).is == standing::to_change);
    planned const empty{to_sales, {seen(bare)}, 0};
    CHECK(empty.target().is == standing::to_change);
}

TEST_CASE("what a group's members give back is not counted on", "[groups]") {
    planned const of{",Sales,POWER_BI_PRO,remove,\np1@contoso.example,,POWER_BI_PRO,,\n",
                     {seen(plan::as_subject(sales({{power_bi, {}}})), 40, 40), seen(person(1))},
                     0};
    CHECK(of.target(0).is == standing::to_change);
    CHECK(of.target(1).why == reason::no_seats);
    CHECK(of.made.made.seats[0].released == 0);
}

TEST_CASE("a group that is not there, or that has two names in the job", "[groups]") {
    planned const gone{to_sales, {{plan::sighting::kind::not_found, {}, "none", {}}}};
    CHECK(gone.target().is == standing::blocked);
    CHECK(gone.target().why == reason::group_not_found);
    CHECK(gone.target().detail == "none");
    auto const id = sales_group.str();
    planned const twice{to_sales + "," + id + ",SPE_E3,,\n",
                        {seen(plan::as_subject(sales())), seen(plan::as_subject(sales()))}};
    REQUIRE(twice.made.errors.size() == 1);
    CHECK(twice.made.errors[0].line == 3);
    CHECK(twice.made.errors[0].field == "group");
    CHECK(twice.made.errors[0].problem == "the same group as another name in this job");
}

TEST_CASE("the errors of a group's members are counted, and the first of them named", "[groups]") {
    auto subject = plan::as_subject(sales({{power_bi, {}}, {e3, {}}}));
    std::vector<user> members;
    for (unsigned number = 1; number <= 7; ++number) {
        auto broken = inherited(number <= 2 ? e3 : power_bi);
        broken.error = number == 7 ? "DependencyViolation" : "CountViolation";
        members.push_back(person(number, {broken}));
    }
    // An error of what another group gives is none of this one.
    auto other = inherited(power_bi);
    other.by_group = group_id{};
    other.error = "CountViolation";
    members.push_back(person(8, {other}));
    CHECK(plan::mark_member_errors(subject, members, false) ==
          "7 members are in error: p1@contoso.example (CountViolation), p2@contoso.example "
          "(CountViolation), p3@contoso.example (CountViolation), p4@contoso.example "
          "(CountViolation), p5@contoso.example (CountViolation), …");
    CHECK(subject.licences[0].error == "CountViolation");
    CHECK(subject.licences[1].error == "CountViolation");
    CHECK(plan::mark_member_errors(subject, std::span{members}.first(1), true) ==
          "at least 1 member is in error: p1@contoso.example (CountViolation)");
    CHECK(plan::mark_member_errors(subject, std::span{members}.last(1), false).empty());

    // The licence is on the group all the same: nothing is sent again, and it is not called done.
    auto sighted = seen(subject, 8);
    sighted.detail = "7 members are in error";
    planned const of{to_sales, {sighted}};
    CHECK(of.made.made.changes.empty());
    CHECK(of.target().is == standing::blocked);
    CHECK(of.target().why == reason::no_seats);
    CHECK(of.target().detail == "7 members are in error");
}

TEST_CASE("a person who is in two rows needs one seat of a licence", "[groups]") {
    auto const bare = plan::as_subject(sales());
    planned const of{
        "p1@contoso.example,,POWER_BI_PRO,,\n" + to_sales, {seen(person(1)), seen(bare, 40)}, 40};
    CHECK(of.target(0).is == standing::to_change);
    CHECK(of.target(1).is == standing::to_change);
    CHECK(of.made.made.seats[0].needed == 40);
    auto other = bare;
    other.id = person(200).id;
    planned const twice{to_sales + ",Also,POWER_BI_PRO,,\n", {seen(bare, 40), seen(other, 40)}, 40};
    CHECK(twice.made.made.changes.size() == 2);
    CHECK(twice.made.made.seats[0].needed == 40);
}

TEST_CASE("who gets a licence through a group of the job does not give his seat to another",
          "[groups]") {
    planned const of{to_sales +
                         "p1@contoso.example,,POWER_BI_PRO,remove,\n"
                         "p99@contoso.example,,POWER_BI_PRO,,\n",
                     {seen(plan::as_subject(sales()), 40, 40), seen(person(1, {direct(power_bi)})),
                      seen(person(99))},
                     0};
    CHECK(of.target(1).is == standing::blocked);
    CHECK(of.target(1).why == reason::inherited_from_group);
    CHECK(of.target(1).detail == "group:Sales, which this job gives the licence");
    CHECK(of.target(2).why == reason::no_seats);
    // Also when he has not got it yet.
    planned const later{to_sales + "p1@contoso.example,,POWER_BI_PRO,remove,\n",
                        {seen(plan::as_subject(sales()), 40), seen(person(1))}};
    CHECK(later.target(1).is == standing::blocked);
}

TEST_CASE("a group that people join by this job is not changed in it", "[groups]") {
    plan::rules by;
    by.via[power_bi] = {sales_group, "Sales", {}, {}};
    planned const of{",Sales,SPE_E3,,\np1@contoso.example,,POWER_BI_PRO,,\n",
                     {seen(plan::as_subject(sales({{power_bi, {}}})), 3), seen(person(1))},
                     50,
                     by};
    REQUIRE(of.made.errors.size() == 1);
    CHECK(of.made.errors[0].line == 2);
    CHECK(of.made.errors[0].problem == "people join and leave Sales in this job");
}

TEST_CASE("the caps count a group's members", "[groups]") {
    planned const of{",Sales,POWER_BI_PRO,remove,\n",
                     {seen(plan::as_subject(sales({{power_bi, {}}})), 40, 30)}};
    CHECK_FALSE(plan::check_caps(of.made.made, std::nullopt, plan::limit{29, false}).has_value());
    CHECK(plan::check_caps(of.made.made, std::nullopt, plan::limit{30, false}).has_value());
    CHECK_FALSE(plan::check_caps(of.made.made, plan::limit{29, false}, plan::limit{500, false})
                    .has_value());
}

TEST_CASE("a group whose members have not all got its licence yet is not called done", "[groups]") {
    auto at_work = sales({{power_bi, {}}});
    at_work.processing = "ProcessingInProgress";
    planned const of{to_sales, {seen(plan::as_subject(at_work), 3)}};
    CHECK(of.made.made.changes.empty());
    CHECK(of.target().is == standing::blocked);
    CHECK(of.target().why == reason::not_seen_in_time);
}
