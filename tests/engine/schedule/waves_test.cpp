#include "engine/schedule/waves.hpp"

#include <algorithm>
#include <set>

#include "script.hpp"

using namespace allot;
using namespace allot::schedule_testing;
using namespace allot::support;
using namespace std::chrono_literals;
using schedule::errand_end;

namespace {

schedule::options in_waves_of(std::size_t size, std::optional<plan::limit> failures_max = {},
                              duration pause = {}) {
    schedule::options chosen;
    chosen.waves = {size, pause, failures_max};
    return chosen;
}

using names = std::vector<std::string>;

names users_of(schedule::batch const& sent) {
    names found;
    for (auto const& one : sent.operations) {
        found.push_back(one.user.substr(0, one.user.find('@')));
    }
    return found;
}

/// What a user's write gets: what `refused` says of him, else done.
using refusals = std::set<std::string>;

/// Goes on until a batch of writes comes, which it returns unsettled; reads show what was accepted.
/// Empty when nothing more is written.
std::optional<schedule::batch> next_write(script& run) {
    while (auto const sent = run.next(24h)) {
        if (sent->operations[0].kind != a_read) return sent;
        std::vector<outcome> answers;
        for (auto const& whose : sent->errands) {
            auto const which = whose.front();
            auto const& one = run.running->errands()[which];
            user shown{*one.seen, one.id, {}};
            shown.licences.push_back(direct(power_bi));
            answers.push_back(seen(shown));
        }
        run.settle(*sent, answers);
    }
    return std::nullopt;
}

void answer(script& run, schedule::batch const& sent, refusals const& refused = {}) {
    std::vector<outcome> answers;
    for (auto const& name : users_of(sent)) {
        answers.push_back(refused.contains(name)
                              ? reply(outcome_kind::refused, reason::plan_conflict)
                              : reply(outcome_kind::done));
    }
    run.settle(sent, answers);
}

/// Everything to its end; who was written, batch by batch.
std::vector<names> all_writes(script& run, refusals const& refused = {}) {
    std::vector<names> written;
    while (auto const sent = next_write(run)) {
        written.push_back(users_of(*sent));
        answer(run, *sent, refused);
    }
    CHECK(run.running->finished());
    return written;
}

std::size_t ended(script const& run, errand_end how, reason why = reason::none) {
    return static_cast<std::size_t>(std::ranges::count_if(
        run.running->records(),
        [&](schedule::record const& one) { return one.end == how && one.why == why; }));
}

}  // namespace

TEST_CASE("a wave is verified to the last user before the next one begins", "[waves]") {
    crowd const of{5};
    script run{of.csv, of.people, in_waves_of(2)};
    auto const first = run.next();
    REQUIRE(first);
    CHECK(users_of(*first) == names{"p1", "p2"});
    CHECK_FALSE(run.running->next(run.now));
    answer(run, *first);
    auto const look = run.next();
    REQUIRE(look);
    CHECK(users_of(*look) == names{"p1", "p2"});
    // One of the two is seen: the next wave has to wait for the other.
    run.settle(*look, {seen(with_it), seen(person(2))});
    CHECK_FALSE(run.running->next(run.now));
    CHECK(run.running->in_waves().stands().begun == 1);
    run.step(a_read, seen(person(2, {direct(power_bi)})));
    auto const second = run.running->next(run.now);
    REQUIRE(second);
    CHECK(users_of(*second) == names{"p3", "p4"});
    answer(run, *second);
    CHECK(all_writes(run) == std::vector<names>{{"p5"}});
    CHECK(ended(run, errand_end::verified) == 5);
    auto const stands = run.running->in_waves().stands();
    CHECK(stands.count == 3);
    CHECK(stands.done == 3);
}

TEST_CASE("the pause lies between the end of a wave and the next, to the instant", "[waves]") {
    crowd const of{2};
    script run{of.csv, of.people, in_waves_of(1, {}, 10min)};
    auto const first = run.next();
    answer(run, *first);
    run.step(a_read, seen(with_it));
    auto const ended_at = run.now;
    CHECK_FALSE(run.running->next(run.now));
    CHECK(run.running->wake_at(run.now) == ended_at + 10min);
    CHECK(run.running->in_waves().next_at() == ended_at + 10min);
    CHECK_FALSE(run.running->next(ended_at + 10min - 1ms));
    run.now = ended_at + 10min;
    auto const second = run.running->next(run.now);
    REQUIRE(second);
    CHECK(users_of(*second) == names{"p2"});
    answer(run, *second);
    run.step(a_read, seen(person(2, {direct(power_bi)})));
    CHECK(run.running->finished());
}

TEST_CASE("who stops a run in its pause has stopped it at once", "[waves]") {
    crowd const of{3};
    script run{of.csv, of.people, in_waves_of(1, plan::limit{0, false}, 10min)};
    answer(run, *run.next());
    run.step(a_read, seen(with_it));
    run.running->drain(reason::interrupted);
    CHECK(run.running->finished());
    CHECK_FALSE(run.running->wake_at(run.now));
    CHECK(ended(run, errand_end::cancelled, reason::interrupted) == 2);
    CHECK_FALSE(run.running->in_waves().too_many_failed());
}

TEST_CASE("whom the end of the run cut short is no failure", "[waves]") {
    crowd const of{2};
    script run{of.csv, of.people, in_waves_of(2, plan::limit{0, false})};
    answer(run, *run.next());
    run.running->drain(reason::interrupted);
    CHECK(run.running->finished());
    CHECK(ended(run, errand_end::unverified, reason::interrupted) == 2);
    CHECK_FALSE(run.running->in_waves().too_many_failed());
    CHECK(run.running->in_waves().stands().done == 0);
}

TEST_CASE("after a wave with too many failures nobody of a later wave is written to", "[waves]") {
    crowd const of{6};
    script run{of.csv, of.people, in_waves_of(3, plan::limit{0, false})};
    CHECK(all_writes(run, {"p2"}) == std::vector<names>{{"p1", "p2", "p3"}});
    CHECK(ended(run, errand_end::verified) == 2);
    CHECK(ended(run, errand_end::failed, reason::plan_conflict) == 1);
    CHECK(ended(run, errand_end::cancelled, reason::too_many_failures) == 3);
    CHECK(run.running->in_waves().too_many_failed());
    auto const stands = run.running->in_waves().stands();
    CHECK(stands.begun == 1);
    CHECK(stands.done == 1);
    CHECK(stands.failed == 1);
    CHECK(stands.users == 3);
}

TEST_CASE(
    "within a wave the writing stops with the first failure too many; what was accepted is "
    "still verified",
    "[waves]") {
    crowd const of{6};
    auto chosen = in_waves_of(6, plan::limit{1, false});
    chosen.write_batch = 1;
    chosen.requests_in_flight_max = 1;
    script run{of.csv, of.people, chosen};
    CHECK(all_writes(run, {"p2", "p4"}) == std::vector<names>{{"p1"}, {"p2"}, {"p3"}, {"p4"}});
    CHECK(run.record(0).end == errand_end::verified);
    CHECK(run.record(2).end == errand_end::verified);
    CHECK(ended(run, errand_end::cancelled, reason::too_many_failures) == 2);
    CHECK(run.running->in_waves().stands().done == 0);
}

TEST_CASE("without waves the limit holds for the whole run", "[waves]") {
    crowd const of{5};
    auto const failures_max = GENERATE(plan::limit{1, false}, plan::limit{20, true});
    auto chosen = in_waves_of(0, failures_max);
    chosen.write_batch = 1;
    chosen.requests_in_flight_max = 1;
    script run{of.csv, of.people, chosen};
    CHECK(all_writes(run, {"p1", "p3"}).size() == 3);
    CHECK(ended(run, errand_end::cancelled, reason::too_many_failures) == 2);
    CHECK(run.running->in_waves().stands().users == 5);
    CHECK(run.running->in_waves().stands().count == 1);
}

TEST_CASE("without a limit any number may fail", "[waves]") {
    crowd const of{4};
    script run{of.csv, of.people, in_waves_of(2)};
    CHECK(all_writes(run, {"p1", "p2", "p3", "p4"}).size() == 2);
    CHECK(ended(run, errand_end::failed, reason::plan_conflict) == 4);
}

TEST_CASE("a number of failures counts over all waves, a share in each of them", "[waves]") {
    crowd const of{12};
    refusals const one_in_each{"p1", "p5", "p9"};
    SECTION("one may fail in all: the second wave's is one too many") {
        script run{of.csv, of.people, in_waves_of(4, plan::limit{1, false})};
        CHECK(all_writes(run, one_in_each).size() == 2);
        CHECK(run.running->in_waves().stands().failed == 2);
        CHECK(run.running->in_waves().stands().users == 8);
    }
    SECTION("a quarter of each wave may fail: one of four does, so all waves go") {
        script run{of.csv, of.people, in_waves_of(4, plan::limit{25, true})};
        CHECK(all_writes(run, one_in_each).size() == 3);
        CHECK_FALSE(run.running->in_waves().too_many_failed());
    }
    SECTION("two of four are more than a quarter") {
        script run{of.csv, of.people, in_waves_of(4, plan::limit{25, true})};
        CHECK(all_writes(run, {"p5", "p6"}).size() == 2);
        CHECK(run.running->in_waves().stands().failed == 2);
        CHECK(run.running->in_waves().stands().users == 4);
    }
    SECTION("a share of the last, smaller wave is of its own users") {
        crowd const five{5};
        script run{five.csv, five.people, in_waves_of(4, plan::limit{50, true})};
        CHECK(all_writes(run, {"p5"}).size() == 2);
        CHECK(run.running->in_waves().too_many_failed());
        CHECK(run.running->in_waves().stands().users == 1);
    }
}

TEST_CASE("who is not seen in time is a failure to the next wave", "[waves]") {
    crowd const of{2};
    auto chosen = in_waves_of(1, plan::limit{0, false});
    chosen.verify_timeout = 60s;
    script run{of.csv, of.people, chosen};
    answer(run, *run.next());
    while (auto const sent = run.next()) {
        REQUIRE(sent->operations[0].kind == a_read);
        run.settle(*sent, {seen(without)});
    }
    CHECK(run.running->finished());
    CHECK(run.record(0).end == errand_end::unverified);
    CHECK(run.record(1).end == errand_end::cancelled);
    CHECK(run.record(1).why == reason::too_many_failures);
}

TEST_CASE("who is spared a hopeless try for want of seats is blocked, and no failure", "[waves]") {
    crowd const of{4};
    auto chosen = in_waves_of(4, plan::limit{1, false});
    chosen.write_batch = 1;
    chosen.requests_in_flight_max = 1;
    script run{of.csv, of.people, chosen};
    auto refused = reply(outcome_kind::refused, reason::no_seats);
    refused.skus = {power_bi};
    run.step(a_write, refused);
    CHECK_FALSE(run.next());
    CHECK(run.running->finished());
    CHECK(run.record(0).end == errand_end::failed);
    CHECK(ended(run, errand_end::untried, reason::no_seats) == 3);
    CHECK(run.running->in_waves().stands().failed == 1);
    CHECK_FALSE(run.running->in_waves().too_many_failed());
}

TEST_CASE("one who was tried before he was spared has failed, and may be one too many", "[waves]") {
    std::string const csv =
        "user,sku\np1@contoso.example,POWER_BI_PRO\np2@contoso.example,POWER_BI_PRO\n"
        "p3@contoso.example,SPE_E3\n";
    auto chosen = in_waves_of(2, plan::limit{1, false});
    chosen.write_batch = 1;
    chosen.requests_in_flight_max = 1;
    script run{csv, {person(1), person(2), person(3)}, chosen};
    auto refused = reply(outcome_kind::refused, reason::no_seats);
    refused.skus = {power_bi};
    run.step(a_write, reply(outcome_kind::transient));
    run.step(a_write, refused);
    CHECK_FALSE(run.next());
    CHECK(run.running->finished());
    CHECK(ended(run, errand_end::failed, reason::no_seats) == 2);
    CHECK(run.record(2).end == errand_end::cancelled);
    CHECK(run.record(2).why == reason::too_many_failures);
}

TEST_CASE("a wave of which all were spared is over, and the next one begins", "[waves]") {
    std::string const csv =
        "user,sku\np1@contoso.example,POWER_BI_PRO\np2@contoso.example,POWER_BI_PRO\n"
        "p3@contoso.example,SPE_E3\n";
    for (auto const pause : {duration{0s}, duration{5min}}) {
        script run{csv, {person(1), person(2), person(3)}, in_waves_of(1, {}, pause)};
        auto refused = reply(outcome_kind::refused, reason::no_seats);
        refused.skus = {power_bi};
        run.step(a_write, refused);
        auto const last = run.next();
        REQUIRE(last);
        CHECK(users_of(*last) == names{"p3"});
        CHECK(run.record(1).end == errand_end::untried);
    }
}

TEST_CASE("a user of whom the service refused one of two licences counts as failed", "[waves]") {
    std::string const csv =
        "user,sku\np1@contoso.example,POWER_BI_PRO\np1@contoso.example,SPE_E3\n"
        "p2@contoso.example,SPE_E3\n";
    script run{csv, {person(1), person(2)}, in_waves_of(1, plan::limit{0, false})};
    auto refused = reply(outcome_kind::refused, reason::no_seats);
    refused.skus = {power_bi};
    run.step(a_write, refused);
    run.step(a_write, reply(outcome_kind::done));
    run.step(a_read, seen(person(1, {direct(e3)})));
    CHECK(run.record(0).end == errand_end::verified);
    CHECK(run.running->finished());
    CHECK(run.record(1).why == reason::too_many_failures);
}

TEST_CASE("with seats short, a change waits for the seats given back and for its wave", "[waves]") {
    std::string csv = "user,sku,action\n";
    std::vector<user> people;
    for (unsigned number = 1; number <= 3; ++number) {
        people.push_back(person(number));
        csv += people.back().upn + ",POWER_BI_PRO,assign\n";
    }
    for (unsigned number = 4; number <= 6; ++number) {
        people.push_back(person(number, {direct(power_bi)}));
        csv += people.back().upn + ",POWER_BI_PRO,remove\n";
    }
    // The order of trying is p4 p5 | p6 p1 | p2 p3.
    script run{csv, people, in_waves_of(2), subscriptions(0)};
    auto const show = [&](std::vector<unsigned> const& numbers) {
        auto const sent = run.next();
        REQUIRE(sent);
        REQUIRE(sent->operations.size() == numbers.size());
        REQUIRE(sent->operations[0].kind == a_read);
        std::vector<outcome> answers;
        for (auto const number : numbers) {
            answers.push_back(
                seen(number > 3 ? person(number) : person(number, {direct(power_bi)})));
        }
        run.settle(*sent, answers);
    };
    auto const first = run.next();
    CHECK(users_of(*first) == names{"p4", "p5"});
    answer(run, *first);
    CHECK_FALSE(run.running->next(run.now));
    show({4, 5});
    auto const second = run.next();
    CHECK(users_of(*second) == names{"p6"});
    CHECK_FALSE(run.running->next(run.now));  // p1 is of this wave, but p6's seat is not back yet
    answer(run, *second);
    auto const third = run.running->next(run.now);
    REQUIRE(third);
    CHECK(users_of(*third) == names{"p1"});
    answer(run, *third);
    show({6});
    show({1});  // p2's and p3's seats are back, but before this they had to wait for their wave
    auto const last = run.running->next(run.now);
    REQUIRE(last);
    CHECK(users_of(*last) == names{"p2", "p3"});
}

TEST_CASE("once too many failed, a lost write is read back but never sent again", "[waves]") {
    crowd const of{3};
    auto chosen = in_waves_of(0, plan::limit{0, false});
    chosen.write_batch = 1;
    for (bool const it_had_worked : {true, false}) {
        script run{of.csv, of.people, chosen};
        auto const first = run.running->next(run.now);
        auto const second = run.running->next(run.now);
        auto const third = run.running->next(run.now);
        run.settle(*first, {reply(outcome_kind::lost)});
        run.settle(*second, {reply(outcome_kind::refused, reason::plan_conflict)});
        run.settle(*third, {reply(outcome_kind::transient)});
        while (auto const sent = run.next()) {
            REQUIRE(sent->operations[0].kind == a_read);
            run.settle(*sent, {seen(it_had_worked ? with_it : without)});
        }
        CHECK(run.running->finished());
        CHECK(run.record(0).end == (it_had_worked ? errand_end::verified : errand_end::cancelled));
        CHECK(run.record(2).end == errand_end::cancelled);
        CHECK(run.record(2).why == reason::too_many_failures);
        CHECK(run.running->done().writes == 3);
    }
}
