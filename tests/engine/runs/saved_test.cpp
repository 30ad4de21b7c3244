// Goal: a saved plan does what it says, or nothing.
// Method: plans made of small tenants; then the tenant changes, and what would be applied is looked
// at.
#include "engine/runs/saved.hpp"

#include "engine/jobs/reader.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tenant.hpp"

using namespace allot;
using namespace allot::support;
using plan::standing;

namespace {

std::string const two_users =
    "user,sku\np1@contoso.example,POWER_BI_PRO\np2@contoso.example,POWER_BI_PRO\n";

plan::snapshot snapshot_of(std::vector<user> const& people) {
    plan::snapshot seen;
    for (auto const& someone : people) {
        plan::sighting one;
        one.is = plan::sighting::kind::seen;
        one.seen = someone;
        seen.add(one);
    }
    return seen;
}

documents::saved_plan saved(std::string_view csv, std::vector<user> const& people,
                            std::vector<subscription> const& owned = subscriptions()) {
    documents::saved_plan made;
    auto read = jobs::read(csv, jobs::read_options{});
    REQUIRE(read.errors.empty());
    made.job = std::move(read.read);
    made.subscriptions = owned;
    made.seen = snapshot_of(people);
    auto const wanted = plan::resolve(made.job, owned, {}, "").wanted;
    made.made = plan::make_plan(made.job, wanted, made.seen, made.by).made;
    return made;
}

/// What would be applied now.
plan::plan applied(documents::saved_plan const& of, std::vector<user> const& people,
                   std::vector<subscription> const& owned = subscriptions()) {
    auto const asked = runs::request_of(of, {});
    REQUIRE(asked.has_value());
    auto const now = snapshot_of(people);
    auto const wanted = plan::resolve(asked->job, owned, {}, asked->default_location).wanted;
    return plan::make_plan(asked->job, wanted, now, asked->by, asked->bars(now)).made;
}

}  // namespace

TEST_CASE("an unchanged tenant gets just what the plan says", "[saved]") {
    std::vector<user> const people{person(1), person(2, {direct(e3)})};
    auto const plan = saved(two_users, people);
    auto const now = applied(plan, people);
    REQUIRE(now.changes.size() == 2);
    CHECK(now.changes[0].needs == plan.made.changes[0].needs);
    CHECK(now.changes[1].needs == plan.made.changes[1].needs);
}

TEST_CASE("the order in which the service gives licences is no change", "[saved]") {
    auto const plan = saved(two_users, {person(1, {direct(e3), inherited(e5)}), person(2)});
    auto const now = applied(plan, {person(1, {inherited(e5), direct(e3)}), person(2)});
    CHECK(now.changes.size() == 2);
}

TEST_CASE("who has changed since is blocked, the others go ahead", "[saved]") {
    auto const plan = saved(two_users, {person(1), person(2)});
    SECTION("he got another licence") {
        auto const now = applied(plan, {person(1, {direct(e3)}), person(2)});
        CHECK(now.targets[0].is == standing::blocked);
        CHECK(now.targets[0].why == reason::stale_plan);
        REQUIRE(now.changes.size() == 1);
        CHECK(now.changes[0].user == 1);
    }
    SECTION("he moved") {
        auto const now = applied(plan, {person(1, {}, "DE"), person(2)});
        CHECK(now.targets[0].why == reason::stale_plan);
    }
    SECTION("he is another person under the same name") {
        auto other = person(7);
        other.upn = person(1).upn;
        auto const now = applied(plan, {other, person(2)});
        CHECK(now.targets[0].why == reason::stale_plan);
    }
    SECTION("he has what the job wants by now") {
        auto const now = applied(plan, {person(1, {direct(power_bi)}), person(2)});
        CHECK(now.targets[0].is == standing::as_desired);
    }
}

TEST_CASE("who was as desired and is no more is not changed by a plan that did not say so",
          "[saved]") {
    auto const plan = saved(two_users, {person(1, {direct(power_bi)}), person(2)});
    REQUIRE(plan.made.changes.size() == 1);
    auto const now = applied(plan, {person(1), person(2)});
    CHECK(now.targets[0].why == reason::stale_plan);
    CHECK(now.changes.size() == 1);
}

TEST_CASE("what the plan blocked stays blocked, although it could be done now", "[saved]") {
    std::vector<user> const people{person(1), person(2)};
    auto const plan = saved(two_users, people, subscriptions(1));
    REQUIRE(plan.made.targets[1].why == reason::no_seats);
    auto const now = applied(plan, people, subscriptions(50));
    REQUIRE(now.changes.size() == 1);
    CHECK(now.targets[1].is == standing::blocked);
    CHECK(now.targets[1].why == reason::no_seats);
}

TEST_CASE("seats that are gone since are no promise", "[saved]") {
    std::vector<user> const people{person(1), person(2)};
    auto const plan = saved(two_users, people);
    auto const now = applied(plan, people, subscriptions(1));
    CHECK(now.changes.size() == 1);
    CHECK(now.targets[1].why == reason::no_seats);
}

TEST_CASE("a plan whose changes do not follow from what it says it saw is refused", "[saved]") {
    auto plan = saved(two_users, {person(1), person(2)});
    SECTION("another change") {
        plan::change other = plan.made.changes[0].needs;
        other.removes.push_back(e3);
        plan.made.changes[0].needs = other;
    }
    SECTION("a change more") {
        plan.made.changes.push_back(plan.made.changes[0]);
    }
    SECTION("a change less") {
        plan.made.changes.pop_back();
    }
    auto const asked = runs::request_of(plan, {});
    REQUIRE_FALSE(asked.has_value());
    CHECK(asked.error().code == errc::refused_by_cap);
}
