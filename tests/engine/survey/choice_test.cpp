#include "engine/survey/choice.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/tenant.hpp"

using namespace allot;
using namespace std::chrono_literals;

namespace {

constexpr wall_time now = std::chrono::sys_days{std::chrono::year{2026} / 1 / 12};

documents::kept_tenant kept(duration link_age, duration age) {
    documents::kept_tenant one;
    one.link = "https://graph.example/v1.0/users/delta?$deltatoken=x";
    one.link_at = std::chrono::floor<std::chrono::milliseconds>(now - link_age);
    one.whole_at = std::chrono::floor<std::chrono::milliseconds>(now - age);
    return one;
}

}  // namespace

TEST_CASE("the way that costs less is chosen outright when the tenant's size is known",
          "[survey]") {
    struct example {
        std::size_t users;
        std::uint64_t members;
        std::optional<bool> pages;
    };
    for (auto const& each : {
             example{1, 0, false},  // few: by name, whoever is in the tenant
             example{200, 10, false}, example{201, 0, std::nullopt},  // nobody knows
             example{1'000, 100'000, false},                          // 50 requests against 101
             example{2'000, 100'000, true},     // 100 requests and 2,000 units against 101 of each
             example{100'000, 100'000, true},   // 5,000 against 101
             example{5'000, 10'000'000, false}  // 250 against 10,010
         }) {
        CAPTURE(each.users, each.members);
        CHECK(survey::pages_are_cheaper(each.users, each.members) == each.pages);
    }
    CHECK(survey::by_name_expense(100'000).requests == 5'000);
    CHECK(survey::by_name_expense(100'000).units == 100'000);
    CHECK(survey::pages_expense(100'000).requests == 101);
}

TEST_CASE("what was kept is believed for three days, and a link for six", "[survey]") {
    CHECK(survey::usable_users(kept(24h, 24h), now));
    CHECK(survey::usable_users(kept(24h, 72h), now));
    CHECK_FALSE(survey::usable_users(kept(24h, 73h), now));
    CHECK(survey::usable_link(kept(144h, 200h), now));
    CHECK_FALSE(survey::usable_link(kept(145h, 24h), now));
    CHECK_FALSE(survey::usable_users(kept(145h, 24h), now));
    SECTION("a link is settled when it is older than reads lag behind") {
        CHECK(survey::settled_link(kept(5min, 24h), now));
        CHECK_FALSE(survey::settled_link(kept(4min, 24h), now));
        CHECK_FALSE(survey::settled_link(kept(145h, 24h), now));
    }
    SECTION("not when the clock went back") {
        CHECK_FALSE(survey::usable_link(kept(-1h, 24h), now));
    }
    SECTION("not before there was a whole survey") {
        auto young = kept(1h, 1h);
        young.whole_at = {};
        CHECK(survey::usable_link(young, now));
        CHECK_FALSE(survey::usable_users(young, now));
    }
}

TEST_CASE("a licence in error or not active is looked at again, whatever has changed", "[survey]") {
    using support::direct;
    documents::kept_user one{support::person(1, {direct(support::power_bi)}), false};
    CHECK_FALSE(survey::is_doubtful(one));
    one.look_again = true;
    CHECK(survey::is_doubtful(one));
    one.look_again = false;
    one.seen.licences[0].active = false;
    CHECK(survey::is_doubtful(one));
    one.seen.licences[0].active = true;
    one.seen.licences[0].error = "CountViolation";
    CHECK(survey::is_doubtful(one));
}
