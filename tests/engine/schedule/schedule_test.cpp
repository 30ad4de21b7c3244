#include <deque>

#include "script.hpp"

using namespace allot;
using namespace allot::schedule_testing;
using namespace allot::support;
using namespace std::chrono_literals;
using schedule::errand_end;

TEST_CASE("a change is sent, then looked at until it is seen: only then it is verified",
          "[schedule]") {
    script run{one_user, {without}};
    auto const sent = run.step(a_write, reply(outcome_kind::done));
    CHECK(sent.operations[0].adds == std::vector<licence_add>{{power_bi, {}}});
    CHECK(run.record().end == errand_end::open);
    run.step(a_read, seen(without));
    run.step(a_read, seen(without));
    CHECK(run.record().end == errand_end::open);
    run.step(a_read, seen(with_it));
    CHECK(run.record().end == errand_end::verified);
    CHECK(run.record().attempts == 1);
    CHECK(run.running->finished());
}

TEST_CASE("what is accepted and never seen is unverified after the time allowed, not failed",
          "[schedule]") {
    schedule::options chosen;
    chosen.verify_timeout = 60s;
    script run{one_user, {without}, chosen};
    run.step(a_write, reply(outcome_kind::done));
    auto const accepted = run.now;
    int looks = 0;
    while (auto const sent = run.next()) {
        REQUIRE(sent->operations[0].kind == a_read);
        run.settle(*sent, {seen(without)});
        ++looks;
    }
    CHECK(run.record().end == errand_end::unverified);
    CHECK(run.record().why == reason::not_seen_in_time);
    CHECK(run.now - accepted >= 60s);
    CHECK(looks >= 5);
    CHECK(looks <= 10);
}

TEST_CASE("after a lost reply the user is read, and nothing is sent again when it had worked",
          "[schedule]") {
    script run{one_user, {without}};
    run.step(a_write, reply(outcome_kind::lost));
    run.step(a_read, seen(without));  // the read lags behind
    run.step(a_read, seen(without));
    run.step(a_read, seen(with_it));
    CHECK(run.record().end == errand_end::verified);
    CHECK(run.record().attempts == 1);
    CHECK(run.record().changed_at.has_value());
    CHECK(run.running->finished());
}

TEST_CASE("a lost write that never shows is sent again, but not before reads had time to catch up",
          "[schedule]") {
    script run{one_user, {without}};
    run.step(a_write, reply(outcome_kind::lost));
    auto const lost = run.now;
    std::optional<schedule::batch> sent;
    while ((sent = run.next()) && sent->operations[0].kind == a_read) {
        run.settle(*sent, {seen(without)});
    }
    REQUIRE(sent);
    CHECK(sent->operations[0].kind == a_write);
    CHECK(run.now - lost >= 45s);
    run.settle(*sent, {reply(outcome_kind::done)});
    run.step(a_read, seen(with_it));
    CHECK(run.record().end == errand_end::verified);
    CHECK(run.record().attempts == 2);
}

TEST_CASE(
    "a reading that was asked for before the patience was over does not end it, however late it "
    "comes",
    "[schedule]") {
    script run{one_user, {without}};
    run.step(a_write, reply(outcome_kind::lost));
    auto const old = run.next();
    REQUIRE(old);
    CHECK(old->operations[0].kind == a_read);
    run.now += 50s;  // the reply is slow; the user is as he was when it left
    run.settle(*old, {seen(without)});
    run.step(a_read, seen(with_it));
    CHECK(run.record().end == errand_end::verified);
    CHECK(run.record().attempts == 1);
}

TEST_CASE("a slow reading does not make a change unverified", "[schedule]") {
    script run{one_user, {without}};
    run.step(a_write, reply(outcome_kind::done));
    auto const old = run.next();
    REQUIRE(old);
    run.now += 11min;
    run.settle(*old, {seen(without)});
    run.step(a_read, seen(with_it));
    CHECK(run.record().end == errand_end::verified);
}

TEST_CASE("a refusal for lack of quota costs no try and waits for the gate", "[schedule]") {
    script run{one_user, {without}};
    auto throttled = reply(outcome_kind::throttled);
    throttled.retry_after = 7s;
    throttled.scope = throttle_scope::writes;
    run.step(a_write, throttled);
    auto const refused = run.now;
    CHECK_FALSE(run.running->next(run.now + 6900ms));
    run.step(a_write, reply(outcome_kind::done));
    CHECK(run.now - refused >= 7s);
    CHECK(run.record().attempts == 1);
}

TEST_CASE("a gate closed by one user's refusal holds back everyone", "[schedule]") {
    schedule::options chosen;
    chosen.write_batch = 1;
    script run{"user,sku\np1@contoso.example,POWER_BI_PRO\np2@contoso.example,POWER_BI_PRO\n",
               {person(1), person(2)},
               chosen};
    auto const first = run.next();
    auto throttled = reply(outcome_kind::throttled);
    throttled.retry_after = 7s;
    run.settle(*first, {throttled});
    auto const refused = run.now;
    REQUIRE(run.next());
    CHECK(run.now >= refused + 7s);
}

TEST_CASE("a passing failure is tried again with growing waits until the patience is over",
          "[schedule]") {
    script run{one_user, {without}};
    auto const begin = run.now;
    int tries = 0;
    while (auto const sent = run.next()) {
        REQUIRE(sent->operations[0].kind == a_write);
        run.settle(*sent, {reply(outcome_kind::transient)});
        ++tries;
    }
    CHECK(run.record().end == errand_end::failed);
    CHECK(run.record().why == reason::service_error);
    CHECK(run.now - begin >= 150s);
    CHECK(run.now - begin <= 15min);
    CHECK(tries >= 10);
}

TEST_CASE("a service that asks to wait for an hour and more is not waited for", "[schedule]") {
    script run{one_user, {without}};
    auto const begin = run.now;
    auto later = reply(outcome_kind::transient);
    later.retry_after = 1h;
    run.step(a_write, later);
    CHECK(run.running->finished());
    CHECK(run.record().end == errand_end::failed);
    CHECK(run.record().why == reason::service_error);
    CHECK(run.now - begin < 1min);
}

TEST_CASE("a refusal for good ends the target with its reason and the service's words",
          "[schedule]") {
    for (auto const why : {reason::plan_conflict, reason::plan_dependency, reason::refused}) {
        script run{one_user, {without}};
        auto refused = reply(outcome_kind::refused, why);
        refused.detail = "as the service says";
        run.step(a_write, refused);
        CHECK(run.record().end == errand_end::failed);
        CHECK(run.record().why == why);
        CHECK(run.record().detail == "as the service says");
        CHECK(run.running->finished());
    }
}

TEST_CASE("the first answer that there are no seats stops all further tries of that licence",
          "[schedule]") {
    schedule::options chosen;
    chosen.write_batch = 1;
    chosen.requests_in_flight_max = 1;
    script run{
        "user,sku\np1@contoso.example,POWER_BI_PRO\np2@contoso.example,POWER_BI_PRO\n"
        "p3@contoso.example,POWER_BI_PRO\np3@contoso.example,SPE_E3\n",
        {person(1), person(2), person(3)},
        chosen};
    auto refused = reply(outcome_kind::refused, reason::no_seats);
    refused.skus = {power_bi};
    run.step(a_write, refused);
    auto const rest = run.step(a_write, reply(outcome_kind::done));
    CHECK(rest.operations[0].user == "p3@contoso.example");
    CHECK(rest.operations[0].adds == std::vector<licence_add>{{e3, {}}});
    run.step(a_read, seen(person(3, {direct(e3)})));
    CHECK(run.running->finished());
    CHECK(run.record(0).end == errand_end::failed);
    CHECK(run.record(1).end == errand_end::untried);
    CHECK(run.record(2).end == errand_end::verified);
    CHECK(run.running->refused_itself(0));
    CHECK_FALSE(run.running->refused_itself(1));
    CHECK(run.running->barred()[1] == reason::no_seats);
    CHECK(run.running->barred()[2] == reason::no_seats);
    CHECK(run.running->barred()[3] == reason::none);
}

TEST_CASE("a swap that the service has no seat for takes nothing away", "[schedule]") {
    script run{
        "user,sku,action\np1@contoso.example,SPE_E3,remove\np1@contoso.example,SPE_E5,assign\n",
        {person(1, {direct(e3)})}};
    auto refused = reply(outcome_kind::refused, reason::no_seats);
    run.step(a_write, refused);
    CHECK(run.running->finished());
    CHECK(run.record().end == errand_end::failed);
    CHECK_FALSE(run.next());
}

TEST_CASE("a usage location and its assignment go together, in a batch of their own",
          "[schedule]") {
    std::string const csv =
        "user,sku,usage_location\np1@contoso.example,POWER_BI_PRO,DE\np2@contoso.example,POWER_BI_"
        "PRO,\n";
    script run{csv, {person(1, {}, ""), person(2)}};
    auto const pair = run.next();
    REQUIRE(pair);
    REQUIRE(pair->operations.size() == 2);
    CHECK(pair->operations[0].kind == operation_kind::set_usage_location);
    CHECK(pair->operations[0].usage_location == "DE");
    CHECK(pair->operations[1].depends_on == std::optional<std::size_t>{0});
    CHECK(pair->operations[1].user == "p1@contoso.example");

    SECTION(
        "when the location is set and the assignment does not see it yet, only that is tried "
        "again") {
        run.settle(*pair, {reply(outcome_kind::done),
                           reply(outcome_kind::refused, reason::usage_location_missing)});
        run.step(a_write, reply(outcome_kind::done));  // p2
        auto again = run.next();
        while (again && again->operations[0].kind == a_read) {
            run.settle(*again, {seen(person(2, {direct(power_bi)}))});
            again = run.next();
        }
        REQUIRE(again);
        REQUIRE(again->operations.size() == 1);
        CHECK(again->operations[0].kind == a_write);
        CHECK(again->operations[0].user == "p1@contoso.example");
    }
    SECTION("when the location is refused, the assignment that hung on it decides nothing") {
        run.settle(*pair,
                   {reply(outcome_kind::refused, reason::refused), reply(outcome_kind::transient)});
        CHECK(run.record(0).end == errand_end::failed);
        CHECK(run.record(0).why == reason::refused);
    }
}

TEST_CASE("an invalid usage location that this run did not set is a refusal", "[schedule]") {
    script run{one_user, {without}};
    run.step(a_write, reply(outcome_kind::refused, reason::usage_location_missing));
    CHECK(run.record().end == errand_end::failed);
    CHECK(run.record().why == reason::usage_location_missing);
}

TEST_CASE("a removal of what is gone meanwhile ends as desired after a fresh look", "[schedule]") {
    script run{"user,sku,action\np1@contoso.example,POWER_BI_PRO,remove\n", {with_it}};
    run.step(a_write, reply(outcome_kind::refused, reason::not_as_asked));
    run.step(a_read, seen(without));
    CHECK(run.record().end == errand_end::verified);
}

TEST_CASE("a licence that the tenant shows in error is failed with its reason", "[schedule]") {
    script run{one_user, {without}};
    run.step(a_write, reply(outcome_kind::done));
    auto broken = direct(power_bi);
    broken.active = false;
    broken.error = "MutuallyExclusiveViolation";
    while (auto const sent = run.next()) run.settle(*sent, {seen(person(1, {broken}))});
    CHECK(run.record().end == errand_end::failed);
    CHECK(run.record().why == reason::plan_conflict);
}

TEST_CASE("changes that live on seats given back wait until those were given back", "[schedule]") {
    script run{
        "user,sku,action\np1@contoso.example,POWER_BI_PRO,assign\np2@contoso.example,POWER_BI_PRO,"
        "remove\n",
        {person(1), person(2, {direct(power_bi)})},
        {},
        subscriptions(0)};
    auto const first = run.next();
    REQUIRE(first);
    REQUIRE(first->operations.size() == 1);
    CHECK(first->operations[0].removes == std::vector<sku_id>{power_bi});
    CHECK_FALSE(run.next());
    run.settle(*first, {reply(outcome_kind::done)});
    auto const second = run.next();
    REQUIRE(second);
    CHECK(second->operations[0].user == "p1@contoso.example");
}

TEST_CASE("writes go in batches of up to twenty, and reads too", "[schedule]") {
    crowd const of{45};
    script run{of.csv, of.people};
    std::vector<std::size_t> sizes;
    while (auto const sent = run.running->next(run.now)) sizes.push_back(sent->operations.size());
    CHECK(sizes == std::vector<std::size_t>{20, 20, 5});
}

TEST_CASE("with few connections the schedule waits for replies, and asks for nothing else",
          "[schedule]") {
    schedule::options chosen;
    chosen.requests_in_flight_max = GENERATE(1U, 2U, 3U, 10U);
    crowd const of{300};
    script run{of.csv, of.people, chosen, subscriptions(500)};
    std::deque<schedule::batch> in_flight;
    for (;;) {
        while (auto sent = run.running->next(run.now)) in_flight.push_back(std::move(*sent));
        REQUIRE(in_flight.size() <= chosen.requests_in_flight_max);
        if (run.running->finished()) break;
        auto const wake = run.running->wake_at(run.now);
        if (wake) REQUIRE(*wake > run.now);
        if (in_flight.empty()) {
            REQUIRE(wake);
            run.now = *wake;
            continue;
        }
        auto const sent = std::move(in_flight.front());
        in_flight.pop_front();
        std::vector<outcome> outcomes;
        for (std::size_t at = 0; at < sent.operations.size(); ++at) {
            auto const number = run.running->errands()[sent.errands[at].front()].user + 1;
            outcomes.push_back(sent.operations[at].kind == a_read
                                   ? seen(person(number, {direct(power_bi)}))
                                   : reply(outcome_kind::done));
        }
        run.settle(sent, outcomes);
    }
    CHECK(run.running->done().accepted == 300);
}

TEST_CASE("a part of a batch that is missing from the reply is read back, the others are not",
          "[schedule]") {
    script run{"user,sku\np1@contoso.example,POWER_BI_PRO\np2@contoso.example,POWER_BI_PRO\n",
               {person(1), person(2)}};
    auto const sent = run.next();
    REQUIRE(sent->operations.size() == 2);
    run.settle(*sent, {reply(outcome_kind::lost), reply(outcome_kind::done)});
    auto const looks = run.next();
    REQUIRE(looks->operations.size() == 2);
    run.settle(*looks, {seen(with_it), seen(person(2, {direct(power_bi)}))});
    CHECK(run.running->finished());
    CHECK(run.record(0).end == errand_end::verified);
    CHECK(run.record(1).end == errand_end::verified);
    CHECK(run.running->done().writes == 2);
}

TEST_CASE("a stopped run sends nothing more and says what is true of everyone", "[schedule]") {
    schedule::options chosen;
    chosen.write_batch = 1;
    script run{
        "user,sku\np1@contoso.example,POWER_BI_PRO\np2@contoso.example,POWER_BI_PRO\np3@contoso."
        "example,POWER_BI_PRO\n",
        {person(1), person(2), person(3)},
        chosen};
    auto const first = run.running->next(run.now);
    auto const second = run.running->next(run.now);
    run.settle(*first, {reply(outcome_kind::done)});
    run.running->drain(reason::interrupted);
    CHECK_FALSE(run.running->finished());
    CHECK_FALSE(run.next());
    run.settle(*second, {reply(outcome_kind::lost)});
    CHECK(run.running->finished());
    CHECK(run.record(0).end == errand_end::unverified);
    CHECK(run.record(1).end == errand_end::failed);
    CHECK(run.record(1).why == reason::lost_reply);
    CHECK(run.record(2).end == errand_end::cancelled);
    CHECK(run.record(2).why == reason::interrupted);
}

TEST_CASE("a refused sign-in ends the run; one protected account among many does not",
          "[schedule]") {
    schedule::options chosen;
    chosen.write_batch = 1;
    chosen.requests_in_flight_max = 1;
    std::string const csv =
        "user,sku\np1@contoso.example,POWER_BI_PRO\np2@contoso.example,POWER_BI_PRO\n";
    SECTION("nothing was accepted: the run stops") {
        script run{csv, {person(1), person(2)}, chosen};
        run.step(a_write, reply(outcome_kind::stopped, reason::permission_refused));
        CHECK(run.running->finished());
        REQUIRE(run.running->stopped());
        CHECK(run.record(0).end == errand_end::cancelled);
        CHECK(run.record(1).end == errand_end::cancelled);
        CHECK(run.record(1).why == reason::permission_refused);
    }
    SECTION("others were accepted: this one failed") {
        script run{csv, {person(1), person(2)}, chosen};
        run.step(a_write, reply(outcome_kind::done));
        run.step(a_write, reply(outcome_kind::stopped, reason::permission_refused));
        CHECK_FALSE(run.running->stopped());
        CHECK(run.record(1).end == errand_end::failed);
        CHECK(run.record(1).why == reason::permission_refused);
    }
}

TEST_CASE("users are looked for as long as --wait-for-users says", "[schedule]") {
    auto const look = [](duration wait) {
        schedule::options chosen;
        chosen.wait_for_users = wait;
        throttle::governor paced{throttle::governor_options{}};
        std::vector<schedule::errand> errands(1);
        errands[0].key = "new@contoso.example";
        schedule::schedule looking{paced, chosen, std::move(errands), schedule::aim{}};
        time_point now{1000s};
        auto const begin = now;
        int looks = 0;
        while (!looking.finished()) {
            if (auto const sent = looking.next(now)) {
                std::vector<outcome> const answers{
                    reply(outcome_kind::refused, reason::user_not_found)};
                looking.settle(*sent, answers, now, wall_time{});
                ++looks;
            } else {
                now = *looking.wake_at(now);
            }
        }
        CHECK(looking.records()[0].end == errand_end::not_found);
        CHECK(now - begin >= wait);
        return looks;
    };
    CHECK(look(0s) == 1);
    CHECK(look(60s) >= 4);
}

TEST_CASE("one who cannot be read is unreadable, never without a licence", "[schedule]") {
    throttle::governor paced{throttle::governor_options{}};
    std::vector<schedule::errand> errands(1);
    errands[0].key = "p1@contoso.example";
    schedule::schedule looking{paced, schedule::options{}, std::move(errands), schedule::aim{}};
    time_point now{1000s};
    while (!looking.finished()) {
        if (auto const sent = looking.next(now)) {
            std::vector<outcome> const answers{reply(outcome_kind::transient)};
            looking.settle(*sent, answers, now, wall_time{});
        } else {
            now = *looking.wake_at(now);
        }
    }
    CHECK(looking.records()[0].end == errand_end::unreadable);
    CHECK_FALSE(looking.records()[0].seen);
}

TEST_CASE("one write alone tries whether a gate is open, also in batches", "[schedule]") {
    crowd const five{5};
    schedule::options chosen;
    chosen.write_batch = 5;
    throttle::governor_options limits;
    limits.writes = throttle::belief{throttle::published_writes};
    script run{five.csv, five.people, chosen, subscriptions(), limits};
    auto const all = run.next();
    REQUIRE(all->operations.size() == 5);
    auto refused = reply(outcome_kind::throttled);
    refused.retry_after = 20s;
    run.settle(*all, {refused, refused, refused, refused, refused});
    auto const one = run.next();
    REQUIRE(one);
    CHECK(one->operations.size() == 1);
}

TEST_CASE("what one refusal taught of service plans spares others the try", "[schedule]") {
    crowd of{4};
    // Persons 2 and 4 have E3, with Teams in it.
    of.people[1].licences = {direct(e3)};
    of.people[3].licences = {direct(e3)};
    schedule::options chosen;
    chosen.write_batch = 1;
    chosen.writes_in_flight_max = 1;
    script run{of.csv, of.people, chosen};
    auto conflict = reply(outcome_kind::refused, reason::plan_conflict);
    conflict.detail = "License assignment failed because service plans " + bi_azure_p2.str() + "," +
                      teams.str() + " are mutually exclusive.";
    std::vector<std::string> tried;
    while (auto const sent = run.next()) {
        std::vector<outcome> answers;
        for (std::size_t at = 0; at < sent->operations.size(); ++at) {
            auto const& one = run.running->errands()[sent->errands[at].front()];
            if (sent->operations[at].kind == a_read) {
                user is{*one.seen, one.id, one.key};
                is.licences.push_back(direct(power_bi));
                answers.push_back(seen(is));
            } else {
                tried.push_back(one.key);
                answers.push_back(one.seen->licences.empty() ? reply(outcome_kind::done)
                                                             : conflict);
            }
        }
        run.settle(*sent, answers);
    }
    CHECK(tried == std::vector<std::string>{"p1@contoso.example", "p2@contoso.example",
                                            "p3@contoso.example"});
    CHECK(run.record(1).end == errand_end::failed);
    CHECK(run.record(3).end == errand_end::untried);
    CHECK(run.record(3).why == reason::plan_conflict);
    CHECK(run.record(3).detail == conflict.detail);
    CHECK(run.record(0).end == errand_end::verified);
}
