// Limits: what requests cost, when they are refused, what is announced, and who comes back too
// early (graph-facts 1.1 to 1.3).
#include "caller.hpp"

using namespace allot;
using namespace allot::simulated;
using namespace allot::simulated::test;
using namespace std::chrono_literals;
namespace skus = allot::simulated::catalogue;

namespace {

/// Writes until the first that is refused, at most `most`; how many were accepted.
int write_until_refused(caller& client, int most = 10'000) {
    int accepted = 0;
    while (accepted < most && client.assign(1, add(skus::power_bi_pro)).status == 200) ++accepted;
    return accepted;
}

}  // namespace

TEST_CASE("the published write limit lets 3,000 through at once, then 20 a second") {
    caller client{plain_tenant(1)};
    CHECK(write_until_refused(client) == 3000);
    for (int second = 0; second < 5; ++second) {
        client.pass(1s);
        CHECK(write_until_refused(client) == 20);
    }
    client.pass(150s);
    CHECK(write_until_refused(client) == 3000);
    // Reads are not hindered.
    CHECK(client.ask("GET", "/users/p1@contoso.example").status == 200);
}

TEST_CASE("resource units are charged by the published table") {
    struct row {
        std::string path;
        std::int64_t units;
    };
    std::vector<row> const rows{
        {"/users/p1@contoso.example?$select=id", 1},
        {"/users/p1@contoso.example", 1},
        {"/users", 2},
        {"/users?$select=id&$top=999", 1},
        {"/users?$top=19", 1},
        {"/users?$top=20", 2},
        {"/users?$select=id&$top=5", 1},
        {"/subscribedSkus", 3},
    };
    for (auto const& [path, units] : rows) {
        CAPTURE(path);
        options chosen;
        chosen.resource_units = quota{60, 1h};
        caller client{plain_tenant(1), chosen};
        std::int64_t served = 0;
        while (served < 100) {
            auto const reply = client.ask("GET", path);
            if (reply.status == 429) break;
            CHECK(header(reply, "x-ms-resource-unit") == std::to_string(units));
            ++served;
        }
        CHECK(served == 60 / units);
    }
}

TEST_CASE("a write that is refused for what it asks costs what one that is done costs") {
    options chosen;
    chosen.writes = quota{3, 1h};
    caller client{plain_tenant(1), chosen};
    auto const wrong = client.assign(1, licences({}, {skus::power_bi_pro}));
    CHECK(wrong.status == 400);
    CHECK(header(wrong, "x-ms-resource-unit") == "1");
    CHECK(write_until_refused(client) == 2);
}

TEST_CASE("a 429 names its limit and says how long to wait") {
    options chosen;
    chosen.writes = quota{2, 20s};
    caller client{plain_tenant(1), chosen};
    CHECK(write_until_refused(client) == 2);
    auto const check = [](http_response const& reply, std::string const& limit,
                          std::string const& information) {
        CHECK(reply.status == 429);
        CHECK(json{reply.body}.text("/error/code") == "TooManyRequests");
        CHECK(header(reply, "x-ms-throttle-scope") ==
              "Tenant_Application/" + limit +
                  "/88888888-aaaa-4bbb-8ccc-000000000008/44444444-aaaa-4bbb-8ccc-000000000004");
        CHECK(header(reply, "x-ms-throttle-information") == information);
        CHECK(header(reply, "x-ms-resource-unit").empty());
    };
    auto const write = client.assign(1, add(skus::power_bi_pro));
    check(write, "Write", "WriteLimitExceeded");
    CHECK(header(write, "Retry-After") == "10");
    client.of.settings().resource_units = quota{2, 20s};
    client.ask("GET", "/users/p1@contoso.example");
    client.ask("GET", "/users/p1@contoso.example");
    auto const read = client.ask("GET", "/users/p1@contoso.example");
    check(read, "ReadWrite", "ResourceUnitLimitExceeded");
    CHECK(header(read, "Retry-After") == "10");
    CHECK(client.of.counted().writes_throttled == 2);
    CHECK(client.of.counted().reads_throttled == 1);
}

TEST_CASE("Retry-After comes in each of its forms") {
    options chosen;
    chosen.writes = quota{1, 7128ms};
    SECTION("whole seconds") {
        caller client{plain_tenant(1), chosen};
        write_until_refused(client);
        CHECK(header(client.assign(1, add(skus::power_bi_pro)), "Retry-After") == "8");
    }
    SECTION("a decimal") {
        chosen.quota_retry_after_form = retry_after_form::decimal;
        caller client{plain_tenant(1), chosen};
        write_until_refused(client);
        CHECK(header(client.assign(1, add(skus::power_bi_pro)), "Retry-After") == "7.128");
    }
    SECTION("a date") {
        chosen.quota_retry_after_form = retry_after_form::dated;
        caller client{plain_tenant(1), chosen};
        write_until_refused(client);
        auto const reply = client.assign(1, add(skus::power_bi_pro));
        CHECK(header(reply, "Date") == "Mon, 05 Jan 2026 08:00:00 GMT");
        CHECK(header(reply, "Retry-After") == "Mon, 05 Jan 2026 08:00:08 GMT");
    }
    SECTION("none at all") {
        chosen.quota_retry_after_form = retry_after_form::absent;
        caller client{plain_tenant(1), chosen};
        write_until_refused(client);
        CHECK(header(client.assign(1, add(skus::power_bi_pro)), "Retry-After").empty());
        client.pass(1s);
        client.assign(1, add(skus::power_bi_pro));
        CHECK(client.of.counted().early_returns == 0);
    }
    SECTION("as long as it is set to") {
        chosen.quota_retry_after = 150s;
        caller client{plain_tenant(1), chosen};
        write_until_refused(client);
        CHECK(header(client.assign(1, add(skus::power_bi_pro)), "Retry-After") == "150");
    }
}

TEST_CASE("who comes back before the announced time is refused again and counted") {
    options chosen;
    chosen.writes = quota{20, 10s};
    chosen.quota_retry_after = 5s;
    caller client{plain_tenant(1), chosen};
    CHECK(write_until_refused(client) == 20);
    CHECK(client.of.counted().early_returns == 0);
    client.pass(3s);  // There would be quota for six.
    auto const early = client.assign(1, add(skus::power_bi_pro));
    CHECK(early.status == 429);
    CHECK(header(early, "Retry-After") == "2");
    CHECK(client.of.counted().early_returns == 1);
    // Reads draw on another bucket.
    CHECK(client.ask("GET", "/users/p1@contoso.example").status == 200);
    CHECK(client.of.counted().early_returns == 1);
    client.pass(2s);
    CHECK(client.assign(1, add(skus::power_bi_pro)).status == 200);
    CHECK(client.of.counted().early_returns == 1);
}

TEST_CASE("who cannot know of an announcement yet is not blamed") {
    options chosen;
    chosen.writes = quota{1, 10s};
    chosen.latency_median = 100ms;
    SECTION("the refusal is still on its way") {
        caller client{plain_tenant(1), chosen};
        write_until_refused(client, 1);
        auto const refused =
            client.send("POST", "/users/p1@contoso.example/assignLicense", add(skus::power_bi_pro));
        REQUIRE(refused.response->status == 429);
        client.pass(refused.delay);
        client.assign(1, add(skus::power_bi_pro));
        CHECK(client.of.counted().early_returns == 0);
        client.pass(1s);
        client.assign(1, add(skus::power_bi_pro));
        CHECK(client.of.counted().early_returns == 1);
    }
    SECTION("the refusal never arrived") {
        caller client{plain_tenant(1), chosen};
        write_until_refused(client, 1);
        client.of.settings().faults.reply_lost = 1;
        CHECK(
            client.send("POST", "/users/p1@contoso.example/assignLicense", add(skus::power_bi_pro))
                .how == delivery::lost);
        client.of.settings().faults.reply_lost = 0;
        client.pass(5s);
        CHECK(client.assign(1, add(skus::power_bi_pro)).status == 429);
        CHECK(client.of.counted().early_returns == 0);
    }
}

TEST_CASE("each part of a batch is charged on its own, and throttled on its own") {
    options chosen;
    chosen.writes = quota{2, 10s};
    chosen.shuffle_parts = false;
    caller client{plain_tenant(3), chosen};
    std::string text = R"({"requests":[)";
    for (int number = 1; number <= 3; ++number) {
        text +=
            (number > 1 ? "," : "") + (R"({"id":")" + std::to_string(number)) +
            R"(","method":"POST","url":"/users/p)" + std::to_string(number) +
            R"(@contoso.example/assignLicense","headers":{"Content-Type":"application/json"},"body":)" +
            add(skus::power_bi_pro) + "}";
    }
    auto const reply = client.ask("POST", "/$batch", text + "]}");
    CHECK(reply.status == 200);
    CHECK(header(reply, "Retry-After").empty());
    json const envelope{reply.body};
    CHECK(envelope.number("/responses/0/status") == 200);
    CHECK(envelope.number("/responses/1/status") == 200);
    CHECK(envelope.number("/responses/2/status") == 429);
    CHECK(envelope.text("/responses/2/headers/Retry-After") == "5");
    CHECK(envelope.text("/responses/2/headers/x-ms-throttle-information") == "WriteLimitExceeded");
    CHECK(envelope.text("/responses/2/body/error/code") == "TooManyRequests");
    CHECK(client.of.counted().writes_throttled == 1);
    CHECK(client.of.counted().early_returns == 0);
}

TEST_CASE("refused requests cost nothing unless that is switched on") {
    options chosen;
    chosen.writes = quota{10, 10s};
    chosen.quota_retry_after_form = retry_after_form::absent;
    // A write refused every quarter of a second; a token comes back every second.
    auto const accepted_while_hammering = [&] {
        caller client{plain_tenant(1), chosen};
        write_until_refused(client);
        int accepted = 0;
        for (int quarter = 0; quarter < 40; ++quarter) {
            client.pass(250ms);
            accepted += client.assign(1, add(skus::power_bi_pro)).status == 200 ? 1 : 0;
        }
        return accepted;
    };
    CHECK(accepted_while_hammering() == 10);
    chosen.refused_requests_cost = true;
    CHECK(accepted_while_hammering() == 0);
}

TEST_CASE("reads pass while the writes are overdrawn") {
    options chosen;
    chosen.writes = quota{10, 10s};
    chosen.refused_requests_cost = true;
    caller client{plain_tenant(1), chosen};
    write_until_refused(client);
    CHECK(client.assign(1, add(skus::power_bi_pro)).status == 429);
    CHECK(client.send("GET", "/users/p1@contoso.example").response->status == 200);
}

TEST_CASE("the percentage header comes above 80 % of a limit when it is switched on") {
    options chosen;
    chosen.writes = quota{10, 1h};
    chosen.limit_percentage = true;
    caller client{plain_tenant(1), chosen};
    std::vector<std::string> said;
    for (int number = 0; number < 10; ++number) {
        said.push_back(
            header(client.assign(1, add(skus::power_bi_pro)), "x-ms-throttle-limit-percentage"));
    }
    CHECK(said == std::vector<std::string>{"", "", "", "", "", "", "", "0.80", "0.90", "1.00"});
}

TEST_CASE("limits can be moved and taken away while it runs") {
    options chosen;
    chosen.writes = quota{5, 1h};
    caller client{plain_tenant(1), chosen};
    CHECK(write_until_refused(client) == 5);
    client.of.settings().writes.reset();
    client.pass(15min);  // The Retry-After of the last refusal.
    CHECK(write_until_refused(client, 50) == 50);
    client.of.settings().writes = quota{7, 1h};
    CHECK(write_until_refused(client) == 7);
}
