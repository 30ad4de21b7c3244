// Reading users and subscriptions: shapes, paging, addresses, and what lag hides.
#include <set>

#include "caller.hpp"

using namespace allot;
using namespace allot::simulated;
using namespace allot::simulated::test;
using namespace std::chrono_literals;
namespace skus = allot::simulated::catalogue;

namespace {
std::string const everything =
    "?$select=id,userPrincipalName,accountEnabled,usageLocation,assignedLicenses,"
    "licenseAssignmentStates";
}

TEST_CASE("a user shows the licences only when they are selected") {
    caller client{tenant_of({person(1, {direct(skus::power_bi_pro)})})};
    auto const plain = client.ask("GET", "/users/p1@contoso.example");
    CHECK(plain.status == 200);
    json const few{plain.body};
    CHECK(few.text("/id") == made_user_id(1).str());
    CHECK(few.text("/displayName") == "p1");
    CHECK_FALSE(few.has("/usageLocation"));
    CHECK_FALSE(few.has("/assignedLicenses"));
    CHECK_FALSE(few.has("/licenseAssignmentStates"));

    json const all{client.ask("GET", "/users/p1@contoso.example" + everything).body};
    CHECK(all.text("/@odata.context") ==
          "https://graph.example/v1.0/$metadata#users(userPrincipalName,id,accountEnabled,"
          "usageLocation,assignedLicenses,licenseAssignmentStates)/$entity");
    CHECK(all.text("/usageLocation") == "NL");
    CHECK(all.text("/assignedLicenses/0/skuId") == skus::power_bi_pro.str());
    CHECK(all.text("/licenseAssignmentStates/0/state") == "Active");
    CHECK(all.text("/licenseAssignmentStates/0/error") == "None");
    CHECK(all.is_null("/licenseAssignmentStates/0/assignedByGroup"));
    CHECK_FALSE(all.has("/displayName"));
}

TEST_CASE("a licence that comes through a group too, and one in error, are shown by source") {
    auto failed = inherited(skus::microsoft_365_e5);
    failed.active = false;
    failed.error = "CountViolation";
    caller client{tenant_of({person(1, {direct(skus::power_bi_pro, {skus::bi_azure_p2}),
                                        inherited(skus::power_bi_pro), failed})})};
    json const body{client.ask("GET", "/users/p1@contoso.example" + everything).body};
    REQUIRE(body.size("/licenseAssignmentStates") == 3);
    CHECK(body.text("/licenseAssignmentStates/0/disabledPlans/0") == skus::bi_azure_p2.str());
    CHECK(body.text("/licenseAssignmentStates/1/assignedByGroup") == sales.str());
    CHECK(body.text("/licenseAssignmentStates/2/state") == "Error");
    CHECK(body.text("/licenseAssignmentStates/2/error") == "CountViolation");
    // One entry a SKU; a plan is off only when every source has it off; what failed is not
    // assigned.
    REQUIRE(body.size("/assignedLicenses") == 1);
    CHECK(body.size("/assignedLicenses/0/disabledPlans") == 0);
}

TEST_CASE("users are found by id and by user principal name, with the escapes the service wants") {
    auto guest = person(2);
    guest.who.upn = "a_b.example#EXT#@contoso.example";
    auto quote = person(3);
    quote.who.upn = "pat.o'neil@contoso.example";
    auto plus = person(4);
    plus.who.upn = "jo+x@contoso.example";
    auto dollar = person(5);
    dollar.who.upn = "$svc@contoso.example";
    caller client{tenant_of({person(1), guest, quote, plus, dollar})};
    struct row {
        std::string path;
        int status;
        std::uint32_t user;
    };
    std::vector<row> const rows{
        {"/users/" + made_user_id(1).str(), 200, 1},
        {"/users/11111111-AAAA-4BBB-8CCC-000000000001", 200, 1},
        {"/users/P1@Contoso.EXAMPLE", 200, 1},
        {"/users('p1@contoso.example')", 200, 1},
        {"/users/a_b.example%23EXT%23@contoso.example", 200, 2},
        {"/users/a_b.example#EXT#@contoso.example", 404, 0},
        {"/users/pat.o'neil@contoso.example", 200, 3},
        {"/users('pat.o''neil@contoso.example')", 200, 3},
        {"/users('pat.o%27%27neil@contoso.example')", 200, 3},
        {"/users('pat.o'neil@contoso.example')", 400, 0},
        {"/users/jo+x@contoso.example", 200, 4},
        {"/users/jo%2Bx@contoso.example", 200, 4},
        {"/users/$svc@contoso.example", 400, 0},
        {"/users('$svc@contoso.example')", 200, 5},
        {"/users('%24svc@contoso.example')", 200, 5},
        {"/users/nobody@contoso.example", 404, 0},
        {"/users/p1%4@contoso.example", 400, 0},
    };
    for (auto const& [path, status, user] : rows) {
        CAPTURE(path);
        auto const reply = client.ask("GET", path);
        CHECK(reply.status == status);
        if (status == 200) CHECK(json{reply.body}.text("/id") == made_user_id(user).str());
    }
}

TEST_CASE("what is not served is answered with an error in the service's shape") {
    caller client{plain_tenant(1)};
    struct row {
        std::string method;
        std::string path;
        int status;
        std::string code;
    };
    std::vector<row> const rows{
        {"GET", "/devices", 400, "BadRequest"},
        {"GET", "/users/p1@contoso.example/manager", 400, "BadRequest"},
        {"PUT", "/users/p1@contoso.example", 405, "Request_BadRequest"},
        {"GET", "/users/p1@contoso.example/assignLicense", 405, "Request_BadRequest"},
        {"GET", "https://graph.example/beta/users", 404, "ResourceNotFound"},
        {"GET", "https://graph.example/", 404, "ResourceNotFound"},
        {"GET", "/users?$filter=x", 400, "Request_UnsupportedQuery"},
        {"GET", "/subscribedSkus?$select=skuId", 400, "Request_UnsupportedQuery"},
        {"GET", "/users?$select=id,shoeSize", 400, "Request_BadRequest"},
        {"GET", "/users?$top=1000", 400, "Request_BadRequest"},
        {"GET", "/users?$top=0", 400, "Request_BadRequest"},
        {"GET", "/users?$skiptoken=0000000000000000", 400, "Request_BadRequest"},
    };
    for (auto const& [method, path, status, code] : rows) {
        CAPTURE(method, path);
        auto const reply = client.ask(method, path);
        CHECK(reply.status == status);
        CHECK(json{reply.body}.text("/error/code") == code);
    }
    CHECK(json{client.ask("GET", "/users?$top=1000").body}.text("/error/message") ==
          "Invalid page size specified: '1000'. Must be between 1 and 999 inclusive.");
}

TEST_CASE("pages follow each other on the root that was asked, and hold every user once") {
    caller client{plain_tenant(25)};
    std::set<std::string> seen;
    std::string next = "https://other.example:8443/v1.0/users?$select=id&$top=10";
    std::vector<std::size_t> sizes;
    while (!next.empty()) {
        auto const reply = client.ask("GET", next);
        REQUIRE(reply.status == 200);
        json const page{reply.body};
        sizes.push_back(page.size("/value"));
        for (std::size_t at = 0; at < page.size("/value"); ++at) {
            seen.insert(page.text("/value/" + std::to_string(at) + "/id"));
        }
        next = page.has("/@odata.nextLink") ? page.text("/@odata.nextLink") : "";
        if (!next.empty()) {
            CHECK(next.starts_with("https://other.example:8443/v1.0/users?$select=id&$top=10&"));
        }
    }
    CHECK(sizes == std::vector<std::size_t>{10, 10, 5});
    CHECK(seen.size() == 25);
    CHECK(client.of.counted().reads == 3);
}

TEST_CASE("a page has 100 users unless another size is asked for") {
    caller client{plain_tenant(101)};
    json const page{client.ask("GET", "/users").body};
    CHECK(page.size("/value") == 100);
    CHECK(page.has("/@odata.nextLink"));
    json const all{client.ask("GET", "/users?%24top=999").body};
    CHECK(all.size("/value") == 101);
    CHECK_FALSE(all.has("/@odata.nextLink"));
}

TEST_CASE("subscriptions are shown as the service shows them") {
    caller client{make_tenant({.users = 100, .seed = 7, .power_bi_pro_free = 12})};
    auto const reply = client.ask("GET", "/subscribedSkus");
    CHECK(header(reply, "x-ms-resource-unit") == "3");
    json const body{reply.body};
    CHECK(body.size("/value") == skus::skus().size());
    CHECK(body.text("/value/0/skuPartNumber") == "POWER_BI_PRO");
    CHECK(body.text("/value/0/id") ==
          "44444444-aaaa-4bbb-8ccc-000000000004_f8a1db68-be16-40ed-86d5-cb42ce701560");
    CHECK(body.text("/value/0/appliesTo") == "User");
    CHECK(body.text("/value/0/capabilityStatus") == "Enabled");
    CHECK(body.number("/value/0/prepaidUnits/enabled") - body.number("/value/0/consumedUnits") ==
          12);
    CHECK(body.number("/value/0/consumedUnits") > 0);
    CHECK(body.text("/value/0/servicePlans/0/servicePlanName") == "BI_AZURE_P2");
}

TEST_CASE("reads show the tenant as it was a lag ago, while writes act on what is") {
    options chosen;
    chosen.read_lag = 30s;
    auto described = tenant_of({person(1), person(2)});
    for (auto& sku : described.skus) sku.bought.enabled = 1;
    caller client{described, chosen};
    client.pass(100s);
    auto const shown = [&] {
        return json{client.ask("GET", "/users/p1@contoso.example" + everything).body}.size(
            "/assignedLicenses");
    };
    auto const seats = [&] {
        return json{client.ask("GET", "/subscribedSkus").body}.number("/value/0/consumedUnits");
    };
    CHECK(client.assign(1, add(skus::power_bi_pro)).status == 200);
    CHECK(client.truly(1).licences.size() == 1);
    client.pass(29s);
    CHECK(shown() == 0);
    CHECK(seats() == 0);
    CHECK(client.assign(2, add(skus::power_bi_pro)).status ==
          400);  // No seat, though none shows as taken.
    CHECK(client.assign(1, add(skus::microsoft_365_e3)).status == 200);
    client.pass(1s);
    CHECK(shown() == 1);
    CHECK(seats() == 1);
    client.pass(28s);
    CHECK(shown() == 1);
    client.pass(1s);
    CHECK(shown() == 2);
}

TEST_CASE("a new user appears at its time, by its address and in the list") {
    auto late = person(2);
    late.appears_at = start + 60s;
    caller client{tenant_of({person(1), late, person(3)})};
    auto const found = [&] { return client.ask("GET", "/users/p2@contoso.example").status; };
    auto const listed = [&] {
        return json{client.ask("GET", "/users?$select=id").body}.size("/value");
    };
    client.pass(59s);
    CHECK(found() == 404);
    CHECK(listed() == 2);
    CHECK(client.assign(2, add(skus::power_bi_pro)).status == 404);
    client.pass(1s);
    CHECK(found() == 200);
    CHECK(listed() == 3);
    CHECK(client.assign(2, add(skus::power_bi_pro)).status == 200);
}
