// That the benchmark measures what it says: small jobs, every scheme.
#include "bench/throttle/schemes/schemes.hpp"

#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::bench;
using namespace std::chrono_literals;

namespace {

/// 240 users at 80 in 4 s.
scenario small(std::string_view like) {
    scenario made = *find_scenario(like);
    made.users = 240;
    made.published = 80;
    made.window = 4s;
    for (auto& each : made.truth) each.from /= 40;
    return made;
}

}  // namespace

TEST_CASE("the same seed gives the same run, another seed another", "[throttle]") {
    auto const what = small("faults");
    for (auto const& one : schemes()) {
        INFO("scheme: " << one.name);
        auto const first = one.play({what, 1, std::nullopt});
        auto const second = one.play({what, 1, std::nullopt});
        CHECK(first.trace == second.trace);
        CHECK(first.makespan == second.makespan);
        CHECK(one.play({what, 2, std::nullopt}).trace != first.trace);
    }
}

TEST_CASE("nobody is faster than the bound", "[throttle]") {
    for (auto const* const like :
         {"true", "half-charged", "shared", "drop", "sliding", "fixed", "reads", "faults"}) {
        auto const what = small(like);
        for (auto const& one : schemes()) {
            auto const seen = one.play({what, 1, std::nullopt});
            INFO("scenario: " << like << ", scheme: " << one.name << ", ratio " << seen.ratio());
            bool const at_once = seen.bound == 0s;  // so few were left that a full bucket held them
            CHECK((!seen.finished || at_once || seen.ratio() >= 0.95));
        }
    }
}

TEST_CASE("our engine gives nobody up", "[throttle]") {
    for (auto const& like : scenarios()) {
        // Waits that do not shrink with the job outlast what the benchmark waits for.
        if (like.says == retry_after::always_150_s) continue;
        auto const what = small(like.name);
        auto const seen = play_ours({what, 1, std::nullopt});
        INFO("scenario: " << like.name);
        CHECK(seen.finished);
        CHECK(seen.lost == 0);
        CHECK(seen.operations >= what.users);
    }
}

TEST_CASE("parts of a batch that nobody tries again are users lost", "[throttle]") {
    auto const what = small("true");
    auto const seen = find_scheme("sdk-batches")->play({what, 1, std::nullopt});
    CHECK(seen.finished);
    CHECK(seen.operations == 240);
    CHECK(seen.lost > 80);
    CHECK(seen.lost == seen.refused);
}

TEST_CASE("a pace below the limit is never refused, and wastes the burst", "[throttle]") {
    auto const seen = find_scheme("fixed-pace")->play({small("true"), 1, std::nullopt});
    CHECK(seen.refused == 0);
    CHECK(seen.lost == 0);
    CHECK(seen.makespan > 11s);  // 239 / 19 a second, less a burst of one second
    CHECK(seen.makespan < 15s);
    CHECK(seen.bound >= 8s);  // (240 - 80) / 20 a second
    CHECK(seen.bound < 9s);
}

TEST_CASE("what happens after the job is over is no part of it", "[throttle]") {
    auto what = small("drop");
    what.users = 100;
    what.truth.back().from = 1h;
    auto const seen = play_ours({what, 1, std::nullopt});
    CHECK(seen.finished);
    CHECK(seen.makespan < 5s);
}
