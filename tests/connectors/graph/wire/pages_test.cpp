#include <vector>

#include "connectors/graph/wire/replies.hpp"
#include "shapes.hpp"
#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::graph::wire;
using kind = outcome_kind;

namespace {

std::string const root = "https://graph.microsoft.com";
std::string const first = root + "/v1.0/users?$top=999";

page<user> users(int status, std::string body) {
    return read_users_page(shapes::reply(status, std::move(body)), root, first, shapes::now);
}

page<subscription> skus(std::string body) {
    return read_subscriptions_page(shapes::reply(200, std::move(body)), root, first, shapes::now);
}

std::string replaced(std::string text, std::string const& what, std::string const& by) {
    auto const at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), by);
}

}  // namespace

TEST_CASE("a page of users has its users and where to go on", "[graph]") {
    auto const next = root + "/v1.0/users?$select=id&$top=999&$skiptoken=abc";
    auto const middle =
        users(200, R"({"@odata.nextLink":")" + next + R"(","value":[)" + shapes::user + "]}");
    CHECK(middle.how.kind == kind::done);
    CHECK(middle.next == next);
    REQUIRE(middle.items.size() == 1);
    CHECK(middle.items[0].upn == "ana.q@contoso.example");
    CHECK(middle.items[0].licences.size() == 2);
    auto const last = users(200, R"({"value":[]})");
    CHECK(last.how.kind == kind::done);
    CHECK(last.next.empty());
    CHECK(last.items.empty());
    CHECK(users(200, R"({"value":[],"@odata.nextLink":null})").next.empty());
}

TEST_CASE("a next page on another host, or the same page again, is refused", "[graph]") {
    for (auto const& next :
         {std::string{"https://evil.example/v1.0/users"}, std::string{"/v1.0/users"},
          std::string{"https://graph.microsoft.com@evil.example/"},
          std::string{"http://graph.microsoft.com/v1.0/users"}, std::string{}, first}) {
        INFO(next);
        auto const read =
            users(200, R"({"@odata.nextLink":")" + next + R"(","value":[)" + shapes::user + "]}");
        CHECK(read.how.kind == kind::refused);
        CHECK(read.how.detail.starts_with("the next page is said to be"));
        CHECK(read.next.empty());
        CHECK(read.items.empty());
    }
}

TEST_CASE("a user that cannot be read is left out of the page, and told of", "[graph]") {
    auto const broken = replaced(shapes::user, "\"licenseAssignmentStates\"", "\"x\"");
    for (auto const& odd : {broken, std::string{"null"}, std::string{"7"}}) {
        auto const body = R"({"value":[)" + odd + "," + shapes::user + "," + odd + "]}";
        auto const read = users(200, body);
        INFO(body);
        CHECK(read.how.kind == kind::done);
        REQUIRE(read.items.size() == 1);
        CHECK(read.items[0].licences.size() == 2);
        CHECK(read.unread.starts_with("an entry of the page lacks part of what was asked"));
        CHECK(read.unread.ends_with(" (ana.q@contoso.example)") == (odd == broken));
        // Members are counted: none of them may be missing.
        auto const members = read_members_page(shapes::reply(200, body), root, first, shapes::now);
        CHECK(members.how.kind == kind::transient);
        CHECK(members.items.empty());
    }
    CHECK(users(200, R"({"value":[)" + shapes::user + "]}").unread.empty());
    // As when the last page of a thousand is his alone.
    auto const alone = users(200, R"({"value":[)" + broken + "]}");
    CHECK(alone.how.kind == kind::done);
    CHECK(alone.items.empty());
    CHECK(alone.unread.ends_with(" (ana.q@contoso.example)"));
}

TEST_CASE("a page of which nothing can be read is unreadable", "[graph]") {
    auto const broken = replaced(shapes::user, "\"licenseAssignmentStates\"", "\"x\"");
    for (auto const& body :
         {R"({"value":[)" + broken + "," + broken + "]}", std::string{R"({"value":[null,null]})"},
          std::string{R"({"value":null})"}, std::string{"{}"}, std::string{"<html>"}, std::string{},
          R"({"@odata.nextLink":7,"value":[)" + shapes::user + "]}"}) {
        INFO(body);
        auto const read = users(200, body);
        CHECK(read.how.kind == kind::transient);
        CHECK(read.how.why == reason::unreadable);
        CHECK(read.items.empty());
    }
}

TEST_CASE("a list that is refused says nothing of a user", "[graph]") {
    auto const read = users(404, shapes::error("Request_ResourceNotFound", "Gone."));
    CHECK(read.how.kind == kind::refused);
    CHECK(read.how.why == reason::refused);
    CHECK(read.how.detail == "Gone.");
    CHECK(users(403, shapes::error("Authorization_RequestDenied", "x")).how.kind == kind::stopped);
    CHECK(users(429, "").how.kind == kind::throttled);
    CHECK(users(302, "").how.kind == kind::refused);
}

TEST_CASE("a subscription has its seats and service plans", "[graph]") {
    auto const read = skus(shapes::subscriptions);
    REQUIRE(read.how.kind == kind::done);
    REQUIRE(read.items.size() == 1);
    subscription expected;
    expected.sku = *sku_id::parse(shapes::pro);
    expected.part_number = "POWER_BI_PRO";
    expected.capability_status = "Enabled";
    expected.enabled = 500;
    expected.warning = 25;
    expected.consumed = 412;
    expected.plans.push_back(
        {*plan_id::parse("70d33638-9c74-4d01-bfd3-562de28bd4ba"), "BI_AZURE_P2", true});
    CHECK(read.items[0] == expected);
}

TEST_CASE("numbers that the service leaves null are zero; those that are absent are unknown",
          "[graph]") {
    auto const null = skus(replaced(shapes::subscriptions, "\"enabled\":500", "\"enabled\":null"));
    REQUIRE(null.how.kind == kind::done);
    CHECK(null.items[0].enabled == 0);
    CHECK(null.items[0].consumed == 412);
    auto const company = skus(
        replaced(shapes::subscriptions, "\"appliesTo\":\"User\",", "\"appliesTo\":\"Company\","));
    REQUIRE(company.how.kind == kind::done);
    CHECK_FALSE(company.items[0].for_users);
    std::vector<std::pair<std::string, std::string>> const damages{
        {"\"enabled\":500,", ""},
        {"\"enabled\":500", "\"enabled\":\"500\""},
        {"\"enabled\":500", "\"enabled\":500.5"},
        {"\"enabled\":500", "\"enabled\":99999999999"},
        {"\"enabled\":500", "\"enabled\":99999999999999999999999"},
        {"\"enabled\":500", "\"enabled\":1e999"},
        {"\"consumedUnits\":412,", ""},
        {"\"prepaidUnits\"", "\"units\""},
        {"\"skuPartNumber\"", "\"part\""},
        {"\"skuId\"", "\"sku\""},
        {"\"servicePlans\"", "\"plans\""},
        {"\"servicePlanId\":\"7", "\"servicePlanId\":\"x"},
    };
    for (auto const& [what, by] : damages) {
        INFO(what << " -> " << by);
        auto const read = skus(replaced(shapes::subscriptions, what, by));
        CHECK(read.how.kind == kind::transient);
        CHECK(read.items.empty());
    }
}

TEST_CASE("a SKU without a part number is called by its id", "[graph]") {
    auto const too_long = "\"" + std::string(257, 'X') + "\"";
    for (auto const& nameless : {std::string{"null"}, std::string{R"("")"}, too_long}) {
        auto const read = skus(replaced(shapes::subscriptions, R"("POWER_BI_PRO")", nameless));
        REQUIRE(read.how.kind == kind::done);
        CHECK(read.items[0].part_number == shapes::pro);
        auto named = skus(shapes::subscriptions).items[0];
        CHECK(sum_subscriptions({read.items[0], named})[0].part_number == "POWER_BI_PRO");
        CHECK(sum_subscriptions({named, read.items[0]})[0].part_number == "POWER_BI_PRO");
    }
}

TEST_CASE("names that are longer than the service's are not kept whole", "[graph]") {
    auto const named = [](std::string const& what, std::string const& by) {
        return skus(replaced(shapes::subscriptions, what, by)).items.at(0);
    };
    std::string const longest(256, 'X');
    CHECK(named("POWER_BI_PRO", longest).part_number == longest);
    CHECK(named("BI_AZURE_P2", longest).plans[0].name == longest);
    CHECK(named("BI_AZURE_P2", longest + "X").plans[0].name ==
          "70d33638-9c74-4d01-bfd3-562de28bd4ba");
    CHECK(named("\"Enabled\"", "\"" + std::string(64, 'E') + "\"").capability_status ==
          std::string(64, 'E'));
    CHECK(named("\"Enabled\"", "\"" + std::string(200'000, 'E') + "\"").capability_status ==
          std::string(61, 'E') + "…");
}

TEST_CASE("the rows of one SKU are one subscription, and they are sorted", "[graph]") {
    auto rows = skus(shapes::subscriptions).items;
    auto suspended = rows[0];
    suspended.capability_status = "Suspended";
    suspended.plans.push_back({*plan_id::parse(shapes::e5), "EXTRA", true});
    auto other = rows[0];
    other.sku = *sku_id::parse(shapes::e5);
    auto const summed = sum_subscriptions({suspended, other, rows[0]});
    REQUIRE(summed.size() == 2);
    CHECK(summed[0].sku == *sku_id::parse(shapes::e5));
    CHECK(summed[0].enabled == 500);
    CHECK(summed[1].sku == *sku_id::parse(shapes::pro));
    CHECK(summed[1].enabled == 1000);
    CHECK(summed[1].consumed == 824);
    CHECK(summed[1].warning == 50);
    CHECK(summed[1].capability_status == "Enabled");
    CHECK(summed[1].plans.size() == 2);
}

TEST_CASE("a service plan that many rows of a SKU have is in it once", "[graph]") {
    subscription row;
    row.sku = *sku_id::parse(shapes::pro);
    for (std::uint32_t plan = 0; plan < 20'000; ++plan) {
        auto& added = row.plans.emplace_back();
        for (std::size_t byte = 0; byte < 4; ++byte) {
            added.id.value.bytes[byte] = static_cast<std::uint8_t>(plan >> (8 * byte));
        }
    }
    auto more = row;
    more.plans.emplace_back().id = *plan_id::parse(shapes::e5);
    auto const summed = sum_subscriptions({row, more, row});
    REQUIRE(summed.size() == 1);
    CHECK(summed[0].plans == more.plans);
}

TEST_CASE("a page of changes has ids, whole users where they are whole, and where to go on",
          "[graph]") {
    auto const from = root + "/v1.0/users/delta?$skiptoken=x";
    auto const read = [&](int status, std::string body) {
        return read_changes_page(shapes::reply(status, std::move(body)), root, from, shapes::now);
    };
    auto const link = root + "/v1.0/users/delta?$deltatoken=y";
    auto const removed = std::string{R"({"id":"11111111-aaaa-4bbb-8ccc-000000000001",)"} +
                         R"("@removed":{"reason":"changed"}})";
    auto const bare = std::string{R"({"id":"11111111-aaaa-4bbb-8ccc-000000000002"})"};
    auto const last = read(200, R"({"@odata.deltaLink":")" + link + R"(","value":[)" +
                                    shapes::user + "," + removed + "," + bare + "]}");
    REQUIRE(last.how.kind == kind::done);
    CHECK(last.link == link);
    CHECK(last.next.empty());
    REQUIRE(last.items.size() == 3);
    CHECK(last.items[0].is->upn == "ana.q@contoso.example");
    CHECK_FALSE(last.items[0].removed);
    CHECK(last.items[1].removed);
    CHECK_FALSE(last.items[1].is);
    CHECK_FALSE(last.items[2].removed);
    CHECK_FALSE(last.items[2].is);
    SECTION("an entry without an id is no fact") {
        CHECK(read(200, R"({"@odata.deltaLink":")" + link + R"(","value":[{}]})").how.kind ==
              kind::transient);
    }
    SECTION("a list that ends without a link is not whole") {
        CHECK(read(200, R"({"value":[]})").how.kind == kind::transient);
    }
    SECTION("a link to another host is not kept") {
        auto const evil =
            read(200, R"({"@odata.deltaLink":"https://evil.example/v1.0/users","value":[]})");
        CHECK(evil.how.kind == kind::refused);
        CHECK(evil.link.empty());
    }
    SECTION("the same link again is none that goes in circles") {
        auto const same = R"({"@odata.deltaLink":")" + from + R"(","value":[]})";
        CHECK(read(200, same).how.kind == kind::done);
    }
    SECTION("what the service has forgotten is told apart from what it refuses") {
        CHECK(read(410, "").expired);
        CHECK(read(410, "").how.kind == kind::refused);
        CHECK(read(400, R"({"error":{"code":"syncStateNotFound","message":"x"}})").expired);
        CHECK_FALSE(read(400, R"({"error":{"code":"BadRequest","message":"x"}})").expired);
        CHECK_FALSE(read(503, "").expired);
    }
}
