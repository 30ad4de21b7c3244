#include <set>

#include "fakes.hpp"

using namespace allot;
using namespace fakes;
using kind = outcome_kind;

namespace {

std::string header(http_request const& request, char const* name) {
    auto const* const found = find_header(request.headers, name);
    return found == nullptr ? "(none)" : *found;
}

std::string subscription_row(std::string const& sku, int enabled) {
    return R"({"appliesTo":"User","capabilityStatus":"Enabled","consumedUnits":1,"skuId":")" + sku +
           R"(","skuPartNumber":"P","prepaidUnits":{"enabled":)" + std::to_string(enabled) +
           R"(,"suspended":0,"warning":0},"servicePlans":[]})";
}

std::string const low_sku = "00000000-aaaa-4bbb-8ccc-000000000001";
std::string const high_sku = "f0000000-aaaa-4bbb-8ccc-000000000001";

}  // namespace

TEST_CASE("one operation goes as a plain request, with all that goes along", "[client]") {
    bench on;
    on.through.service = [](http_request const&) { return reply(200, ana); };
    auto const outcomes = on.run(on.under_test->perform(only(read_ana())));
    REQUIRE(outcomes.size() == 1);
    CHECK(outcomes[0].kind == kind::done);
    REQUIRE(outcomes[0].read);
    CHECK(outcomes[0].read->upn == "ana.q@contoso.example");
    REQUIRE(on.through.requests.size() == 1);
    auto const& sent = on.through.requests[0];
    CHECK(sent.url.starts_with("https://graph.example/v1.0/users/ana.q@contoso.example?$select="));
    CHECK(token_of(sent) == "Bearer token-1");
    CHECK(header(sent, "x-ms-throttle-priority") == "Low");
    CHECK(header(sent, "Accept") == "application/json");
    CHECK(guid::parse(header(sent, "client-request-id")));
    CHECK(outcomes[0].seen.client_request_id == header(sent, "client-request-id"));
    REQUIRE(on.through.sign_ins.size() == 1);
    CHECK(on.through.sign_ins[0].url == "https://login.example/contoso.example/oauth2/v2.0/token");
    CHECK(token_of(on.through.sign_ins[0]).empty());
}

TEST_CASE("every request has an id of its own, the same again for the same seed", "[client]") {
    auto const ids_of = [](std::uint64_t seed) {
        bench on{seed};
        on.through.service = [](http_request const&) { return reply(200, ana); };
        std::vector<std::string> ids;
        for (int times = 0; times < 3; ++times) {
            auto const outcomes = on.run(on.under_test->perform(only(read_ana())));
            ids.push_back(outcomes[0].seen.client_request_id.str());
        }
        return ids;
    };
    auto const ids = ids_of(1);
    CHECK(std::set<std::string>(ids.begin(), ids.end()).size() == 3);
    CHECK(ids_of(1) == ids);
    CHECK(ids_of(2) != ids);
    CHECK(ids[0][14] == '4');
}

TEST_CASE("more than one operation goes as one batch, and each part keeps its id", "[client]") {
    bench on;
    on.through.service = [](http_request const&) {
        return reply(
            200, R"({"responses":[{"id":"2","status":204},{"id":"1","status":200,"body":)" + ana +
                     "}]}");
    };
    std::vector<operation> const both{read_ana(), assign_ana()};
    auto const outcomes = on.run(on.under_test->perform(both));
    REQUIRE(outcomes.size() == 2);
    CHECK(outcomes[0].kind == kind::done);
    CHECK(outcomes[0].read);
    CHECK(outcomes[1].kind == kind::done);
    REQUIRE(on.through.requests.size() == 1);
    auto const& body = on.through.requests[0].body;
    CHECK(on.through.requests[0].url == "https://graph.example/v1.0/$batch");
    for (auto const& each : outcomes) {
        CHECK(body.find("\"" + each.seen.client_request_id.str() + "\"") != std::string::npos);
    }
    CHECK(outcomes[0].seen.client_request_id != outcomes[1].seen.client_request_id);
}

TEST_CASE("a request without a reply is lost only when it may have changed something", "[client]") {
    struct row {
        bool maybe_received;
        bool permanent;
        kind of_read;
        kind of_write;
    };
    for (auto const& each : {row{false, false, kind::transient, kind::transient},
                             row{true, false, kind::transient, kind::lost},
                             row{false, true, kind::stopped, kind::stopped}}) {
        INFO(each.maybe_received << each.permanent);
        bench on;
        on.through.service = [&](http_request const&) {
            return no_reply(each.maybe_received, each.permanent);
        };
        std::vector<operation> const both{read_ana(), assign_ana()};
        auto const outcomes = on.run(on.under_test->perform(both));
        CHECK(outcomes[0].kind == each.of_read);
        CHECK(outcomes[1].kind == each.of_write);
        CHECK(outcomes[1].detail == "the cable is cut");
        CHECK(outcomes[1].seen.http_status == 0);
        CHECK_FALSE(outcomes[1].seen.client_request_id.empty());
        CHECK(on.run(on.under_test->perform(only(assign_ana())))[0].kind == each.of_write);
        CHECK(on.run(on.under_test->read_users("")).how.kind == each.of_read);
        CHECK(on.run(on.under_test->read_subscriptions()).how.kind == each.of_read);
        // Once each: nothing is sent again here.
        CHECK(on.through.requests.size() == 4);
    }
}

TEST_CASE("subscriptions are read to the last page, summed and sorted", "[client]") {
    bench on;
    on.through.service = [](http_request const& asked) {
        if (asked.url == "https://graph.example/v1.0/subscribedSkus") {
            return reply(200, R"({"@odata.nextLink":"https://graph.example/v1.0/more","value":[)" +
                                  subscription_row(high_sku, 5) + "," +
                                  subscription_row(low_sku, 7) + "]}");
        }
        return reply(200, R"({"value":[)" + subscription_row(high_sku, 6) + "]}");
    };
    auto const read = on.run(on.under_test->read_subscriptions());
    REQUIRE(read.how.kind == kind::done);
    REQUIRE(read.value.size() == 2);
    CHECK(read.value[0].sku == *sku_id::parse(low_sku));
    CHECK(read.value[0].enabled == 7);
    CHECK(read.value[1].sku == *sku_id::parse(high_sku));
    CHECK(read.value[1].enabled == 11);
}

TEST_CASE("subscriptions of which a page cannot be read are not known at all", "[client]") {
    bench on;
    on.through.service = [](http_request const& asked) {
        if (asked.url.ends_with("subscribedSkus")) {
            return reply(200, R"({"@odata.nextLink":"https://graph.example/v1.0/more","value":[)" +
                                  subscription_row(high_sku, 5) + "]}");
        }
        return reply(200, "<html>");
    };
    auto const read = on.run(on.under_test->read_subscriptions());
    CHECK(read.how.kind == kind::transient);
    CHECK(read.value.empty());
}

TEST_CASE("a list that goes in circles comes to an end", "[client]") {
    bench on;
    on.through.service = [](http_request const& asked) {
        auto const next = asked.url.ends_with("/a") ? "/b" : "/a";
        return reply(200, std::string{R"({"@odata.nextLink":"https://graph.example)"} + next +
                              R"(","value":[]})");
    };
    auto const read = on.run(on.under_test->read_subscriptions());
    CHECK(read.how.kind == kind::refused);
    CHECK(read.how.detail == "the list of subscriptions has no last page");
    CHECK(on.through.requests.size() == 100);
}

TEST_CASE("users are read page by page, each from where the last one said", "[client]") {
    bench on;
    std::string const next = "https://graph.example/v1.0/users?$skiptoken=x";
    on.through.service = [&](http_request const& asked) {
        if (asked.url == next) return reply(200, R"({"value":[]})");
        return reply(200, R"({"@odata.nextLink":")" + next + R"(","value":[)" + ana + "]}");
    };
    auto const first = on.run(on.under_test->read_users(""));
    REQUIRE(first.how.kind == kind::done);
    CHECK(first.value.users.size() == 1);
    CHECK(first.value.next == next);
    auto const last = on.run(on.under_test->read_users(first.value.next));
    CHECK(last.how.kind == kind::done);
    CHECK(last.value.users.empty());
    CHECK(last.value.next.empty());
    CHECK(on.through.requests[1].url == next);
}

TEST_CASE("the token goes to no host but the configured one", "[client]") {
    bench on;
    on.through.service = [](http_request const&) {
        return reply(200, R"({"@odata.nextLink":"https://evil.example/v1.0/users","value":[]})");
    };
    auto const users = on.run(on.under_test->read_users(""));
    CHECK(users.how.kind == kind::refused);
    CHECK(users.how.detail.find("another host") != std::string::npos);
    CHECK(users.value.next.empty());
    CHECK(on.run(on.under_test->read_subscriptions()).how.kind == kind::refused);
    // An address kept from somewhere else fares no better.
    auto const kept = on.run(on.under_test->read_users("https://evil.example/v1.0/users"));
    CHECK(kept.how.kind == kind::refused);
    auto const changes = on.run(on.under_test->read_changes("https://evil.example/v1.0/users"));
    CHECK(changes.how.kind == kind::refused);
    CHECK(changes.value.expired);
    REQUIRE(on.through.requests.size() == 2);
    for (auto const& sent : on.through.requests) {
        CHECK(sent.url.starts_with("https://graph.example/"));
    }
}

TEST_CASE("a server that repeats what it was sent in its words is not quoted with the token",
          "[graph]") {
    bench on;
    std::string const token(3000, 's');
    on.through.sign_in = [&](http_request const&) {
        return reply(200, R"({"expires_in":3600,"access_token":")" + token + "\"}");
    };
    on.through.service = [](http_request const& request) {
        return reply(400,
                     R"({"error":{"code":"x","message":"You sent )" + token_of(request) + "\"}}",
                     {{"request-id", token_of(request)}});
    };
    auto const made = on.run(on.under_test->perform(only(read_ana())));
    CHECK(made[0].detail == "You sent Bearer (withheld)");
    CHECK(made[0].seen.request_id == "Bearer (withheld)");
    auto const page = on.run(on.under_test->read_subscriptions());
    CHECK(page.how.detail == "You sent Bearer (withheld)");
}

TEST_CASE("more subscriptions than any tenant has are not kept, however many pages there are",
          "[client]") {
    bench on;
    auto const row = [](int number, std::string const& plans) {
        auto const digits = std::to_string(10'000 + number);
        return R"({"skuId":"f8a1db68-be16-40ed-86d5-cb42ce7)" + digits +
               R"(","skuPartNumber":"SKU","capabilityStatus":"Enabled","appliesTo":"User",
                 "consumedUnits":0,"prepaidUnits":{"enabled":1,"warning":0,"suspended":0},
                 "servicePlans":[)" +
               plans + "]}";
    };
    auto const page_of = [&](int first, int rows, std::string const& plans) {
        std::string items;
        for (int each = 0; each < rows; ++each) {
            items += (each == 0 ? "" : ",") + row(first + each, plans);
        }
        return items;
    };
    auto const answers = [&](int pages, int rows, std::string const& plans) {
        on.through.requests.clear();
        on.through.service = [&, pages, rows, plans](http_request const& request) {
            auto const page = static_cast<int>(on.through.requests.size());
            std::string const next = "https://graph.example/v1.0/subscribedSkus?page=";
            CHECK(request.url.starts_with("https://graph.example/v1.0/subscribedSkus"));
            auto const link =
                page == pages ? std::string{}
                              : R"("@odata.nextLink":")" + next + std::to_string(page) + R"(",)";
            return reply(200,
                         "{" + link + R"("value":[)" + page_of(page * rows, rows, plans) + "]}");
        };
        return on.run(on.under_test->read_subscriptions());
    };
    auto const as_many = answers(3, 1'000, "");
    CHECK(as_many.how.kind == kind::done);
    CHECK(as_many.value.size() == 3'000);
    std::string plans;
    for (int plan = 0; plan < 1'000; ++plan) {
        plans += plan == 0 ? "" : ",";
        plans +=
            R"({"servicePlanId":"70d33638-9c74-4d01-bfd3-562de28bd4ba","servicePlanName":"X"})";
    }
    for (auto const& more : {answers(90, 1'000, ""), answers(90, 60, plans)}) {
        CHECK(more.how.kind == kind::refused);
        CHECK(more.how.why == reason::service_error);
        CHECK(more.how.detail.starts_with("the list of subscriptions is longer than any tenant's"));
        CHECK(more.value.empty());
    }
    CHECK(on.through.requests.size() == 4);
}
