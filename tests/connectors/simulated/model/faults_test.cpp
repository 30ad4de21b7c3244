// Faults: each kind alone, always with the true state to tell what was applied; and determinism.
#include <map>
#include <set>

#include "caller.hpp"

using namespace allot;
using namespace allot::simulated;
using namespace allot::simulated::test;
using namespace std::chrono_literals;
namespace skus = allot::simulated::catalogue;

namespace {

constexpr std::uint32_t users = 200;

/// One write to each user under a fault; how many took effect.
struct tally {
    std::uint64_t applied = 0;
    std::vector<reply> replies;
};

tally write_all(fault_shares const& faults) {
    caller client{plain_tenant(users)};
    client.of.settings().faults = faults;
    tally made;
    for (std::uint32_t number = 1; number <= users; ++number) {
        made.replies.push_back(
            client.send("POST", "/users/" + made_user_id(number).str() + "/assignLicense",
                        add(skus::power_bi_pro)));
        client.pass(15s);
    }
    made.applied = client.of.counted().writes_accepted;
    CHECK(client.of.counted().faults == users);
    return made;
}

void check_all(tally const& made, delivery how, int status) {
    for (auto const& one : made.replies) {
        REQUIRE(one.how == how);
        REQUIRE(one.response.has_value() == (status != 0));
        if (status != 0) REQUIRE(one.response->status == status);
    }
}

bool about_half(std::uint64_t applied) {
    return applied > users / 3 && applied < users * 2 / 3;
}

bool is_json(std::string const& text) {
    simdjson::dom::parser parser;
    return parser.parse(text).error() == simdjson::SUCCESS;
}

std::string part(std::uint32_t user) {
    return R"({"id":")" + std::to_string(user) + R"(","method":"POST","url":"/users/p)" +
           std::to_string(user) +
           R"(@contoso.example/assignLicense","headers":{"Content-Type":"application/json"},"body":)" +
           add(skus::power_bi_pro) + "}";
}

/// Users in batches of 20, each part under a fault: the parts that were answered, by status.
std::map<std::int64_t, std::uint64_t> batch_all(caller& client) {
    std::map<std::int64_t, std::uint64_t> answered;
    for (std::uint32_t first = 1; first <= users; first += 20) {
        std::string text = R"({"requests":[)";
        for (std::uint32_t user = first; user < first + 20; ++user) {
            text += (user == first ? "" : ",") + part(user);
        }
        json const envelope{client.ask("POST", "/$batch", text + "]}").body};
        for (std::size_t at = 0; at < envelope.size("/responses"); ++at) {
            ++answered[envelope.number("/responses/" + std::to_string(at) + "/status")];
        }
        client.pass(15s);
    }
    return answered;
}

}  // namespace

TEST_CASE("each fault of a whole request does to it what it says") {
    fault_shares faults;
    SECTION("500 and 503 are never applied, 502 and 504 in half of the cases") {
        faults.error_500 = 1;
        auto made = write_all(faults);
        check_all(made, delivery::delivered, 500);
        CHECK(json{made.replies[0].response->body}.text("/error/code") == "InternalServerError");
        CHECK(made.applied == 0);
        faults = {};
        faults.error_503 = 1;
        made = write_all(faults);
        check_all(made, delivery::delivered, 503);
        CHECK(made.applied == 0);
        faults = {};
        faults.error_502 = 1;
        made = write_all(faults);
        check_all(made, delivery::delivered, 502);
        CHECK(about_half(made.applied));
        faults = {};
        faults.error_504 = 1;
        faults.html = 1;
        made = write_all(faults);
        check_all(made, delivery::delivered, 504);
        CHECK(about_half(made.applied));
        CHECK(made.replies[0].response->body.starts_with("<!DOCTYPE html>"));
        CHECK(header(*made.replies[0].response, "Content-Type").starts_with("text/html"));
    }
    SECTION("a collision is never applied") {
        faults.concurrency = 1;
        auto const made = write_all(faults);
        check_all(made, delivery::delivered, 409);
        CHECK(json{made.replies[0].response->body}.text("/error/code") ==
              "Directory_ConcurrencyViolation");
        CHECK(made.applied == 0);
    }
    SECTION("a reset before anything was done") {
        faults.reset_before = 1;
        auto const made = write_all(faults);
        check_all(made, delivery::reset_before, 0);
        CHECK(made.applied == 0);
    }
    SECTION("a reset during the answer") {
        faults.reset_during = 1;
        auto const made = write_all(faults);
        check_all(made, delivery::reset_during, 200);
        CHECK(made.applied == users);
    }
    SECTION("a lost answer") {
        faults.reply_lost = 1;
        auto const made = write_all(faults);
        check_all(made, delivery::lost, 0);
        CHECK(made.applied == users);
    }
    SECTION("no answer ever") {
        faults.silent = 1;
        auto const made = write_all(faults);
        check_all(made, delivery::silent, 0);
        CHECK(about_half(made.applied));
    }
    SECTION("an answer that is no JSON") {
        faults.not_json = 1;
        auto const made = write_all(faults);
        check_all(made, delivery::delivered, 200);
        CHECK(made.replies[0].response->body.starts_with("<!DOCTYPE html>"));
        CHECK(made.applied == users);
    }
    SECTION("an answer that is cut short") {
        faults.truncated = 1;
        auto const made = write_all(faults);
        check_all(made, delivery::delivered, 200);
        CHECK_FALSE(is_json(made.replies[0].response->body));
        CHECK(made.replies[0].response->body.starts_with("{\"@odata.context\""));
        CHECK(made.applied == users);
    }
    SECTION("a slow answer") {
        faults.slow = 1;
        faults.slow_median = 10s;
        auto const made = write_all(faults);
        check_all(made, delivery::delivered, 200);
        CHECK(made.applied == users);
        auto const slower =
            std::ranges::count_if(made.replies, [](reply const& one) { return one.delay > 10s; });
        CHECK(about_half(static_cast<std::uint64_t>(slower)));
        for (auto const& one : made.replies) REQUIRE((one.delay >= 1s && one.delay <= 80s));
    }
    SECTION("a connection that is closed after the answer") {
        faults.connection_close = 1;
        auto const made = write_all(faults);
        check_all(made, delivery::delivered, 200);
        CHECK(made.replies[0].close);
        CHECK(made.applied == users);
    }
    SECTION("429 without cause, in each form") {
        faults.throttled_integer = 0.25;
        faults.throttled_decimal = 0.25;
        faults.throttled_dated = 0.25;
        faults.throttled_absent = 0.25;
        auto const made = write_all(faults);
        check_all(made, delivery::delivered, 429);
        CHECK(made.applied == 0);
        std::set<std::string> forms;
        for (auto const& one : made.replies) {
            auto const said = header(*one.response, "Retry-After");
            forms.insert(said.empty()                          ? "none"
                         : said.ends_with("GMT")               ? "date"
                         : said.find('.') != std::string::npos ? "decimal"
                                                               : "integer");
        }
        CHECK(forms == std::set<std::string>{"none", "date", "decimal", "integer"});
    }
}

TEST_CASE("a share hits about that share of the requests and leaves the rest alone") {
    caller client{plain_tenant(1)};
    client.of.settings().faults.error_500 = 0.1;
    int broken = 0;
    for (int number = 0; number < 2000; ++number) {
        auto const reply = client.ask("GET", "/users/p1@contoso.example");
        if (reply.status == 500) ++broken;
        if (reply.status != 500) REQUIRE(reply.status == 200);
    }
    CHECK(broken > 140);
    CHECK(broken < 260);
    CHECK(client.of.counted().faults == static_cast<std::uint64_t>(broken));
}

TEST_CASE("an announcement of a 429 without cause holds as one of an empty bucket does") {
    caller client{plain_tenant(1)};
    client.of.settings().faults.throttled_integer = 1;
    auto const wait = std::stoi(header(client.assign(1, add(skus::power_bi_pro)), "Retry-After"));
    client.of.settings().faults = {};
    client.pass(std::chrono::seconds{wait} - 1ms);
    CHECK(client.assign(1, add(skus::power_bi_pro)).status == 429);
    CHECK(client.of.counted().early_returns == 1);
    client.pass(1s);  // What the second refusal announced.
    CHECK(client.assign(1, add(skus::power_bi_pro)).status == 200);
    CHECK(client.of.counted().early_returns == 1);
}

TEST_CASE("parts of a batch go wrong one by one, in an envelope that is well") {
    caller client{plain_tenant(users)};
    SECTION("left out of the envelope, and applied in half of the cases") {
        client.of.settings().part_faults.part_missing = 1;
        CHECK(batch_all(client).empty());
        CHECK(about_half(client.of.counted().writes_accepted));
    }
    SECTION("502") {
        client.of.settings().part_faults.error_502 = 1;
        CHECK(batch_all(client) == std::map<std::int64_t, std::uint64_t>{{502, users}});
        CHECK(about_half(client.of.counted().writes_accepted));
    }
    SECTION("429 without cause") {
        client.of.settings().part_faults.throttled_decimal = 0.5;
        auto const answered = batch_all(client);
        CHECK(answered.at(200) + answered.at(429) == users);
        CHECK(about_half(answered.at(429)));
        CHECK(client.of.counted().writes_accepted == answered.at(200));
        CHECK(client.of.counted().early_returns == 0);
    }
    SECTION("what hits whole requests only leaves parts alone") {
        client.of.settings().part_faults.reply_lost = 1;
        CHECK(batch_all(client) == std::map<std::int64_t, std::uint64_t>{{200, users}});
    }
}

TEST_CASE("a page can be empty and still have a next one, and no user is left out") {
    caller client{plain_tenant(30)};
    client.of.settings().faults.empty_page = 0.5;
    std::size_t empty = 0;
    std::size_t found = 0;
    std::string next = "/users?$select=id&$top=3";
    while (!next.empty()) {
        json const page{client.ask("GET", next).body};
        if (page.size("/value") == 0) ++empty;
        found += page.size("/value");
        auto const asked = next;
        next = page.has("/@odata.nextLink") ? page.text("/@odata.nextLink") : "";
        // Clients stop at a page that is followed by itself.
        CHECK(next != asked);
    }
    CHECK(empty > 0);
    CHECK(found == 30);
}

TEST_CASE("sign-ins have faults of their own") {
    caller client{plain_tenant(1)};
    client.of.settings().login_faults.error_503 = 1;
    auto const before = client.token;
    client.sign_in();
    CHECK(client.token == before);
    CHECK(client.ask("GET", "/users/p1@contoso.example").status == 200);
    http_request request;
    request.method = "POST";
    request.url = "https://login.example/contoso.example/oauth2/v2.0/token";
    auto const reply = client.of.handle(request, client.now, client.wall());
    REQUIRE(reply.response.has_value());
    CHECK(reply.response->status == 503);
    CHECK(json{reply.response->body}.text("/error") == "temporarily_unavailable");
}

TEST_CASE("the same seed gives the same replies, another seed others") {
    auto const replies = [](std::uint64_t seed) {
        INFO("seed " << seed);
        options chosen;
        chosen.seed = seed;
        chosen.latency_median = 120ms;
        chosen.faults.error_502 = 0.1;
        chosen.faults.reply_lost = 0.1;
        chosen.faults.throttled_dated = 0.1;
        chosen.part_faults.part_missing = 0.2;
        chosen.part_faults.throttled_decimal = 0.2;
        caller client{make_tenant({.users = 100, .seed = seed}), chosen};
        std::string trace;
        for (std::uint32_t number = 1; number <= 80; ++number) {
            std::string text = R"({"requests":[)" + part(number) + "," + part(number + 1) + "]}";
            auto const made = client.send("POST", "/$batch", text);
            trace += std::to_string(made.delay.count()) + " " +
                     std::to_string(static_cast<int>(made.how)) + " ";
            if (made.response) {
                for (auto const& [name, value] : made.response->headers) trace += name + value;
                trace += made.response->body;
            }
            client.pass(700ms);
        }
        return trace;
    };
    CHECK(replies(42) == replies(42));
    CHECK(replies(42) != replies(43));
}

TEST_CASE("latency is spread around its median") {
    options chosen;
    chosen.latency_median = 200ms;
    caller client{plain_tenant(1), chosen};
    int below = 0;
    for (int number = 0; number < 1000; ++number) {
        auto const delay = client.send("GET", "/users/p1@contoso.example").delay;
        REQUIRE(delay > 20ms);
        REQUIRE(delay < 1500ms);
        if (delay < 200ms) ++below;
    }
    CHECK(below > 420);
    CHECK(below < 580);
}
