// Goal: whoever was killed goes on as if nothing had been: nobody is lost, nobody is served twice.
// Method: a schedule is run by the test and left at some point; another one is given its entries.
#include "script.hpp"

using namespace allot;
using namespace allot::schedule_testing;
using schedule::errand_end;

namespace {

schedule::options keeping() {
    schedule::options chosen;
    chosen.keep_entries = true;
    chosen.write_batch = 1;
    return chosen;
}

/// The run that is killed, and the one that goes on with its entries so much later.
struct killed {
    std::string csv;
    std::vector<user> people;
    std::vector<schedule::dated_entry> entries;
    script first;
    std::unique_ptr<script> second;

    plan::rules by;

    killed(std::string of, std::vector<user> who, schedule::options chosen = keeping(),
           plan::rules rules = {})
        : csv{std::move(of)},
          people{std::move(who)},
          first{csv, people, chosen, subscriptions(), {}, rules},
          by{std::move(rules)} {}

    /// Writes down what has happened so far.
    void keep() {
        for (auto& one : first.running->take_entries()) {
            entries.push_back({wall_time{1767600000000ms} + wall(first.now), std::move(one)});
        }
    }

    static std::chrono::milliseconds wall(time_point of) {
        return std::chrono::duration_cast<std::chrono::milliseconds>(of.time_since_epoch());
    }

    script& resume(duration later = 1h, schedule::options chosen = keeping()) {
        second = std::make_unique<script>(csv, people, chosen, subscriptions(),
                                          throttle::governor_options{}, by);
        second->now = first.now + later;
        second->running->restore(entries, second->now,
                                 wall_time{1767600000000ms} + wall(second->now));
        return *second;
    }
};

}  // namespace

TEST_CASE("a user whose write was not answered is read before anything is sent", "[schedule]") {
    killed run{one_user, {without}};
    auto const sent = run.first.next();
    REQUIRE(sent);
    run.keep();
    REQUIRE(run.entries.size() == 1);
    auto& again = run.resume();

    SECTION("the write had arrived: it is verified, and not sent a second time") {
        again.step(a_read, seen(with_it));
        CHECK(again.record().end == errand_end::verified);
        CHECK(again.record().attempts == 1);
        CHECK(again.running->done().writes == 0);
    }
    SECTION("it had not: it is sent once more") {
        again.step(a_read, seen(without));
        again.step(a_write, reply(outcome_kind::done));
        again.step(a_read, seen(with_it));
        CHECK(again.record().end == errand_end::verified);
        CHECK(again.record().attempts == 2);
    }
    CHECK(again.running->finished());
}

TEST_CASE(
    "a write that left a moment before the crash is looked for until reads had time to catch "
    "up",
    "[schedule]") {
    killed run{one_user, {without}};
    run.first.next();
    run.keep();
    auto& again = run.resume(5s);
    auto const began = again.now;
    auto sent = again.next();
    while (sent->operations[0].kind == a_read) {
        again.settle(*sent, {seen(without)});
        sent = again.next();
        REQUIRE(sent);
    }
    // 45 s after it was sent, of which 5 had passed.
    CHECK(again.now - began >= 40s);
    CHECK(again.now - began < 45s);
}

TEST_CASE("who was accepted before the crash is verified, and not written again", "[schedule]") {
    killed run{one_user, {without}};
    run.first.step(a_write, reply(outcome_kind::done));
    run.keep();
    auto& again = run.resume(24h);
    again.step(a_read,
               seen(without));  // still not shown: the day that nobody looked does not count
    CHECK(again.record().end == errand_end::open);
    again.step(a_read, seen(with_it));
    CHECK(again.record().end == errand_end::verified);
    CHECK(again.record().attempts == 1);
    CHECK(again.record().changed_at == run.entries[1].at);
    CHECK(again.running->done().writes == 0);
}

TEST_CASE("who had ended has ended", "[schedule]") {
    crowd const two{2};
    killed run{two.csv, two.people};
    auto const first = run.first.next();
    auto refused = reply(outcome_kind::refused, reason::plan_conflict);
    refused.seen.request_id = "r-1";
    refused.detail = "they exclude each other";
    run.first.settle(*first, {refused});
    run.keep();
    auto& again = run.resume();
    auto const& record = again.record(first->errands[0].front());
    CHECK(record.end == errand_end::failed);
    CHECK(record.why == reason::plan_conflict);
    CHECK(record.detail == "they exclude each other");
    CHECK(record.last.request_id == "r-1");
    CHECK(again.running->done().settled == 1);
}

TEST_CASE("who was never tried is looked at first: somebody may have changed him meanwhile",
          "[schedule]") {
    crowd const three{3};
    killed run{three.csv, three.people};
    auto& again = run.resume();
    auto const look = again.next();
    REQUIRE(look);
    REQUIRE(look->operations.size() == 3);
    CHECK(look->operations[0].kind == a_read);
    auto gone = reply(outcome_kind::refused, reason::user_not_found);
    again.settle(*look, {seen(person(1, {direct(power_bi)})), gone, seen(three.people[2])});
    CHECK(again.record(0).end == errand_end::already);
    CHECK(again.record(0).attempts == 0);
    CHECK(again.record(1).end == errand_end::not_found);
    again.step(a_write, reply(outcome_kind::done));
    again.step(a_read, seen(person(3, {direct(power_bi)})));
    CHECK(again.record(2).end == errand_end::verified);
    CHECK(again.running->finished());
}

TEST_CASE("a SKU that the service had no seat of is not tried again after a crash", "[schedule]") {
    crowd const two{2};
    killed run{two.csv, two.people};
    auto const first = run.first.next();
    auto refused = reply(outcome_kind::refused, reason::no_seats);
    refused.skus = {power_bi};
    run.first.settle(*first, {refused});
    run.keep();
    auto& again = run.resume();
    CHECK(again.running->refused_itself(0));
    again.step(a_read, seen(two.people[1]));
    CHECK_FALSE(again.next());
    CHECK(again.running->finished());
    CHECK(again.running->done().writes == 0);
    CHECK(again.running->barred()[1] == reason::no_seats);
    CHECK_FALSE(again.running->refused_itself(1));
}

TEST_CASE("a usage location that was set before the crash is not set again", "[schedule]") {
    auto nowhere = person(1);
    nowhere.usage_location.clear();
    killed run{"user,sku,usage_location\np1@contoso.example,POWER_BI_PRO,NL\n", {nowhere}};
    auto const pair = run.first.next();
    REQUIRE(pair->operations.size() == 2);
    run.first.settle(*pair, {reply(outcome_kind::done), reply(outcome_kind::transient)});
    run.keep();
    CHECK(std::get<schedule::intent>(run.entries[0].what).sent->usage_location == "NL");
    auto& again = run.resume();
    again.step(a_read, seen(nowhere));  // the tenant does not show the location yet
    auto const sent = again.step(a_write, reply(outcome_kind::done));
    CHECK(sent.operations.size() == 1);
    again.step(a_read, seen(with_it));
    CHECK(again.record().end == errand_end::verified);
    CHECK(again.record().attempts == 2);
}

TEST_CASE("one lost part of a pair leaves the whole in doubt", "[schedule]") {
    auto nowhere = person(1);
    nowhere.usage_location.clear();
    killed run{"user,sku,usage_location\np1@contoso.example,POWER_BI_PRO,NL\n", {nowhere}};
    auto const pair = run.first.next();
    run.first.settle(*pair, {reply(outcome_kind::lost), reply(outcome_kind::done)});
    run.keep();
    auto& again = run.resume(1s);
    again.step(a_read, seen(nowhere));
    auto const next = again.next();
    REQUIRE(next);
    CHECK(next->operations[0].kind == a_read);
}

TEST_CASE("what was refused for lack of quota counts as no try, also after a crash", "[schedule]") {
    killed run{one_user, {without}};
    run.first.step(a_write, reply(outcome_kind::throttled));
    run.keep();
    auto& again = run.resume();
    CHECK(again.record().attempts == 0);
    again.step(a_read, seen(without));
    again.step(a_write, reply(outcome_kind::done));
    CHECK(again.record().attempts == 1);
}

TEST_CASE("a gate that was closed before the crash is closed after it", "[schedule]") {
    crowd const two{2};
    schedule::options const chosen = keeping();
    throttle::governor_options limits;
    limits.writes = throttle::belief{throttle::published_writes};
    limits.units = throttle::belief{throttle::published_units};
    killed run{two.csv, two.people, chosen};
    auto const sent = run.first.next();
    auto refused = reply(outcome_kind::throttled);
    refused.retry_after = 30s;
    run.first.settle(*sent, {refused});
    run.keep();
    script again{two.csv, two.people, chosen, subscriptions(), limits};
    again.now = run.first.now + 10s;
    again.running->restore(run.entries, again.now,
                           wall_time{1767600000000ms} + killed::wall(again.now));
    auto const began = again.now;
    REQUIRE(again.next());
    CHECK(again.now - began >= 19s);
    CHECK(again.now - began <= 21s);
}

TEST_CASE("a resumed run is in the wave that it was in", "[schedule]") {
    crowd const six{6};
    auto chosen = keeping();
    chosen.waves.size = 2;
    chosen.waves.pause = 10min;
    killed run{six.csv, six.people, chosen};
    // The first wave is through, the second has begun.
    while (run.first.running->done().settled < 2) {
        auto const sent = run.first.next();
        REQUIRE(sent);
        std::vector<outcome> replies;
        for (auto const& whose : sent->errands) {
            auto const which = whose.front();
            bool const read = sent->operations[0].kind == a_read;
            replies.push_back(read ? seen(person(which + 1, {direct(power_bi)}))
                                   : reply(outcome_kind::done));
        }
        run.first.settle(*sent, replies);
    }
    auto const third = run.first.next();
    REQUIRE(third);
    run.keep();
    auto& again = run.resume(0s, chosen);
    CHECK(again.running->in_waves().stands().begun == 2);
    CHECK(again.running->in_waves().stands().done == 1);
    CHECK(again.running->done().settled == 2);
}

TEST_CASE("a run that was stopped in good order leaves nobody ended who was only cut short",
          "[schedule]") {
    crowd const three{3};
    killed run{three.csv, three.people};
    auto const sent = run.first.next();
    run.first.settle(*sent, {reply(outcome_kind::done)});
    run.first.running->drain(reason::interrupted);
    CHECK(run.first.running->cut_short());
    run.keep();
    for (auto const& line : run.entries) {
        CHECK_FALSE(std::holds_alternative<schedule::ending>(line.what));
    }
    auto& again = run.resume();
    auto const look = again.next();
    REQUIRE(look);
    CHECK(look->operations.size() == 3);
    CHECK(again.running->done().settled == 0);
}

TEST_CASE("a run whose every errand has ended was not cut short", "[schedule]") {
    killed run{one_user, {without}};
    run.first.step(a_write, reply(outcome_kind::done));
    run.first.step(a_read, seen(with_it));
    run.first.running->drain(reason::interrupted);
    CHECK_FALSE(run.first.running->cut_short());
}

TEST_CASE("sign-in refused in the middle leaves the run to be resumed", "[schedule]") {
    crowd const two{2};
    killed run{two.csv, two.people};
    auto const sent = run.first.next();
    run.first.settle(*sent, {reply(outcome_kind::stopped, reason::sign_in_refused)});
    run.keep();
    CHECK(run.first.running->cut_short());
    CHECK(run.resume().running->done().settled == 0);
}

namespace {

plan::rules moving_to_sales() {
    plan::rules by;
    by.via[power_bi] = {sales_group, "Licence Power BI", {}, {}};
    by.drop_direct = true;
    return by;
}

}  // namespace

TEST_CASE("killed between joining a group and dropping the direct copy: the copy is dropped later",
          "[schedule]") {
    killed run{one_user, {with_it}, keeping(), moving_to_sales()};
    run.first.step(operation_kind::add_members, reply(outcome_kind::done));
    auto const both = person(1, {direct(power_bi), inherited(power_bi)});
    SECTION("nothing of the second leg was sent") {
        run.keep();
    }
    SECTION("the drop was sent and not answered") {
        run.first.step(a_read, seen(both));
        auto const drop = run.first.next();
        REQUIRE(drop);
        CHECK(drop->operations[0].kind == a_write);
        run.keep();
    }
    auto& again = run.resume();
    again.step(a_read, seen(both));
    auto const drop = again.step(a_write, reply(outcome_kind::done));
    CHECK(drop.operations[0].removes == std::vector{power_bi});
    again.step(a_read, seen(person(1, {inherited(power_bi)})));
    CHECK(again.record().end == errand_end::verified);
    CHECK(again.running->finished());
}

TEST_CASE("killed while people join a group: who is in it is not added again", "[schedule]") {
    crowd const of{3};
    auto by = moving_to_sales();
    killed run{of.csv, of.people, keeping(), by};
    auto const sent = run.first.next();
    REQUIRE(sent);
    CHECK(sent->operations[0].members.size() == 3);
    run.keep();
    CHECK(run.entries.size() == 3);
    auto& again = run.resume();
    auto const look = again.next();
    REQUIRE(look);
    auto waiting = inherited(power_bi);
    waiting.active = false;
    again.settle(*look, {seen(person(1, {waiting})), seen(person(2)), seen(person(3))});
    auto const join = again.next();
    REQUIRE(join);
    REQUIRE(join->operations[0].kind == operation_kind::add_members);
    CHECK(join->operations[0].members == std::vector{person(2).id, person(3).id});
}

TEST_CASE("killed between two steps of a change: the first is not sent again while reads lag",
          "[schedule]") {
    auto by = moving_to_sales();
    by.drop_direct = false;
    auto const both = person(1, {direct(power_bi), inherited(power_bi)});
    killed run{"user,sku,action\np1@contoso.example,POWER_BI_PRO,remove\n", {both}, keeping(), by};
    run.first.step(a_write, reply(outcome_kind::done));
    run.keep();
    auto& again = run.resume(1s);
    again.step(a_read, seen(both));  // as it was
    auto const left = person(1, {inherited(power_bi)});
    auto next = again.next();
    while (next && next->operations[0].kind == a_read) {
        again.settle(*next, {seen(left)});
        next = again.next();
    }
    REQUIRE(next);
    CHECK(next->operations[0].kind == operation_kind::remove_member);
}

TEST_CASE("a licence that has no seat any more is no sign that the rest of a lost write arrived",
          "[schedule]") {
    killed run{"user,sku\np1@contoso.example,POWER_BI_PRO\np1@contoso.example,SPE_E3\n", {without}};
    auto no_seat = reply(outcome_kind::refused, reason::no_seats);
    no_seat.skus = {e3};
    run.first.step(a_write, no_seat);
    REQUIRE(run.first.next());  // the rest of it, without an answer
    run.keep();
    auto& again = run.resume();
    auto read = again.next();
    REQUIRE(read);
    REQUIRE(read->operations[0].kind == a_read);
    again.settle(*read, {seen(without)});
    again.running->drain(reason::interrupted);
    CHECK(again.record().end == errand_end::cancelled);
}
