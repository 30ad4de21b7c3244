#include "connectors/graph/wire/requests.hpp"

#include <simdjson.h>

#include <vector>

#include "connectors/graph/wire/token.hpp"
#include "shapes.hpp"
#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::graph::wire;

namespace {

std::string const root = "https://graph.microsoft.com";

std::string text(simdjson::dom::element const& from, char const* pointer) {
    std::string_view found;
    INFO(pointer);
    REQUIRE(from.at_pointer(pointer).get(found) == simdjson::SUCCESS);
    return std::string{found};
}

}  // namespace

TEST_CASE("a reading asks for all that a snapshot needs and for nothing else", "[graph]") {
    std::string const selected =
        "?$select=id,userPrincipalName,accountEnabled,usageLocation,assignedLicenses,"
        "licenseAssignmentStates";
    CHECK(subscriptions_request(root).url == root + "/v1.0/subscribedSkus");
    CHECK(users_request(root).url == root + "/v1.0/users" + selected + "&$top=999");
    auto const one = operation_request(root, shapes::read_ana());
    CHECK(one.method == "GET");
    CHECK(one.url == root + "/v1.0/users/ana.q@contoso.example" + selected);
    CHECK(one.body.empty());
    CHECK(one.headers.empty());
}

TEST_CASE("an assignment always carries both arrays", "[graph]") {
    auto wanted = shapes::assign_ana();
    auto const add = operation_request(root, wanted);
    CHECK(add.method == "POST");
    CHECK(add.url == root + "/v1.0/users/ana.q@contoso.example/assignLicense");
    CHECK(*find_header(add.headers, "content-type") == "application/json");
    CHECK(add.body == R"({"addLicenses":[{"disabledPlans":[],"skuId":")" + shapes::pro +
                          R"("}],"removeLicenses":[]})");

    wanted.adds[0].disabled_plans = {*plan_id::parse("57ff2da0-773e-42df-b2af-ffb7a2317929"),
                                     *plan_id::parse("70d33638-9c74-4d01-bfd3-562de28bd4ba")};
    wanted.removes = {*sku_id::parse(shapes::e5)};
    CHECK(operation_request(root, wanted).body ==
          R"({"addLicenses":[{"disabledPlans":["57ff2da0-773e-42df-b2af-ffb7a2317929",)"
          R"("70d33638-9c74-4d01-bfd3-562de28bd4ba"],"skuId":")" +
              shapes::pro + R"("}],"removeLicenses":[")" + shapes::e5 + R"("]})");

    wanted.adds.clear();
    CHECK(operation_request(root, wanted).body ==
          R"({"addLicenses":[],"removeLicenses":[")" + shapes::e5 + R"("]})");
}

TEST_CASE("a usage location is a PATCH of that alone", "[graph]") {
    auto const made = operation_request(root, shapes::locate_ana());
    CHECK(made.method == "PATCH");
    CHECK(made.url == root + "/v1.0/users/ana.q@contoso.example");
    CHECK(made.body == R"({"usageLocation":"NL"})");
}

TEST_CASE("a batch reads back as the operations that went in", "[graph]") {
    auto assign = shapes::assign_ana();
    assign.depends_on = 1;
    auto guest = shapes::read_ana();
    guest.user = "a_b.com#EXT#@t.onmicrosoft.com";
    std::vector<operation> const operations{guest, shapes::locate_ana(), assign};
    std::vector<std::string> const ids{"id-a", "id-b", "id-c"};
    auto const made = batch_request(root, operations, ids);
    CHECK(made.method == "POST");
    CHECK(made.url == root + "/v1.0/$batch");
    CHECK(*find_header(made.headers, "Content-Type") == "application/json");

    simdjson::dom::parser parser;
    simdjson::dom::element body;
    REQUIRE(parser.parse(made.body).get(body) == simdjson::SUCCESS);
    simdjson::dom::array parts;
    REQUIRE(body["requests"].get(parts) == simdjson::SUCCESS);
    REQUIRE(parts.size() == 3);
    CHECK(text(body, "/requests/0/id") == "1");
    CHECK(text(body, "/requests/0/method") == "GET");
    // Relative to the version, escaped as in a plain request.
    CHECK(text(body, "/requests/0/url")
              .starts_with("/users/a_b.com%23EXT%23@t.onmicrosoft.com?$sel"));
    CHECK(text(body, "/requests/0/headers/client-request-id") == "id-a");
    CHECK(text(body, "/requests/0/headers/x-ms-throttle-priority") == "Low");
    CHECK(body.at_pointer("/requests/0/body").error() == simdjson::NO_SUCH_FIELD);
    CHECK(body.at_pointer("/requests/0/dependsOn").error() == simdjson::NO_SUCH_FIELD);
    CHECK(text(body, "/requests/1/id") == "2");
    CHECK(text(body, "/requests/1/method") == "PATCH");
    CHECK(text(body, "/requests/1/headers/Content-Type") == "application/json");
    CHECK(text(body, "/requests/1/body/usageLocation") == "NL");
    CHECK(text(body, "/requests/2/id") == "3");
    CHECK(text(body, "/requests/2/url") == "/users/ana.q@contoso.example/assignLicense");
    CHECK(text(body, "/requests/2/headers/client-request-id") == "id-c");
    CHECK(text(body, "/requests/2/body/addLicenses/0/skuId") == shapes::pro);
    CHECK(text(body, "/requests/2/dependsOn/0") == "2");
}

TEST_CASE("a sign-in is a form with every value escaped", "[graph]") {
    sign_in_as const who{.login_url = "https://login.microsoftonline.com",
                         .graph_url = root,
                         .tenant = "contoso.example",
                         .client_id = "id",
                         .client_secret = "a+b&c=d e~"};
    auto const made = token_request(who);
    CHECK(made.method == "POST");
    CHECK(made.url == "https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token");
    CHECK(*find_header(made.headers, "Content-Type") == "application/x-www-form-urlencoded");
    CHECK(made.body ==
          "client_id=id&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default&grant_type=client_"
          "credentials"
          "&client_secret=a%2Bb%26c%3Dd%20e~");
}
