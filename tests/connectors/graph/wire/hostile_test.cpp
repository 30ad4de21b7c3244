#include <random>
#include <vector>

#include "connectors/graph/wire/replies.hpp"
#include "connectors/graph/wire/token.hpp"
#include "shapes.hpp"
#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::graph::wire;
using kind = outcome_kind;

namespace {

std::string const root = "https://graph.microsoft.com";

/// Puts a body to every reader there is and checks that none takes it for a success with wrong
/// facts.
void check_yields_nothing(std::string const& body) {
    auto const reply = shapes::reply(200, body);
    auto const read = read_outcome(shapes::read_ana(), reply, shapes::now);
    CHECK(read.kind == kind::transient);
    CHECK_FALSE(read.read);
    CHECK(read_outcome(shapes::assign_ana(), reply, shapes::now).kind == kind::lost);
    std::vector<operation> const both{shapes::read_ana(), shapes::assign_ana()};
    auto const parts = read_batch(both, reply, shapes::now);
    CHECK(parts[0].kind == kind::transient);
    CHECK(parts[1].kind == kind::lost);
    CHECK(read_users_page(reply, root, root, shapes::now).how.kind == kind::transient);
    CHECK(read_subscriptions_page(reply, root, root, shapes::now).how.kind == kind::transient);
    CHECK(read_token(reply, shapes::now).how.kind == kind::transient);
}

}  // namespace

TEST_CASE("a body cut short at any byte yields no fact at all", "[graph]") {
    for (auto const& whole : {shapes::user, shapes::subscriptions, shapes::assigned, shapes::batch,
                              R"({"value":[)" + shapes::user + "]}"}) {
        for (std::size_t size = 0; size < whole.size(); ++size) {
            INFO(whole.substr(0, size));
            check_yields_nothing(whole.substr(0, size));
        }
    }
}

TEST_CASE("nesting without end, broken UTF-8 and numbers out of range are errors, not crashes",
          "[graph]") {
    std::string const deep(200'000, '[');
    check_yields_nothing(deep);
    check_yields_nothing(R"({"value":)" + deep);
    check_yields_nothing(R"({"value":)" + std::string(5000, '[') + std::string(5000, ']') + "}");
    std::string objects;
    for (int depth = 0; depth < 5000; ++depth) objects += R"({"error":)";
    check_yields_nothing(objects + "1" + std::string(5000, '}'));
    check_yields_nothing("{\"value\":[],\"x\":\"\xC3(\"}");
    check_yields_nothing("{\"value\":[],\"x\":\"\xED\xA0\x80\"}");
    check_yields_nothing(R"({"value":[],"x":"\ud800"})");
    check_yields_nothing(R"({"value":[],"responses":[],"x":1e999})");
    check_yields_nothing(R"({"value":[],"responses":[],"x":99999999999999999999999})");
    check_yields_nothing(R"({"value":[]}{"value":[]})");
    check_yields_nothing(std::string{"{\"value\":[]}\0", 13});
}

TEST_CASE("errors nested a thousand deep are walked only so far", "[graph]") {
    std::string nested;
    for (int depth = 0; depth < 900; ++depth) nested += R"({"code":"c","innerError":)";
    auto const body = R"({"error":)" + nested + "null" + std::string(900, '}') + "}";
    auto const made = read_outcome(shapes::assign_ana(), shapes::reply(400, body), shapes::now);
    CHECK(made.kind == kind::refused);
    CHECK(made.detail == "c");
}

TEST_CASE("a user damaged at any place is never read with fewer licences", "[graph]") {
    auto const seed = GENERATE(1U, 2U, 3U);
    INFO("seed " << seed);
    std::mt19937 random{seed};
    auto const whole =
        read_outcome(shapes::read_ana(), shapes::reply(200, shapes::user), shapes::now);
    for (int round = 0; round < 3000; ++round) {
        auto body = shapes::user;
        body[random() % body.size()] = static_cast<char>(random() % 256);
        INFO(body);
        auto const made = read_outcome(shapes::read_ana(), shapes::reply(200, body), shapes::now);
        if (made.kind != kind::done) {
            CHECK_FALSE(made.read);
            continue;
        }
        CHECK(made.read->licences.size() >= whole.read->licences.size());
    }
}

TEST_CASE("a batch damaged at any place yields an outcome for every operation", "[graph]") {
    auto const seed = GENERATE(4U, 5U, 6U);
    INFO("seed " << seed);
    std::mt19937 random{seed};
    std::vector<operation> const asked{shapes::assign_ana(), shapes::read_ana(),
                                       shapes::locate_ana()};
    for (int round = 0; round < 3000; ++round) {
        auto body = shapes::batch;
        for (auto changes = random() % 3 + 1; changes > 0; --changes) {
            body[random() % body.size()] = static_cast<char>(random() % 256);
        }
        INFO(body);
        auto const outcomes = read_batch(asked, shapes::reply(200, body), shapes::now);
        REQUIRE(outcomes.size() == 3);
        CHECK_FALSE(outcomes[1].read);
    }
}
