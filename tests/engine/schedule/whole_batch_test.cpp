#include "script.hpp"

using namespace allot;
using namespace allot::schedule_testing;
using namespace allot::support;
using namespace std::chrono_literals;
using schedule::errand_end;

namespace {

/// The service would not have the batch: HTTP 400 for all of it.
outcome refused_with_its_batch() {
    auto one = reply(outcome_kind::refused, reason::refused);
    one.whole_batch = true;
    one.seen.http_status = 400;
    return one;
}

}  // namespace

TEST_CASE("a batch refused as a whole is sent one by one: only who made it bad fails",
          "[schedule]") {
    crowd const of{3};
    script run{of.csv, of.people};
    auto const together = run.next();
    REQUIRE(together->operations.size() == 3);
    run.settle(*together, std::vector(3, refused_with_its_batch()));
    int alone = 0;
    while (auto const sent = run.running->next(run.now)) {
        REQUIRE(sent->operations.size() == 1);
        REQUIRE(sent->operations[0].kind == a_write);
        bool const bad = sent->operations[0].user == "p2@contoso.example";
        run.settle(*sent, {bad ? reply(outcome_kind::refused, reason::refused)
                               : reply(outcome_kind::done)});
        ++alone;
    }
    CHECK(alone == 3);
    // What went well is no longer kept apart.
    run.now += 5s;
    auto const look = run.next();
    REQUIRE(look);
    REQUIRE(look->operations.size() == 2);
    run.settle(*look, {seen(person(look->errands[0].front() + 1, {direct(power_bi)})),
                       seen(person(look->errands[1].front() + 1, {direct(power_bi)}))});
    CHECK(run.running->finished());
    CHECK(run.record(0).end == errand_end::verified);
    CHECK(run.record(1).end == errand_end::failed);
    CHECK(run.record(1).why == reason::refused);
    CHECK(run.record(2).end == errand_end::verified);
    CHECK(run.record(0).attempts == 1);
    CHECK(run.record(1).attempts == 1);
}

TEST_CASE("a usage location and its assignment that are refused together go one after the other",
          "[schedule]") {
    script run{"user,sku,usage_location\np1@contoso.example,POWER_BI_PRO,DE\n",
               {person(1, {}, "")}};
    auto const pair = run.next();
    REQUIRE(pair->operations.size() == 2);
    run.settle(*pair, std::vector(2, refused_with_its_batch()));
    run.step(operation_kind::set_usage_location, reply(outcome_kind::done));
    run.step(a_write, reply(outcome_kind::done));
    run.step(a_read, seen(person(1, {direct(power_bi)}, "DE")));
    CHECK(run.record().end == errand_end::verified);
    CHECK(run.running->finished());
}

TEST_CASE("a look at many that is refused as a whole leaves nobody unread but who made it bad",
          "[schedule]") {
    throttle::governor paced{throttle::governor_options{}};
    std::vector<schedule::errand> errands(3);
    for (std::size_t at = 0; at < 3; ++at) errands[at].key = "p" + std::to_string(at + 1);
    schedule::schedule looking{paced, schedule::options{}, std::move(errands), schedule::aim{}};
    time_point const now{1000s};
    auto const together = looking.next(now);
    REQUIRE(together->operations.size() == 3);
    looking.settle(*together, std::vector(3, refused_with_its_batch()), now, wall_time{});
    while (auto const sent = looking.next(now)) {
        REQUIRE(sent->operations.size() == 1);
        bool const bad = sent->operations[0].user == "p1";
        std::vector<outcome> const answers{bad ? reply(outcome_kind::refused, reason::refused)
                                               : seen(person(1))};
        looking.settle(*sent, answers, now, wall_time{});
    }
    CHECK(looking.finished());
    CHECK(looking.records()[0].end == errand_end::unreadable);
    CHECK(looking.records()[1].end == errand_end::seen);
    CHECK(looking.records()[2].end == errand_end::seen);
}

TEST_CASE("one who was sent by himself and is refused so again has failed", "[schedule]") {
    script run{one_user, {without}};
    run.step(a_write, refused_with_its_batch());
    run.step(a_write, refused_with_its_batch());
    CHECK(run.running->finished());
    CHECK(run.record().end == errand_end::failed);
}
