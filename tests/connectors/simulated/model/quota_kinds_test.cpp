// Limits as callers meet them, whatever way the tenant counts: what is accepted, what is announced,
// what refusals cost, and what others take.
#include <array>

#include "caller.hpp"
#include "connectors/port/random_stream.hpp"

using namespace allot;
using namespace allot::simulated;
using namespace allot::simulated::test;
using namespace std::chrono_literals;
namespace skus = allot::simulated::catalogue;

namespace {

constexpr std::array kinds{counting::token_bucket, counting::sliding_window,
                           counting::fixed_window};

/// Writes until the first that is refused, at most `most`; how many were accepted.
int write_until_refused(caller& client, int most = 10'000) {
    int accepted = 0;
    while (accepted < most && client.assign(1, add(skus::power_bi_pro)).status == 200) ++accepted;
    return accepted;
}

int read_status(caller& client) {
    return client.ask("GET", "/users/p1@contoso.example").status;
}

/// What a Retry-After asks for, by the caller's own clocks.
duration announced(http_response const& by, wall_time now) {
    auto const said = header(by, "Retry-After");
    REQUIRE_FALSE(said.empty());
    if (auto const until = parse_http_date(said)) return *until - now;
    auto const point = said.find('.');
    duration wait = std::chrono::seconds{std::stoll(said.substr(0, point))};
    if (point != std::string::npos) {
        wait += std::chrono::milliseconds{std::stoll(said.substr(point + 1))};
    }
    return wait;
}

}  // namespace

TEST_CASE("a sliding window frees what was used 150 seconds ago, no sooner") {
    options chosen;
    chosen.writes->counts = counting::sliding_window;
    caller client{plain_tenant(1), chosen};
    CHECK(write_until_refused(client, 1000) == 1000);
    client.pass(100s);
    CHECK(write_until_refused(client) == 2000);
    CHECK(header(client.assign(1, add(skus::power_bi_pro)), "Retry-After") == "50");
    client.pass(50s);
    CHECK(write_until_refused(client) == 1000);
    CHECK(header(client.assign(1, add(skus::power_bi_pro)), "Retry-After") == "100");
    CHECK(read_status(client) == 200);
}

TEST_CASE("a fixed window lets 3,000 through before its edge and 3,000 after it") {
    options chosen;
    chosen.writes->counts = counting::fixed_window;
    chosen.window_phase = 30s;
    caller client{plain_tenant(1), chosen};
    CHECK(write_until_refused(client) == 3000);
    CHECK(header(client.assign(1, add(skus::power_bi_pro)), "Retry-After") == "30");
    client.pass(30s);
    CHECK(write_until_refused(client) == 3000);
    CHECK(header(client.assign(1, add(skus::power_bi_pro)), "Retry-After") == "150");
    client.pass(150s);
    CHECK(write_until_refused(client) == 3000);
}

TEST_CASE("who waits exactly as long as Retry-After says is served") {
    for (auto const counts : kinds) {
        for (auto const form :
             {retry_after_form::integer, retry_after_form::decimal, retry_after_form::dated}) {
            for (bool const refused_cost : {false, true}) {
                CAPTURE(counts, form, refused_cost);
                options chosen;
                chosen.writes = quota{7, 3137ms, counts};
                chosen.resource_units = quota{11, 4211ms, counts};
                chosen.tenant_writes = quota{9, 5003ms, counts};
                chosen.window_phase = 17ms;
                chosen.quota_retry_after_form = form;
                chosen.refused_requests_cost = refused_cost;
                caller client{plain_tenant(1), chosen};
                allot::random_stream gaps{5};
                int refused = 0;
                int not_served = 0;
                for (int number = 0; number < 1000; ++number) {
                    client.pass(std::chrono::milliseconds{gaps.below(400)});
                    auto const write = gaps.chance(0.7);
                    auto const call = [&] {
                        return write ? client.assign(1, add(skus::power_bi_pro))
                                     : client.ask("GET", "/users/p1@contoso.example");
                    };
                    auto const reply = call();
                    if (reply.status != 429) continue;
                    ++refused;
                    client.pass(announced(reply, client.wall()));
                    if (call().status != 200) ++not_served;
                }
                CHECK(refused > 100);
                CHECK(not_served == 0);
                CHECK(client.of.counted().early_returns == 0);
            }
        }
    }
}

TEST_CASE("no kind of limit need say how long to wait, or it says the same each time") {
    auto const counts =
        GENERATE(counting::token_bucket, counting::sliding_window, counting::fixed_window);
    CAPTURE(counts);
    options chosen;
    chosen.writes = quota{5, 10s, counts};
    SECTION("it does not say") {
        chosen.quota_retry_after_form = retry_after_form::absent;
        caller client{plain_tenant(1), chosen};
        CHECK(write_until_refused(client) == 5);
        auto const refused = client.assign(1, add(skus::power_bi_pro));
        CHECK(refused.status == 429);
        CHECK(header(refused, "Retry-After").empty());
        client.pass(10s);
        CHECK(write_until_refused(client) == 5);
        CHECK(client.of.counted().early_returns == 0);
    }
    SECTION("it always says 150 seconds, and means it") {
        chosen.quota_retry_after = 150s;
        caller client{plain_tenant(1), chosen};
        CHECK(write_until_refused(client) == 5);
        CHECK(header(client.assign(1, add(skus::power_bi_pro)), "Retry-After") == "150");
        client.pass(149s);
        CHECK(client.assign(1, add(skus::power_bi_pro)).status == 429);
        CHECK(client.of.counted().early_returns == 1);
        client.pass(1s);
        CHECK(write_until_refused(client) == 5);
    }
}

TEST_CASE("refused requests that cost keep an impatient caller out, and nobody's reads") {
    struct row {
        counting counts;
        int patient;  ///< accepted after ten quiet seconds
    };
    // 18 of the 10 are used in the end. A bucket gets ten back in ten seconds; windows all.
    for (auto const& [counts, patient] :
         {row{counting::token_bucket, 2}, row{counting::sliding_window, 10},
          row{counting::fixed_window, 10}}) {
        CAPTURE(counts);
        options chosen;
        chosen.writes = quota{10, 10s, counts};
        chosen.quota_retry_after_form = retry_after_form::absent;
        chosen.refused_requests_cost = true;
        caller client{plain_tenant(1), chosen};
        CHECK(write_until_refused(client) == 10);
        for (int number = 0; number < 50; ++number) client.assign(1, add(skus::power_bi_pro));
        CHECK(read_status(client) == 200);
        client.pass(9999ms);
        if (counts != counting::token_bucket) {
            CHECK(client.assign(1, add(skus::power_bi_pro)).status == 429);
        }
        client.pass(counts == counting::sliding_window ? 10s : 1ms);
        CHECK(write_until_refused(client) == patient);
    }
}

TEST_CASE("all applications together write no more than the tenant allows") {
    options chosen;
    chosen.writes.reset();
    chosen.resource_units.reset();
    chosen.limit_percentage = true;
    caller client{plain_tenant(1), chosen};
    CHECK(write_until_refused(client, 14'398) == 14'398);
    auto const said = [&] {
        return header(client.assign(1, add(skus::power_bi_pro)), "x-ms-throttle-limit-percentage");
    };
    CHECK(said().empty());
    CHECK(said() == "0.80");
    CHECK(client.of.take_quota(1800, 0, client.now));
    CHECK(said() == "0.90");
    CHECK(write_until_refused(client) == 1799);
    auto const refused = client.assign(1, add(skus::power_bi_pro));
    CHECK(refused.status == 429);
    CHECK(header(refused, "x-ms-throttle-scope") ==
          "Tenant/Write/88888888-aaaa-4bbb-8ccc-000000000008/44444444-aaaa-4bbb-8ccc-000000000004");
    CHECK(header(refused, "x-ms-throttle-information") == "WriteLimitExceeded");
    CHECK(header(refused, "Retry-After") == "1");
    CHECK(read_status(client) == 200);
    CHECK(client.of.counted().early_returns == 0);
    client.assign(1, add(skus::power_bi_pro));
    client.pass(500ms);
    client.assign(1, add(skus::power_bi_pro));
    CHECK(client.of.counted().early_returns == 1);
    client.pass(1s);
    // Sixty a second come back.
    CHECK(write_until_refused(client) == 90);
}

TEST_CASE("of two limits that are reached, the one is named that lasts longer") {
    options chosen;
    chosen.writes = quota{2, 20s};
    chosen.tenant_writes = quota{2, 60s};
    chosen.resource_units = quota{2, 40s};
    caller client{plain_tenant(1), chosen};
    CHECK(write_until_refused(client) == 2);
    auto const refused = client.assign(1, add(skus::power_bi_pro));
    CHECK(header(refused, "x-ms-throttle-scope").starts_with("Tenant/Write/"));
    CHECK(header(refused, "Retry-After") == "30");
    auto const read = client.ask("GET", "/users/p1@contoso.example");
    CHECK(header(read, "x-ms-throttle-scope").starts_with("Tenant_Application/ReadWrite/"));
    CHECK(header(read, "Retry-After") == "20");
}

TEST_CASE("what others use is not there for us, and what they are refused is not used") {
    auto const counts =
        GENERATE(counting::token_bucket, counting::sliding_window, counting::fixed_window);
    CAPTURE(counts);
    options chosen;
    chosen.writes = quota{10, 100s, counts};
    chosen.resource_units = quota{30, 100s, counts};
    SECTION("writes") {
        caller client{plain_tenant(1), chosen};
        CHECK(client.of.take_quota(6, 6, client.now));
        CHECK_FALSE(client.of.take_quota(5, 5, client.now));
        CHECK(write_until_refused(client) == 4);
        CHECK_FALSE(client.of.take_quota(1, 1, client.now));
    }
    SECTION("resource units, all or none with the writes") {
        caller client{plain_tenant(1), chosen};
        CHECK(client.of.take_quota(0, 29, client.now));
        CHECK_FALSE(client.of.take_quota(1, 2, client.now));
        CHECK(write_until_refused(client) == 1);
        CHECK_FALSE(client.of.take_quota(0, 1, client.now));
        CHECK(client.of.take_quota(0, 0, client.now));
    }
    SECTION("refused requests of theirs cost when ours do") {
        chosen.refused_requests_cost = true;
        chosen.quota_retry_after_form = retry_after_form::absent;
        caller client{plain_tenant(1), chosen};
        CHECK(write_until_refused(client, 4) == 4);
        CHECK_FALSE(client.of.take_quota(7, 7, client.now));
        CHECK(client.assign(1, add(skus::power_bi_pro)).status == 429);
    }
    SECTION("in the tenant's name they are not counted") {
        caller client{plain_tenant(1), chosen};
        auto const before = client.of.counted();
        client.of.take_quota(3, 3, client.now);
        CHECK(client.of.counted() == before);
    }
}

TEST_CASE("a limit that moves while it runs is the limit from then on") {
    for (auto const counts : kinds) {
        CAPTURE(counts);
        options chosen;
        chosen.writes = quota{100, 100s, counts};
        chosen.quota_retry_after_form = retry_after_form::absent;
        caller client{plain_tenant(1), chosen};
        CHECK(write_until_refused(client) == 100);
        client.of.settings().writes->capacity = 50;
        CHECK(write_until_refused(client) == 0);
        client.pass(200s);
        CHECK(write_until_refused(client) == 50);
        client.of.settings().writes->capacity = 100;
        // A window has room at once; a bucket has to fill.
        CHECK(write_until_refused(client) == (counts == counting::token_bucket ? 0 : 50));
        client.pass(100s);
        CHECK(write_until_refused(client) == 100);
    }
}

TEST_CASE("replies and parts of batches say what they cost, unless the tenant keeps it to itself") {
    auto const batch = R"({"requests":[{"id":"1","method":"GET","url":"/subscribedSkus"}]})";
    options chosen;
    SECTION("they say it") {
        caller client{plain_tenant(1), chosen};
        CHECK(header(client.ask("GET", "/subscribedSkus"), "x-ms-resource-unit") == "3");
        json const envelope{client.ask("POST", "/$batch", batch).body};
        CHECK(envelope.text("/responses/0/headers/x-ms-resource-unit") == "3");
    }
    SECTION("they do not") {
        chosen.resource_unit_header = false;
        caller client{plain_tenant(1), chosen};
        auto const reply = client.ask("GET", "/subscribedSkus");
        CHECK(reply.status == 200);
        CHECK(header(reply, "x-ms-resource-unit").empty());
        json const envelope{client.ask("POST", "/$batch", batch).body};
        CHECK(envelope.number("/responses/0/status") == 200);
        CHECK_FALSE(envelope.has("/responses/0/headers/x-ms-resource-unit"));
    }
}
