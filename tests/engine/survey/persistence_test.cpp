#include "engine/survey/reading.hpp"
#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::survey;
using namespace std::chrono_literals;

namespace {

outcome reply(outcome_kind kind, std::optional<duration> retry_after = std::nullopt) {
    outcome made;
    made.kind = kind;
    made.retry_after = retry_after;
    return made;
}

}  // namespace

TEST_CASE("a reading is tried again for as long as the patience lasts, and no longer", "[survey]") {
    schedule::options chosen;
    chosen.attempts_max = 3;
    chosen.patience = 20s;
    time_point now{1000s};
    auto const began = now;
    persistence patience{chosen, now};
    int tries = 1;
    while (auto const again = patience.again(reply(outcome_kind::transient), now, now)) {
        now = *again;
        ++tries;
    }
    CHECK(tries >= 3);
    CHECK(now - began >= 20s);
    CHECK(now - began <= 80s);
}

TEST_CASE("who is told to wait for longer than his patience does not wait at all", "[survey]") {
    schedule::options const chosen;
    time_point const now{1000s};
    persistence patience{chosen, now};
    auto const soon = patience.again(reply(outcome_kind::transient, 60s), now, now);
    CHECK(soon == now + 60s);
    CHECK_FALSE(patience.again(reply(outcome_kind::transient, 1h), now, now));
    CHECK(patience.again(reply(outcome_kind::throttled), now, now + 150s) == now + 150s);
    CHECK_FALSE(patience.again(reply(outcome_kind::throttled), now, now + 1h));
}

TEST_CASE("with no patience at all there is one try", "[survey]") {
    schedule::options chosen;
    chosen.attempts_max = 3;
    chosen.patience = 0s;
    chosen.throttled_patience = 0s;
    time_point const now{1000s};
    persistence patience{chosen, now};
    CHECK_FALSE(patience.again(reply(outcome_kind::transient, 1s), now, now));
    CHECK_FALSE(patience.again(reply(outcome_kind::throttled), now, now + 1s));
}
