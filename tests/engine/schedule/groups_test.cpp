#include <algorithm>

#include "script.hpp"

/// Licences that come by membership of a group: up to twenty people join in one request.
using namespace allot;
using namespace allot::schedule_testing;
using schedule::errand_end;

namespace {

constexpr auto a_join = operation_kind::add_members;
constexpr auto a_leave = operation_kind::remove_member;

plan::rules via_sales() {
    plan::rules by;
    by.via[power_bi] = {sales_group, "Licence Power BI", {}, {}};
    return by;
}

licence_state broken(std::string error) {
    auto one = inherited(power_bi);
    one.active = false;
    one.error = std::move(error);
    return one;
}

/// A crowd that is to get Power BI Pro through the sales group, or to lose it.
struct joining : script {
    joining(crowd const& of, plan::rules const& by = via_sales())
        : script{of.csv, of.people, {}, subscriptions(), {}, by} {}

    /// Answers reads as the people are by `is`, until a write comes; empty when all has ended.
    template <class Is>
    std::optional<schedule::batch> next_write(Is is) {
        while (auto const sent = next()) {
            if (sent->operations[0].kind != a_read) return sent;
            std::vector<outcome> answers;
            for (auto const& whose : sent->errands) {
                answers.push_back(seen(is(running->errands()[whose.front()].user + 1)));
            }
            settle(*sent, answers);
        }
        return std::nullopt;
    }
};

user joined(unsigned number) {
    return person(number, {inherited(power_bi)});
}

std::vector<unsigned> numbers_of(schedule::batch const& sent) {
    std::vector<unsigned> numbers;
    for (auto const member : sent.operations[0].members) numbers.push_back(member.value.bytes[15]);
    return numbers;
}

}  // namespace

TEST_CASE("twenty people join a group in one request, and are verified by their own licences",
          "[groups]") {
    joining run{crowd{45}};
    std::vector<std::size_t> sizes;
    while (auto const sent = run.next_write(joined)) {
        REQUIRE(sent->operations[0].kind == a_join);
        CHECK(sent->operations[0].group == sales_group);
        sizes.push_back(sent->operations[0].members.size());
        run.settle(*sent, {reply(outcome_kind::done)});
    }
    CHECK(sizes == std::vector<std::size_t>{20, 20, 5});
    CHECK(run.running->done().writes == 3);
    for (auto const& record : run.running->records()) CHECK(record.end == errand_end::verified);
}

TEST_CASE("a refused joining is split until the culprit is by himself", "[groups]") {
    joining run{crowd{20}};
    unsigned const culprit = 7;
    unsigned writes = 0;
    while (auto const sent = run.next_write(joined)) {
        ++writes;
        auto const who = numbers_of(*sent);
        bool const has_culprit = std::ranges::find(who, culprit) != who.end();
        auto const refused = reply(outcome_kind::refused, reason::uniqueness_violation);
        run.settle(*sent, {has_culprit ? refused : reply(outcome_kind::done)});
    }
    CHECK(writes == 11);  // 20, 10, 5, 3, 2, 1 with him, and the other halves: 1, 1, 2, 5, 10
    for (std::size_t at = 0; at < 20; ++at) {
        bool const him = at + 1 == culprit;
        CHECK(run.record(at).end == (him ? errand_end::failed : errand_end::verified));
        CHECK(run.record(at).attempts == 1);
    }
    CHECK(run.record(culprit - 1).why == reason::uniqueness_violation);
}

TEST_CASE("who turns out to be a member already counts as joined", "[groups]") {
    joining run{crowd{1}};
    run.step(a_join, reply(outcome_kind::refused, reason::already_member));
    run.step(a_read, seen(joined(1)));
    CHECK(run.record().end == errand_end::verified);
}

TEST_CASE("a group that cannot be written is not tried person by person", "[groups]") {
    joining run{crowd{20}};
    run.step(a_join, reply(outcome_kind::refused, reason::group_not_writable));
    CHECK(run.running->finished());
    CHECK(run.record().why == reason::group_not_writable);
}

TEST_CASE("the group's own time is waited for, and its error is the verdict", "[groups]") {
    joining run{crowd{1}};
    run.step(a_join, reply(outcome_kind::done));
    run.step(a_read, seen(person(1)));
    run.step(a_read, seen(person(1, {broken("")})));
    run.step(a_read, seen(person(1, {broken("CountViolation")})));
    while (!run.running->finished()) {
        run.step(a_read, seen(person(1, {broken("CountViolation")})));
    }
    CHECK(run.running->barred()[0] == reason::no_seats);
    CHECK(run.record().end == errand_end::failed);
    CHECK(run.record().why == reason::no_seats);
}

TEST_CASE("once a member got no seat nobody else is put into the group", "[groups]") {
    // The second comes when the first has failed: a wave of its own.
    crowd const of{2};
    schedule::options chosen;
    chosen.waves.size = 1;
    chosen.waves.failures_max = plan::limit{5, false};
    script run{of.csv, of.people, chosen, subscriptions(), {}, via_sales()};
    run.step(a_join, reply(outcome_kind::done));
    while (run.record(0).end == errand_end::open) {
        run.step(a_read, seen(person(1, {broken("CountViolation")})));
    }
    CHECK_FALSE(run.next());
    CHECK(run.running->finished());
    CHECK(run.record(1).end == errand_end::untried);
    CHECK(run.running->barred()[1] == reason::no_seats);
}

TEST_CASE("a direct copy is dropped only after the group's licence was seen to be active",
          "[groups]") {
    auto by = via_sales();
    by.drop_direct = true;
    crowd of{1};
    of.people[0] = person(1, {direct(power_bi)});
    joining run{of, by};
    run.step(a_join, reply(outcome_kind::done));
    run.step(a_read, seen(person(1, {direct(power_bi)})));
    run.step(a_read, seen(person(1, {direct(power_bi), broken("")})));
    run.step(a_read, seen(person(1, {direct(power_bi), inherited(power_bi)})));
    auto const drop = run.step(a_write, reply(outcome_kind::done));
    CHECK(drop.operations[0].removes == std::vector{power_bi});
    CHECK(drop.operations[0].adds.empty());
    run.step(a_read, seen(person(1, {direct(power_bi), inherited(power_bi)})));
    CHECK_FALSE(run.running->finished());
    run.step(a_read, seen(joined(1)));
    CHECK(run.record().end == errand_end::verified);
    CHECK(run.running->done().accepted == 1);
}

TEST_CASE("people leave a group one by one", "[groups]") {
    crowd of{3};
    of.csv = "user,sku,action\n";
    for (auto& someone : of.people) {
        of.csv += someone.upn + ",POWER_BI_PRO,remove\n";
        someone.licences = {inherited(power_bi)};
    }
    joining run{of};
    unsigned leaves = 0;
    while (auto const sent = run.next_write([](unsigned number) { return person(number); })) {
        REQUIRE(sent->operations.size() == 1);
        CHECK(sent->operations[0].kind == a_leave);
        CHECK(sent->operations[0].members.size() == 1);
        ++leaves;
        auto const gone = reply(outcome_kind::refused, reason::not_a_member);
        run.settle(*sent, {leaves == 2 ? gone : reply(outcome_kind::done)});
    }
    CHECK(leaves == 3);
    for (auto const& record : run.running->records()) CHECK(record.end == errand_end::verified);
}

TEST_CASE("a lost joining is read back before it is sent again", "[groups]") {
    joining run{crowd{2}};
    auto const sent = run.next();
    REQUIRE(sent);
    run.settle(*sent, {reply(outcome_kind::lost, reason::lost_reply)});
    // The first is in the group by now, the second is not.
    auto const again = run.next_write(
        [](unsigned number) { return number == 1 ? person(1, {broken("")}) : person(number); });
    REQUIRE(again);
    CHECK(again->operations[0].kind == a_join);
    CHECK(numbers_of(*again) == std::vector<unsigned>{2});
}

TEST_CASE("who waits for the seat of one who leaves a group waits until it was given back",
          "[groups]") {
    // The one seat is that of the second, who loses it.
    std::string const csv =
        "user,sku,action\np1@contoso.example,POWER_BI_PRO,assign\n"
        "p2@contoso.example,POWER_BI_PRO,remove\n";
    script run{csv,        {person(1), person(2, {inherited(power_bi)})}, {}, subscriptions(0), {},
               via_sales()};
    run.step(a_leave, reply(outcome_kind::done));
    run.step(a_read, seen(person(2, {inherited(power_bi)})));
    run.step(a_read, seen(person(2)));
    run.step(a_join, reply(outcome_kind::done));
    run.step(a_read, seen(joined(1)));
    CHECK(run.running->finished());
}

TEST_CASE("who has joined one of two groups when the run is stopped is not called untouched",
          "[groups]") {
    plan::rules by = via_sales();
    group_id const other{*guid::parse("22222222-aaaa-4bbb-8ccc-000000000009")};
    by.via[e3] = {other, "Licence E3", {}, {}};
    script run{"user,sku\np1@contoso.example,POWER_BI_PRO\np1@contoso.example,SPE_E3\n",
               {person(1)},
               {},
               subscriptions(),
               {},
               by};
    run.step(a_join, reply(outcome_kind::done));
    run.running->drain(reason::interrupted);
    CHECK(run.record().end == errand_end::unverified);
    CHECK(run.record().why == reason::interrupted);
}

TEST_CASE("one licence in error does not keep the needless copy of another", "[groups]") {
    auto by = via_sales();
    group_id const other{*guid::parse("22222222-aaaa-4bbb-8ccc-000000000009")};
    by.via[e3] = {other, "Licence E3", {}, {}};
    by.drop_direct = true;
    auto broken_e3 = inherited(e3);
    broken_e3.by_group = other;
    broken_e3.active = false;
    broken_e3.error = "MutuallyExclusiveViolation";
    script run{"user,sku\np1@contoso.example,POWER_BI_PRO\np1@contoso.example,SPE_E3\n",
               {person(1, {direct(power_bi)})},
               {},
               subscriptions(),
               {},
               by};
    run.step(a_join, reply(outcome_kind::done));
    run.step(a_join, reply(outcome_kind::done));
    auto next = run.next();
    while (next && next->operations[0].kind == a_read) {
        run.settle(*next, {seen(person(1, {direct(power_bi), inherited(power_bi), broken_e3}))});
        next = run.next();
    }
    REQUIRE(next);
    CHECK(next->operations[0].removes == std::vector{power_bi});
    run.settle(*next, {reply(outcome_kind::done)});
    while (!run.running->finished()) {
        run.step(a_read, seen(person(1, {inherited(power_bi), broken_e3})));
    }
    CHECK(run.record().end == errand_end::failed);
    CHECK(run.record().why == reason::plan_conflict);
}

TEST_CASE("who may have joined a group is not called untouched when the run ends", "[schedule]") {
    joining all{crowd{1}};
    all.step(a_join, reply(outcome_kind::lost));
    // His licences do not show it in time: groups are slow.
    auto again = all.next_write([](unsigned number) { return person(number); });
    REQUIRE(again);
    all.running->drain(reason::interrupted);
    all.settle(*again, {reply(outcome_kind::throttled)});
    CHECK(all.record().end == errand_end::failed);
    CHECK(all.record().why == reason::lost_reply);
}
