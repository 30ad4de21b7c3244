// Giving and taking licences: what the service accepts, what it refuses and in which words
// (graph-facts 3.1 and 3.2), always judged by the true state and not by the reply.
#include "caller.hpp"

using namespace allot;
using namespace allot::simulated;
using namespace allot::simulated::test;
using namespace std::chrono_literals;
namespace skus = allot::simulated::catalogue;

namespace {

/// The message of a refusal with 400 Request_BadRequest.
std::string refused(http_response const& reply) {
    CHECK(reply.status == 400);
    json const body{reply.body};
    CHECK(body.text("/error/code") == "Request_BadRequest");
    CHECK(body.text("/error/innerError/date") == "2026-01-05T08:00:00");
    return body.text("/error/message");
}

tenant_description with_free_seats(tenant_description made, sku_id sku, std::int64_t free) {
    for (auto& one : made.skus) {
        if (one.bought.sku == sku) one.bought.enabled = one.bought.consumed + free;
    }
    return made;
}

}  // namespace

TEST_CASE("a licence that is assigned is there, takes a seat, and is not shown by the reply") {
    caller client{plain_tenant(2)};
    auto const reply = client.assign(1, add(skus::power_bi_pro));
    CHECK(reply.status == 200);
    CHECK(header(reply, "x-ms-resource-unit") == "1");
    json const body{reply.body};
    CHECK(body.text("/id") == made_user_id(1).str());
    CHECK(body.text("/userPrincipalName") == "p1@contoso.example");
    CHECK_FALSE(body.has("/assignedLicenses"));
    CHECK_FALSE(body.has("/usageLocation"));
    CHECK(client.truly(1).licences == std::vector{direct(skus::power_bi_pro)});
    CHECK(client.truly(2).licences.empty());
    CHECK(client.truly(skus::power_bi_pro).consumed == 1);
    CHECK(client.of.writes_accepted(made_user_id(1)) == 1);
    CHECK(client.of.counted().writes_accepted == 1);
    CHECK(client.of.counted().users_touched == 1);
}

TEST_CASE("assigning what is held changes nothing but the disabled plans, which it replaces") {
    caller client{tenant_of({person(1, {direct(skus::power_bi_pro, {skus::bi_azure_p2})})})};
    CHECK(client.assign(1, add(skus::power_bi_pro, {skus::exchange_foundation})).status == 200);
    CHECK(client.truly(1).licences ==
          std::vector{direct(skus::power_bi_pro, {skus::exchange_foundation})});
    CHECK(client.assign(1, add(skus::power_bi_pro)).status == 200);
    CHECK(client.truly(1).licences == std::vector{direct(skus::power_bi_pro)});
    CHECK(client.truly(skus::power_bi_pro).consumed == 1);
    CHECK(client.of.writes_accepted(made_user_id(1)) == 2);
}

TEST_CASE("each refusal has the service's words and leaves the user as it was") {
    auto clash = person(5);
    clash.address_clash = true;
    auto nowhere = person(6);
    nowhere.who.usage_location.clear();
    caller client{tenant_of({person(1), person(2, {direct(skus::microsoft_365_e3)}),
                             person(3, {inherited(skus::power_bi_pro)}),
                             person(4, {direct(skus::microsoft_365_e3), direct(skus::teams_phone)}),
                             clash, nowhere})};
    auto const unknown = *sku_id::parse("aaaaaaaa-0000-4000-8000-000000000001");
    struct row {
        std::uint32_t user;
        std::string body;
        std::string message;
    };
    auto const pro = skus::power_bi_pro;
    std::vector<row> const rows{
        {1, licences({}),
         "No license changes provided. At least one license to add or remove must be specified."},
        {1, R"({"removeLicenses":[]})",
         "One or more parameters of the operation 'assignLicense' are missing from the request "
         "payload. The missing parameters are: addLicenses."},
        {1, R"({"addLicenses":[]})",
         "One or more parameters of the operation 'assignLicense' are missing from the request "
         "payload. The missing parameters are: removeLicenses."},
        {1, R"({"addLicenses":[{"skuId":"nonsense"}],"removeLicenses":[]})",
         "Cannot convert the literal 'nonsense' to the expected type 'Edm.Guid'."},
        {1, "{\"addLicenses\":", "Unable to read JSON request payload."},
        {1, add(unknown),
         "License " + unknown.str() + " does not correspond to a valid company License."},
        {1, add(skus::power_bi_pro_dept),
         "License " + skus::power_bi_pro_dept.str() +
             " does not correspond to a valid company License."},
        {1, add(skus::premium_capacity),
         "License " + skus::premium_capacity.str() +
             " does not correspond to a valid company License."},
        {1, licences({{pro, {}}}, {pro}), "License " + pro.str() + " is specified more than once."},
        {1, add(pro, {skus::teams}),
         "Service plan " + skus::teams.str() + " is not part of license " + pro.str() +
             " and cannot be disabled in it."},
        {1, add(skus::teams_phone),
         "License assignment failed because service plan " + skus::calling.str() +
             " depends on the service plan(s) " + skus::meeting.str()},
        {1, licences({}, {pro}), "User does not have a corresponding license."},
        {2, add(skus::exchange_standard),
         "License assignment failed because service plans " + skus::exchange_standard_plan.str() +
             "," + skus::exchange_enterprise.str() + " are mutually exclusive."},
        {3, licences({}, {pro}),
         "User license is inherited from a group membership and it cannot be removed directly from "
         "the user."},
        {4, licences({}, {skus::microsoft_365_e3}),
         "License assignment failed because service plan " + skus::calling.str() +
             " depends on the service plan(s) " + skus::meeting.str()},
        {5, add(pro),
         "Another object with the same value for property proxyAddresses already exists."},
        {6, add(pro), "License assignment cannot be done for user with invalid usage location."},
    };
    for (auto const& [user, body, message] : rows) {
        CAPTURE(user, body);
        auto const before = client.truly(user);
        CHECK(refused(client.assign(user, body)) == message);
        CHECK(client.truly(user) == before);
    }
    CHECK(client.of.counted().refusals == rows.size());
    CHECK(client.of.counted().writes_accepted == 0);
    CHECK(client.of.counted().users_touched == 0);
}

TEST_CASE("a user that is not there is not found") {
    caller client{plain_tenant(1)};
    auto const reply = client.assign(99, add(skus::power_bi_pro));
    CHECK(reply.status == 404);
    json const body{reply.body};
    CHECK(body.text("/error/code") == "Request_ResourceNotFound");
    CHECK(body.text("/error/message") ==
          "Resource '" + made_user_id(99).str() +
              "' does not exist or one of its queried reference-property objects are not present.");
}

TEST_CASE("the last seat goes to the first who asks, and comes back when it is taken away") {
    auto const pro = skus::power_bi_pro;
    caller client{with_free_seats(plain_tenant(2), pro, 1)};
    CHECK(client.assign(1, add(pro)).status == 200);
    CHECK(refused(client.assign(2, add(pro))) ==
          "Subscription with SKU " + pro.str() + " does not have any available licenses.");
    // Who holds it needs no second one.
    CHECK(client.assign(1, add(pro, {skus::bi_azure_p2})).status == 200);
    CHECK(client.assign(1, licences({}, {pro})).status == 200);
    CHECK(client.truly(pro).consumed == 0);
    CHECK(client.assign(2, add(pro)).status == 200);
    CHECK(client.truly(pro).consumed == 1);
}

TEST_CASE("somebody else can take the seats in the middle of a run") {
    auto const pro = skus::power_bi_pro;
    caller client{with_free_seats(plain_tenant(2), pro, 5)};
    client.of.take_seats(pro, 5, client.now);
    CHECK(client.assign(1, add(pro)).status == 400);
    client.of.take_seats(pro, -1, client.now);
    CHECK(client.assign(1, add(pro)).status == 200);
    CHECK(client.truly(pro).consumed == 5);
}

TEST_CASE("no seat of a suspended subscription can be given, nor of one that is only in grace") {
    auto described = plain_tenant(1);
    for (auto& one : described.skus) {
        if (one.bought.sku == skus::power_bi_pro) one.bought.capability_status = "Suspended";
        if (one.bought.sku == skus::premium_per_user) {
            one.bought.capability_status = "Warning";
            one.bought.warning = one.bought.enabled;
            one.bought.enabled = 0;
        }
    }
    caller client{described};
    CHECK(refused(client.assign(1, add(skus::power_bi_pro))).find("available licenses") !=
          std::string::npos);
    CHECK(refused(client.assign(1, add(skus::premium_per_user))).find("available licenses") !=
          std::string::npos);
}

TEST_CASE("a seat is counted once for a user, whatever the sources") {
    auto const pro = skus::power_bi_pro;
    caller client{with_free_seats(tenant_of({person(1, {inherited(pro)})}), pro, 1)};
    CHECK(client.truly(pro).consumed == 1);
    // No seat is free, and none is needed.
    CHECK(client.truly(pro).enabled == 1);
    CHECK(client.assign(1, add(pro)).status == 200);
    CHECK(client.truly(1).licences == std::vector{inherited(pro), direct(pro)});
    CHECK(client.truly(pro).consumed == 1);
    CHECK(client.assign(1, licences({}, {pro})).status == 200);
    CHECK(client.truly(1).licences == std::vector{inherited(pro)});
    CHECK(client.truly(pro).consumed == 1);
}

TEST_CASE("a swap is one call, all or nothing, and needs only a seat of what is new") {
    auto described = tenant_of({person(1, {direct(skus::microsoft_365_e3)})});
    described = with_free_seats(std::move(described), skus::microsoft_365_e3, 0);
    caller client{with_free_seats(std::move(described), skus::microsoft_365_e5, 1)};
    auto const swap = licences({{skus::microsoft_365_e5, {}}}, {skus::microsoft_365_e3});
    SECTION("with a seat it is done whole") {
        CHECK(client.assign(1, swap).status == 200);
        CHECK(client.truly(1).licences == std::vector{direct(skus::microsoft_365_e5)});
        CHECK(client.truly(skus::microsoft_365_e3).consumed == 0);
        CHECK(client.truly(skus::microsoft_365_e5).consumed == 1);
    }
    SECTION("without one nothing of it is done") {
        client.of.take_seats(skus::microsoft_365_e5, 1, client.now);
        CHECK(client.assign(1, swap).status == 400);
        CHECK(client.truly(1).licences == std::vector{direct(skus::microsoft_365_e3)});
    }
}

TEST_CASE("licences that need each other can come and go in one call") {
    caller client{plain_tenant(1)};
    CHECK(client.assign(1, licences({{skus::teams_phone, {}}, {skus::microsoft_365_e3, {}}}))
              .status == 200);
    CHECK(client.assign(1, licences({}, {skus::microsoft_365_e3, skus::teams_phone})).status ==
          200);
    CHECK(client.truly(1).licences.empty());
}

TEST_CASE("disabling the plan in the way makes room for another licence") {
    caller client{tenant_of({person(1, {direct(skus::microsoft_365_e3)})})};
    CHECK(client.assign(1, add(skus::microsoft_365_e3, {skus::exchange_enterprise})).status == 200);
    CHECK(client.assign(1, add(skus::exchange_standard)).status == 200);
}

TEST_CASE("a usage location is set by PATCH, answered without a body") {
    auto nowhere = person(1);
    nowhere.who.usage_location.clear();
    options chosen;
    chosen.location_lag = 20s;
    caller client{tenant_of({nowhere}), chosen};
    auto const where = "/users/" + made_user_id(1).str();
    auto const reply = client.ask("PATCH", where, R"({"usageLocation":"nl"})");
    CHECK(reply.status == 204);
    CHECK(reply.body.empty());
    CHECK(client.truly(1).usage_location == "NL");
    SECTION("assignLicense sees it only after its lag") {
        client.pass(19s);
        CHECK(json{client.assign(1, add(skus::power_bi_pro)).body}.text("/error/message") ==
              "License assignment cannot be done for user with invalid usage location.");
        client.pass(1s);
        CHECK(client.assign(1, add(skus::power_bi_pro)).status == 200);
    }
    SECTION("other properties and values that are no location are refused") {
        CHECK(client.ask("PATCH", where, R"({"usageLocation":"Netherlands"})").status == 400);
        CHECK(client.ask("PATCH", where, R"({"usageLocation":""})").status == 400);
        CHECK(client.ask("PATCH", where, R"({"jobTitle":"Boss"})").status == 400);
        CHECK(client.truly(1).usage_location == "NL");
    }
}

TEST_CASE("accepted writes are logged with their time when asked for") {
    options chosen;
    chosen.keep_log = true;
    caller client{plain_tenant(2), chosen};
    client.assign(2, add(skus::power_bi_pro));
    client.pass(3s);
    client.ask("PATCH", "/users/p1@contoso.example", R"({"usageLocation":"DE"})");
    client.assign(1, licences({}));
    REQUIRE(client.of.log().size() == 2);
    CHECK(client.of.log()[0] ==
          accepted_write{time_point{}, made_user_id(2), operation_kind::assign_licences});
    CHECK(client.of.log()[1] ==
          accepted_write{time_point{3s}, made_user_id(1), operation_kind::set_usage_location});
}
