#include "engine/plan/group_subject.hpp"
#include "engine/plan/holding.hpp"
#include "script.hpp"

/// Changes of what a group gives its members.
using namespace allot;
using namespace allot::schedule_testing;
using schedule::errand_end;

namespace {

constexpr auto a_group_write = operation_kind::assign_group_licences;
constexpr auto a_group_read = operation_kind::read_group;
constexpr auto a_members_read = operation_kind::read_members_in_error;

std::string const to_sales = "group,sku\nSales,POWER_BI_PRO\n";

group sales(std::string processing, std::vector<licence_add> licences = {{power_bi, {}}}) {
    group made;
    made.id = sales_group;
    made.name = "Sales";
    made.licences = std::move(licences);
    made.processing = std::move(processing);
    return made;
}

outcome so(group of) {
    auto one = reply(outcome_kind::done);
    one.read_group = std::move(of);
    return one;
}

outcome in_error(std::vector<user> members) {
    auto one = reply(outcome_kind::done);
    one.read_members = std::move(members);
    return one;
}

user broken(unsigned number) {
    auto state = inherited(power_bi);
    state.active = false;
    state.error = "CountViolation";
    return person(number, {state});
}

struct licensing : script {
    explicit licensing(std::string const& csv = to_sales, std::vector<licence_add> has = {},
                       schedule::options chosen = {})
        : script{csv, {plan::as_subject(sales("", std::move(has)))}, chosen} {}
};

}  // namespace

TEST_CASE("a group's licence is verified when all is processed and no member is in error",
          "[schedule][groups]") {
    licensing all;
    auto const sent = all.step(a_group_write, reply(outcome_kind::done));
    CHECK(sent.operations[0].group == sales_group);
    CHECK(sent.operations[0].user.empty());
    CHECK(sent.operations[0].adds == std::vector<licence_add>{{power_bi, {}}});
    all.step(a_group_read, so(sales("QueuedForProcessing")));
    all.step(a_group_read, so(sales("ProcessingInProgress")));
    all.step(a_group_read, so(sales("ProcessingComplete")));
    CHECK(all.record().end == errand_end::open);
    all.step(a_members_read, in_error({}));
    CHECK(all.record().end == errand_end::verified);
    CHECK(all.running->finished());
}

TEST_CASE("members in error make the group's row failed, once they stay so", "[schedule][groups]") {
    licensing all;
    all.step(a_group_write, reply(outcome_kind::done));
    auto const first = all.now;
    all.step(a_group_read, so(sales("ProcessingComplete")));
    all.step(a_members_read, in_error({broken(7)}));
    CHECK(all.record().end == errand_end::open);
    while (!all.running->finished()) {
        all.step(a_group_read, so(sales("ProcessingComplete")));
        all.step(a_members_read, in_error({broken(7), broken(9)}));
    }
    CHECK(all.now - first >= 30s);
    CHECK(all.record().end == errand_end::failed);
    CHECK(all.record().why == reason::no_seats);
    CHECK(all.record().detail ==
          "2 members are in error: p7@contoso.example (CountViolation), p9@contoso.example "
          "(CountViolation)");
    REQUIRE(all.record().seen);
    CHECK(plan::licence_error_of(*all.record().seen, power_bi) == reason::no_seats);
}

TEST_CASE("members who are out of error in time leave nothing to tell", "[schedule][groups]") {
    licensing all;
    all.step(a_group_write, reply(outcome_kind::done));
    all.step(a_group_read, so(sales("ProcessingComplete")));
    all.step(a_members_read, in_error({broken(7)}));
    all.step(a_group_read, so(sales("ProcessingInProgress")));
    all.step(a_group_read, so(sales("ProcessingComplete")));
    all.step(a_members_read, in_error({}));
    CHECK(all.record().end == errand_end::verified);
    CHECK(all.record().detail.empty());
}

TEST_CASE("a group that is never done is unverified", "[schedule][groups]") {
    schedule::options chosen;
    chosen.verify_timeout = 60s;
    licensing all{to_sales, {}, chosen};
    all.step(a_group_write, reply(outcome_kind::done));
    while (!all.running->finished()) all.step(a_group_read, so(sales("ProcessingInProgress")));
    CHECK(all.record().end == errand_end::unverified);
    CHECK(all.record().why == reason::not_seen_in_time);
}

TEST_CASE("of a licence taken from a group no member is asked about", "[schedule][groups]") {
    licensing all{"group,sku,action\nSales,POWER_BI_PRO,remove\n", {{power_bi, {}}}};
    auto const sent = all.step(a_group_write, reply(outcome_kind::done));
    CHECK(sent.operations[0].removes == std::vector{power_bi});
    all.step(a_group_read, so(sales("ProcessingInProgress", {})));
    all.step(a_group_read, so(sales("", {})));
    CHECK(all.record().end == errand_end::verified);
}

TEST_CASE("a change of a group without an answer is looked for before it is sent again",
          "[schedule][groups]") {
    licensing all;
    all.step(a_group_write, reply(outcome_kind::lost));
    all.step(a_group_read, so(sales("", {})));
    // It did arrive, and is under way.
    all.step(a_group_read, so(sales("ProcessingInProgress")));
    all.step(a_group_read, so(sales("ProcessingComplete")));
    all.step(a_members_read, in_error({}));
    CHECK(all.record().end == errand_end::verified);
    CHECK(all.record().attempts == 1);
}

TEST_CASE("a group that is gone by the time of its change", "[schedule][groups]") {
    licensing all;
    all.step(a_group_write, reply(outcome_kind::refused, reason::group_not_found));
    CHECK(all.record().end == errand_end::failed);
    CHECK(all.record().why == reason::group_not_found);
}
