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

TEST_CASE("a reply that is about somebody else is no answer", "[graph]") {
    auto bo = shapes::user;
    auto const replace = [&bo](std::string_view what, std::string_view by) {
        bo.replace(bo.find(what), what.size(), by);
    };
    replace("ana.q@contoso.example", "bo.r@contoso.example");
    replace("000000000001", "000000000009");
    auto const of_bo = shapes::reply(200, bo);
    auto ana = shapes::read_ana();
    auto assign = shapes::assign_ana();
    if (GENERATE(true, false)) ana.user = assign.user = shapes::ana;
    auto const read = read_outcome(ana, of_bo, shapes::now);
    CHECK(read.kind == kind::transient);
    CHECK_FALSE(read.read);
    CHECK(read.detail == "the reply is about another user");
    CHECK(read_outcome(assign, of_bo, shapes::now).kind == kind::lost);
    std::vector<operation> const both{ana, assign};
    auto const parts =
        read_batch(both,
                   shapes::reply(200, R"({"responses":[{"id":"2","status":200,"body":)" + bo +
                                          R"(},{"id":"1","status":200,"body":)" + bo + "}]}"),
                   shapes::now);
    CHECK(parts[0].kind == kind::transient);
    CHECK(parts[1].kind == kind::lost);
}

TEST_CASE("a name in another case is the same name, and one in other letters may be", "[graph]") {
    auto asked = shapes::read_ana();
    asked.user = "ANA.Q@Contoso.Example";
    CHECK(read_outcome(asked, shapes::reply(200, shapes::user), shapes::now).kind == kind::done);
    asked.user = "\xC3\x84na.q@contoso.example";
    CHECK(read_outcome(asked, shapes::reply(200, shapes::user), shapes::now).kind == kind::done);
}

TEST_CASE("a part with a status that is none is as good as missing", "[graph]") {
    std::vector<operation> const asked{shapes::assign_ana(), shapes::read_ana()};
    for (auto const* const status :
         {"0", "99", "600", "1000", "-1", "-200", "\"200\"", "null", "true", "2e2", "200.0",
          "1e400", "9223372036854775808", "{}"}) {
        INFO(status);
        auto const made =
            read_batch(asked,
                       shapes::reply(200, std::string{R"({"responses":[{"id":"1","status":)"} +
                                              status + R"(,"body":{}},{"id":"2","status":)" +
                                              status + R"(,"body":)" + shapes::user + "}]}"),
                       shapes::now);
        CHECK(made[0].kind == kind::lost);
        CHECK(made[1].kind != kind::done);
        CHECK_FALSE(made[1].read);
    }
}

TEST_CASE("a part with an id that is not ours is nobody's answer", "[graph]") {
    std::vector<operation> const asked{shapes::assign_ana(), shapes::locate_ana()};
    for (auto const* const id :
         {"1", "0", "-1", "\"0\"", "\"01\"", "\"3\"", "\"1 \"", "\"+1\"", "\"\"", "\"1.0\"",
          "\"18446744073709551617\"", "null", "[\"1\"]"}) {
        INFO(id);
        auto const made = read_batch(asked,
                                     shapes::reply(200, std::string{R"({"responses":[{"id":)"} +
                                                            id + R"(,"status":200,"body":{}}]})"),
                                     shapes::now);
        CHECK(made[0].kind == kind::lost);
        CHECK(made[1].kind == kind::lost);
    }
}

TEST_CASE("seats that cannot be counted are no seats, rather than other ones", "[graph]") {
    for (auto const* const count : {"1e30", "1.5", "9223372036854775808", "-9223372036854775809",
                                    "2147483648", "\"5\"", "true", "[]"}) {
        INFO(count);
        auto body = shapes::subscriptions;
        body.replace(body.find(":500"), 4, std::string{":"} + count);
        auto const read =
            read_subscriptions_page(shapes::reply(200, body), root, root, shapes::now);
        CHECK(read.how.kind == kind::transient);
        CHECK(read.items.empty());
    }
}

TEST_CASE("of a key that is there twice the first counts, whatever is read of it", "[graph]") {
    auto body = shapes::user;
    body.insert(body.rfind('}'), R"(,"licenseAssignmentStates":[],"assignedLicenses":[])");
    auto const read = read_outcome(shapes::read_ana(), shapes::reply(200, body), shapes::now);
    REQUIRE(read.kind == kind::done);
    CHECK(read.read->licences.size() == 2);
}

TEST_CASE("the service's words come as one line that steers nothing", "[graph]") {
    auto const words =
        R"(\u001b]0;evil\u0007One\r\n\r\nallot: all is well \u009b31m\u202eand\u2066 J\u00f8rgen\u0000.)";
    auto const made = read_outcome(shapes::assign_ana(),
                                   shapes::reply(400, shapes::error("x", words)), shapes::now);
    CHECK(made.detail == "]0;evil One allot: all is well 31m and  J\xC3\xB8rgen .");
    auto const refused = read_token(
        shapes::reply(401, std::string{R"({"error":"a\u001bb","error_description":"\u001b[2J)"} +
                               words + "\"}"),
        shapes::now);
    CHECK(refused.how.detail.find_first_of("\x1b\r\n\x07") == std::string::npos);
    // Cut between characters, not within one.
    std::string long_words;
    for (int times = 0; times < 600; ++times) long_words += "\xC3\xB8";
    auto const cut =
        read_outcome(shapes::assign_ana(), shapes::reply(400, shapes::error("x", "a" + long_words)),
                     shapes::now);
    CHECK(cut.detail.size() == 999);
}

TEST_CASE("errors nested a thousand deep are walked only so far", "[graph]") {
    std::string nested;
    for (int depth = 0; depth < 900; ++depth) nested += R"({"code":"c","innerError":)";
    auto const body = R"({"error":)" + nested + "null" + std::string(900, '}') + "}";
    auto const made = read_outcome(shapes::assign_ana(), shapes::reply(400, body), shapes::now);
    CHECK(made.kind == kind::refused);
    CHECK(made.detail == "c");
}

TEST_CASE("lists longer than anybody has are not read, and the reason says so", "[graph]") {
    auto const list_of = [](std::string const& each, int many) {
        std::string list = "[";
        for (int one = 0; one < many; ++one) list += (one == 0 ? "" : ",") + each;
        return list + "]";
    };
    auto const guid = "\"" + shapes::pro + "\"";
    auto const licence = R"({"skuId":)" + guid + R"(,"disabledPlans":[]})";
    auto const state =
        R"({"skuId":)" + guid + R"(,"disabledPlans":[],"assignedByGroup":null,"state":"Active"})";
    auto const user_with = [&](std::string const& assigned, std::string const& states) {
        return R"({"id":")" + shapes::ana + R"(","userPrincipalName":"ana.q@contoso.example",)" +
               R"("accountEnabled":true,"usageLocation":"NL","assignedLicenses":)" + assigned +
               R"(,"licenseAssignmentStates":)" + states + "}";
    };
    auto const read = [](std::string const& body) {
        return read_outcome(shapes::read_ana(), shapes::reply(200, body), shapes::now);
    };
    CHECK(read(user_with(list_of(licence, 1000), list_of(state, 1000))).kind == kind::done);
    auto const plans = R"([{"skuId":)" + guid + R"(,"disabledPlans":)" + list_of(guid, 1001) + "}]";
    for (auto const& body : {user_with(list_of(licence, 1001), "[]"),
                             user_with("[]", list_of(state, 1001)), user_with(plans, "[]")}) {
        auto const made = read(body);
        CHECK(made.kind == kind::transient);
        CHECK(made.why == reason::unreadable);
        CHECK_FALSE(made.read);
        CHECK(made.detail ==
              "the user in the reply has more than 1,000 licences or service plans, which nobody "
              "has");
        auto const page = read_users_page(shapes::reply(200, R"({"value":[)" + body + "]}"), root,
                                          root, shapes::now);
        CHECK(page.unread.starts_with("an entry of the page has more than 1,000 licences"));
    }
    auto sku = shapes::subscriptions;
    auto const list = sku.find("\"servicePlans\":[") + 15;
    auto const plan = sku.substr(list + 1, sku.find(']', list) - list - 1);
    sku.replace(list, plan.size() + 2, list_of(plan, 1001));
    auto const owned = read_subscriptions_page(shapes::reply(200, sku), root, root, shapes::now);
    CHECK(owned.how.kind == kind::transient);
    CHECK(owned.how.detail.starts_with("an entry of the page has more than 1,000 licences"));
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
