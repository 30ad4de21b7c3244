#include <algorithm>

#include "script.hpp"

using namespace allot;
using namespace allot::schedule_testing;

namespace {

/// Lets the run go on to its end. Until `well_at` every write fails in passing; then all is well.
void play(script& run, crowd const& of, time_point well_at) {
    while (auto const sent = run.next()) {
        std::vector<outcome> outcomes;
        for (std::size_t at = 0; at < sent->operations.size(); ++at) {
            auto const number = run.running->errands()[sent->errands[at].front()].user + 1;
            if (run.now < well_at) {
                outcomes.push_back(reply(outcome_kind::transient));
            } else if (sent->operations[at].kind == a_read) {
                outcomes.push_back(seen(person(number, {direct(power_bi)})));
            } else {
                outcomes.push_back(reply(outcome_kind::done));
            }
        }
        run.settle(*sent, outcomes);
    }
    REQUIRE(of.people.size() == run.running->records().size());
}

}  // namespace

TEST_CASE("when everything fails, people are put aside instead of hammering, and nobody is lost",
          "[schedule]") {
    crowd const of{400};
    script run{of.csv, of.people, {}, subscriptions(500)};
    play(run, of, run.now + 100s);
    CHECK(std::ranges::all_of(run.running->records(), [](schedule::record const& one) {
        return one.end == schedule::errand_end::verified;
    }));
    // Once each, 50 retries, and then each once in 30 s; with back-off alone it would be twice
    // that.
    CHECK(run.running->done().writes < 400 * 6);
}

TEST_CASE("who fails in the second pass too has failed, after the whole patience", "[schedule]") {
    crowd const of{60};
    script run{of.csv, of.people, {}, subscriptions(500)};
    auto const began = run.now;
    play(run, of, run.now + 24h);
    CHECK(run.running->finished());
    CHECK(run.now - began >= 180s);
    CHECK(std::ranges::all_of(run.running->records(), [](schedule::record const& one) {
        return one.end == schedule::errand_end::failed && one.why == reason::service_error;
    }));
}

TEST_CASE("who has little patience does not wait long in the second pass either", "[schedule]") {
    crowd const of{400};
    schedule::options hasty;
    hasty.patience = 1s;
    hasty.attempts_max = 3;
    script run{of.csv, of.people, hasty, subscriptions(500)};
    auto const began = run.now;
    play(run, of, run.now + 24h);
    CHECK(run.running->finished());
    CHECK(std::ranges::all_of(run.running->records(), [](schedule::record const& one) {
        return one.end == schedule::errand_end::failed && one.why == reason::service_error;
    }));
    CHECK(run.now - began < 2min);
}

TEST_CASE("a run that is stopped says what is true of those who were put aside", "[schedule]") {
    crowd const of{100};
    script run{of.csv, of.people, {}, subscriptions(500)};
    for (int round = 0; round < 5; ++round) {
        auto const sent = run.next();
        REQUIRE(sent);
        std::vector<outcome> const all(sent->operations.size(), reply(outcome_kind::transient));
        run.settle(*sent, all);
    }
    run.running->drain(reason::interrupted);
    CHECK(run.running->finished());
    CHECK(std::ranges::all_of(run.running->records(), [](schedule::record const& one) {
        return one.end == schedule::errand_end::cancelled;
    }));
}
