#include "fakes.hpp"

using namespace allot;
using namespace fakes;
using namespace std::chrono_literals;
using kind = outcome_kind;

namespace {

/// A service that takes only the tokens from `number` on.
auto taking_tokens_from(int number) {
    return [number](http_request const& asked) {
        auto const token = token_of(asked);
        if (std::stoi(token.substr(token.rfind('-') + 1)) < number) return reply(401, "");
        return reply(200, ana);
    };
}

std::string const bad_secret =
    R"({"error":"invalid_client","error_description":"AADSTS7000215: Invalid.","error_codes":[7000215]})";

}  // namespace

TEST_CASE("a 401 renews the token once and sends again", "[client]") {
    bench on;
    on.through.service = taking_tokens_from(2);
    auto const outcomes = on.run(on.under_test->perform(only(read_ana())));
    CHECK(outcomes[0].kind == kind::done);
    CHECK(on.through.sign_ins.size() == 2);
    REQUIRE(on.through.requests.size() == 2);
    CHECK(token_of(on.through.requests[1]) == "Bearer token-2");
    CHECK(*find_header(on.through.requests[0].headers, "client-request-id") !=
          *find_header(on.through.requests[1].headers, "client-request-id"));
}

TEST_CASE("a second 401 is a refused sign-in", "[client]") {
    bench on;
    on.through.service = taking_tokens_from(100);
    auto const outcomes = on.run(on.under_test->perform(only(read_ana())));
    CHECK(outcomes[0].kind == kind::stopped);
    CHECK(outcomes[0].why == reason::sign_in_refused);
    CHECK(on.through.requests.size() == 2);
    CHECK(on.through.sign_ins.size() == 2);
    auto const users = on.run(on.under_test->read_users(""));
    CHECK(users.how.kind == kind::stopped);
    CHECK(users.how.why == reason::sign_in_refused);
    CHECK(on.through.requests.size() == 4);
}

TEST_CASE("lists survive a revoked token as well", "[client]") {
    bench on;
    on.through.service = [](http_request const& asked) {
        if (token_of(asked) == "Bearer token-1") return reply(401, "");
        return reply(200, R"({"value":[]})");
    };
    CHECK(on.run(on.under_test->read_users("")).how.kind == kind::done);
    CHECK(on.run(on.under_test->read_subscriptions()).how.kind == kind::done);
    CHECK(on.through.requests.size() == 3);
}

TEST_CASE("of a batch, only the parts that got a 401 are sent again", "[client]") {
    bench on;
    on.through.service = [](http_request const& asked) {
        if (token_of(asked) == "Bearer token-1") {
            return reply(200, R"({"responses":[{"id":"1","status":204},{"id":"2","status":401},
                {"id":"3","status":503},{"id":"4","status":401}]})");
        }
        return reply(200, R"({"responses":[{"id":"2","status":204},{"id":"1","status":409}]})");
    };
    auto second = assign_ana();
    second.user = "second@x.y";
    auto fourth = assign_ana();
    fourth.user = "fourth@x.y";
    fourth.depends_on = 1;
    std::vector<operation> const four{assign_ana(), second, assign_ana(), fourth};
    auto const outcomes = on.run(on.under_test->perform(four));
    CHECK(outcomes[0].kind == kind::done);
    CHECK(outcomes[1].kind == kind::refused);
    CHECK(outcomes[1].seen.http_status == 409);
    CHECK(outcomes[2].kind == kind::transient);
    CHECK(outcomes[3].kind == kind::done);
    REQUIRE(on.through.requests.size() == 2);
    auto const& again = on.through.requests[1].body;
    CHECK(again.find("second@x.y") != std::string::npos);
    CHECK(again.find("fourth@x.y") != std::string::npos);
    CHECK(again.find("ana.q@") == std::string::npos);
    CHECK(again.find(R"("dependsOn":["1"])") != std::string::npos);
}

TEST_CASE("a part is not sent again without the one that it depends on", "[client]") {
    auto dependent = assign_ana();
    dependent.depends_on = 0;
    std::vector<operation> const both{assign_ana(), dependent};
    bench on;
    SECTION("the first failed: the second waits for another try of both") {
        on.through.service = [](http_request const&) {
            return reply(200, R"({"responses":[{"id":"1","status":503},{"id":"2","status":401}]})");
        };
        auto const outcomes = on.run(on.under_test->perform(both));
        CHECK(outcomes[0].kind == kind::transient);
        CHECK(outcomes[1].kind == kind::transient);
        CHECK(on.through.requests.size() == 1);
    }
    SECTION("the first was done: the second goes alone") {
        on.through.service = [](http_request const& asked) {
            if (!asked.url.ends_with("/$batch")) return reply(200, "{}");
            return reply(200, R"({"responses":[{"id":"1","status":204},{"id":"2","status":401}]})");
        };
        auto const outcomes = on.run(on.under_test->perform(both));
        CHECK(outcomes[0].kind == kind::done);
        CHECK(outcomes[1].kind == kind::done);
        CHECK(on.through.requests.size() == 2);
    }
}

TEST_CASE("twenty requests at once need one sign-in, at first and after a revocation", "[client]") {
    bench on;
    on.through.hold_sign_ins = true;
    on.through.service = [](http_request const&) { return reply(200, ana); };
    std::vector<std::optional<std::vector<outcome>>> made(20);
    for (auto& each : made) on.start(on.under_test->perform(only(read_ana())), each);
    CHECK(on.through.sign_ins.size() == 1);
    CHECK(on.through.requests.empty());
    on.through.let_sign_ins_go();
    on.poll();
    for (auto const& each : made) {
        REQUIRE(each);
        CHECK((*each)[0].kind == kind::done);
    }
    CHECK(on.through.sign_ins.size() == 1);
    CHECK(on.through.requests.size() == 20);

    on.through.hold_sign_ins = true;
    on.through.service = taking_tokens_from(2);
    for (auto& each : made) {
        each.reset();
        on.start(on.under_test->perform(only(read_ana())), each);
    }
    CHECK(on.through.sign_ins.size() == 2);
    on.through.let_sign_ins_go();
    on.poll();
    for (auto const& each : made) {
        REQUIRE(each);
        CHECK((*each)[0].kind == kind::done);
    }
    CHECK(on.through.sign_ins.size() == 2);
}

TEST_CASE("a late 401 for the old token does not throw the new one away", "[client]") {
    bench on;
    on.through.hold_requests = true;
    on.through.service = taking_tokens_from(2);
    std::vector<std::optional<std::vector<outcome>>> made(3);
    for (auto& each : made) on.start(on.under_test->perform(only(read_ana())), each);
    REQUIRE(on.through.requests.size() == 3);
    on.through.hold_requests = false;
    for (std::size_t place = 0; place < made.size(); ++place) {
        on.through.let_request_go(place);
        on.poll();
        REQUIRE(made[place]);
        CHECK((*made[place])[0].kind == kind::done);
        CHECK(on.through.sign_ins.size() == 2);
    }
    CHECK(on.through.requests.size() == 6);
}

TEST_CASE("a token is renewed ahead of its end, whether it lives an hour or eight seconds",
          "[client]") {
    struct row {
        std::chrono::seconds lifetime;
        duration still_good;
        duration renewed;
    };
    for (auto const& each : {row{3600s, 54min, 55min}, row{8s, 6s, 6500ms}}) {
        INFO(each.lifetime.count() << " s");
        bench on;
        on.through.sign_in = [&](http_request const&) { return on.grant(each.lifetime); };
        on.through.service = [](http_request const&) { return reply(200, ana); };
        on.run(on.under_test->perform(only(read_ana())));
        on.time.advance(each.still_good);
        on.run(on.under_test->perform(only(read_ana())));
        CHECK(on.through.sign_ins.size() == 1);
        on.time.advance(each.renewed - each.still_good);
        on.run(on.under_test->perform(only(read_ana())));
        CHECK(on.through.sign_ins.size() == 2);
        CHECK(token_of(on.through.requests.back()) == "Bearer token-2");
    }
}

TEST_CASE("a token that holds is used while the sign-in service is away", "[client]") {
    bench on;
    on.through.service = [](http_request const&) { return reply(200, ana); };
    on.run(on.under_test->perform(only(read_ana())));
    on.through.sign_in = [](http_request const&) { return reply(503, ""); };
    on.time.advance(56min);
    CHECK(on.run(on.under_test->perform(only(read_ana())))[0].kind == kind::done);
    CHECK(on.run(on.under_test->perform(only(read_ana())))[0].kind == kind::done);
    CHECK(on.through.sign_ins.size() == 2);
    CHECK(token_of(on.through.requests.back()) == "Bearer token-1");
    // Its end has come: now there is nothing to send with.
    on.time.advance(5min);
    CHECK(on.run(on.under_test->perform(only(read_ana())))[0].kind == kind::transient);
    CHECK(on.through.requests.size() == 3);
}

TEST_CASE("a sign-in service that is busy is left alone for a while", "[client]") {
    bench on;
    on.through.service = [](http_request const&) { return reply(200, ana); };
    on.through.sign_in = [](http_request const&) { return reply(503, "", {{"Retry-After", "9"}}); };
    auto const outcomes = on.run(on.under_test->perform(only(assign_ana())));
    CHECK(outcomes[0].kind == kind::transient);
    CHECK(outcomes[0].retry_after == 9s);
    on.time.advance(4s);
    CHECK(on.run(on.under_test->perform(only(assign_ana())))[0].retry_after == 5s);
    CHECK(on.through.sign_ins.size() == 1);
    CHECK(on.through.requests.empty());
    on.time.advance(5s);
    on.through.sign_in = [&](http_request const&) { return on.grant(1h); };
    CHECK(on.run(on.under_test->perform(only(read_ana())))[0].kind == kind::done);
    CHECK(on.through.sign_ins.size() == 2);
}

TEST_CASE("tries to sign in come further and further apart", "[client]") {
    bench on;
    on.through.sign_in = [](http_request const&) { return no_reply(true, false); };
    std::vector<duration> holds;
    for (int times = 0; times < 7; ++times) {
        auto const outcomes = on.run(on.under_test->perform(only(read_ana())));
        REQUIRE(outcomes[0].kind == kind::transient);
        REQUIRE(outcomes[0].retry_after);
        holds.push_back(*outcomes[0].retry_after);
        on.time.advance(holds.back());
    }
    CHECK(holds == std::vector<duration>{1s, 2s, 4s, 8s, 16s, 30s, 30s});
    CHECK(on.through.sign_ins.size() == 7);
}

TEST_CASE("a refused sign-in stops what needs it, and says why", "[client]") {
    bench on;
    on.through.sign_in = [](http_request const&) { return reply(401, bad_secret); };
    std::vector<operation> const both{read_ana(), assign_ana()};
    auto const outcomes = on.run(on.under_test->perform(both));
    REQUIRE(outcomes.size() == 2);
    for (auto const& each : outcomes) {
        CHECK(each.kind == kind::stopped);
        CHECK(each.why == reason::sign_in_refused);
        CHECK(each.detail.find("the client secret is wrong") != std::string::npos);
    }
    CHECK(on.run(on.under_test->read_users("")).how.kind == kind::stopped);
    CHECK(on.run(on.under_test->read_subscriptions()).how.kind == kind::stopped);
    CHECK(on.through.sign_ins.size() == 1);
    CHECK(on.through.requests.empty());
}

TEST_CASE("work that is waiting for a sign-in can be abandoned", "[client]") {
    bench on;
    on.through.hold_sign_ins = true;
    std::optional<std::vector<outcome>> first;
    std::optional<std::vector<outcome>> second;
    on.start(on.under_test->perform(only(read_ana())), first);
    on.start(on.under_test->perform(only(read_ana())), second);
    CHECK(on.through.sign_ins.size() == 1);
    CHECK_FALSE(first);
    CHECK_FALSE(second);
}
