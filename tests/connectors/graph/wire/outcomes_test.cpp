#include <vector>

#include "connectors/graph/wire/replies.hpp"
#include "shapes.hpp"
#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::graph::wire;
using namespace std::chrono_literals;
using kind = outcome_kind;

namespace {

struct status_row {
    int status;
    std::string code;
    kind for_write;
    kind for_read;
    reason why_of_write;
};

}  // namespace

TEST_CASE("each status means the same every time, with and without a readable body", "[graph]") {
    std::vector<status_row> const table{
        {301, "", kind::lost, kind::refused, reason::lost_reply},
        {302, "", kind::lost, kind::refused, reason::lost_reply},
        {307, "", kind::lost, kind::refused, reason::lost_reply},
        {400, "Request_BadRequest", kind::refused, kind::refused, reason::refused},
        {401, "InvalidAuthenticationToken", kind::stopped, kind::stopped, reason::sign_in_refused},
        {403, "Authorization_RequestDenied", kind::stopped, kind::stopped,
         reason::permission_refused},
        {403, "accessDenied", kind::refused, kind::refused, reason::permission_refused},
        {404, "Request_ResourceNotFound", kind::refused, kind::refused, reason::user_not_found},
        {404, "ResourceNotFound", kind::refused, kind::refused, reason::refused},
        {405, "", kind::refused, kind::refused, reason::refused},
        {408, "", kind::transient, kind::transient, reason::service_error},
        {409, "Directory_ConcurrencyViolation", kind::transient, kind::transient,
         reason::service_error},
        {409, "Conflict", kind::refused, kind::refused, reason::refused},
        {412, "", kind::refused, kind::refused, reason::refused},
        {413, "", kind::refused, kind::refused, reason::refused},
        {423, "", kind::refused, kind::refused, reason::refused},
        {424, "FailedDependency", kind::transient, kind::transient, reason::service_error},
        {429, "TooManyRequests", kind::throttled, kind::throttled, reason::throttled},
        {500, "UnknownError", kind::transient, kind::transient, reason::service_error},
        {501, "NotImplemented", kind::refused, kind::refused, reason::refused},
        {502, "", kind::lost, kind::transient, reason::lost_reply},
        {503, "ServiceUnavailable", kind::transient, kind::transient, reason::service_error},
        {504, "", kind::lost, kind::transient, reason::lost_reply},
        {507, "", kind::refused, kind::refused, reason::refused},
        {509, "", kind::transient, kind::transient, reason::service_error},
        {520, "", kind::lost, kind::transient, reason::lost_reply},
        {0, "", kind::lost, kind::transient, reason::lost_reply},
        {199, "", kind::lost, kind::transient, reason::lost_reply},
        {999, "", kind::lost, kind::transient, reason::lost_reply},
    };
    for (auto const& row : table) {
        INFO("HTTP " << row.status << " " << row.code);
        auto const reply =
            shapes::reply(row.status, shapes::error(row.code, "Words of the service."));
        auto const written = read_outcome(shapes::assign_ana(), reply, shapes::now);
        CHECK(written.kind == row.for_write);
        CHECK(written.why == row.why_of_write);
        CHECK(written.seen.http_status == row.status);
        CHECK(written.seen.request_id == "66666666-aaaa-4bbb-8ccc-000000000006");
        CHECK(written.seen.client_request_id == "77777777-aaaa-4bbb-8ccc-000000000007");
        bool const redirect = row.status >= 300 && row.status < 400;
        CHECK((redirect || written.detail == "Words of the service."));
        auto const read = read_outcome(shapes::read_ana(), reply, shapes::now);
        CHECK(read.kind == row.for_read);
        CHECK_FALSE(read.read);
        if (!row.code.empty()) continue;
        // What a gateway says means as much as its status does.
        for (auto const* const body :
             {"", "<html><body>Bad</body></html>", "{", "[]", "null", "7"}) {
            INFO(body);
            auto const plain =
                read_outcome(shapes::assign_ana(), shapes::reply(row.status, body), shapes::now);
            CHECK(plain.kind == row.for_write);
            CHECK(plain.why == row.why_of_write);
            CHECK_FALSE(plain.detail.empty());
        }
    }
}

TEST_CASE("a refusal is told by the service's words, however they are written", "[graph]") {
    std::string const guids = "70d33638-9c74-4d01-bfd3-562de28bd4ba";
    std::vector<std::pair<std::string, reason>> const table{
        {"License assignment cannot be done for user with invalid usage location.",
         reason::usage_location_missing},
        {"LICENSE ASSIGNMENT CANNOT BE DONE FOR USER WITH INVALID USAGE LOCATION",
         reason::usage_location_missing},
        {"Subscription with SKU " + shapes::pro + " does not have any available licenses.",
         reason::no_seats},
        {"License " + shapes::pro + " does not correspond to a valid company License.",
         reason::sku_not_owned},
        {"License assignment failed because service plan " + guids +
             " depends on the service plan(s) " + guids,
         reason::plan_dependency},
        {"License assignment failed because service plans " + guids + "," + guids +
             " are mutually exclusive.",
         reason::plan_conflict},
        {"User license is inherited from a group membership and it cannot be removed directly from "
         "the user.",
         reason::inherited_from_group},
        {"One or more licenses could not be modified because they are inherited from a group",
         reason::inherited_from_group},
        {"Another object with the same value for property proxyAddresses already exists.",
         reason::uniqueness_violation},
        {"User does not have a corresponding license.", reason::not_as_asked},
        {"No license changes provided. At least one license to add or remove must be specified.",
         reason::refused},
        {"Something new.", reason::refused},
        {"", reason::refused},
    };
    for (auto const& [message, why] : table) {
        INFO(message);
        auto const reply = shapes::reply(400, shapes::error("Request_BadRequest", message));
        auto const made = read_outcome(shapes::assign_ana(), reply, shapes::now);
        CHECK(made.kind == kind::refused);
        CHECK(made.why == why);
        CHECK(made.detail == (message.empty() ? "Request_BadRequest" : message));
        bool const names_sku = why == reason::no_seats || why == reason::sku_not_owned;
        CHECK(made.skus ==
              (names_sku ? std::vector{*sku_id::parse(shapes::pro)} : std::vector<sku_id>{}));
    }
}

TEST_CASE("the SKU without seats is the one named, or the only one asked for", "[graph]") {
    auto const unnamed = shapes::reply(
        400, shapes::error("Request_BadRequest", "It does not have any available licenses."));
    auto asked = shapes::assign_ana();
    CHECK(read_outcome(asked, unnamed, shapes::now).skus ==
          std::vector{*sku_id::parse(shapes::pro)});
    asked.adds.push_back({*sku_id::parse(shapes::e5), {}});
    CHECK(read_outcome(asked, unnamed, shapes::now).skus.empty());
    auto const both = shapes::reply(
        400, shapes::error("Request_BadRequest", "Subscription with SKU " + shapes::e5 + "," +
                                                     shapes::pro + "," + shapes::e5 +
                                                     " does not have any available licenses."));
    CHECK(read_outcome(asked, both, shapes::now).skus ==
          std::vector{*sku_id::parse(shapes::e5), *sku_id::parse(shapes::pro)});
}

TEST_CASE("codes deep inside an error are found, under either spelling of its key", "[graph]") {
    for (auto const* const key : {"innerError", "innererror"}) {
        std::string const body = std::string{R"({"error":{"code":"","message":"Bad.",")"} + key +
                                 R"(":{"code":"x",")" + key +
                                 R"(":{"code":"noAvailableLicenses","request-id":"deep"}}}})";
        auto const made = read_outcome(shapes::assign_ana(), shapes::reply(400, body), shapes::now);
        CHECK(made.why == reason::no_seats);
        CHECK(made.detail == "Bad.");
        CHECK(made.seen.request_id == "deep");
    }
    auto const header = read_outcome(
        shapes::assign_ana(),
        shapes::reply(400, shapes::error("x", "y"), {{"Request-Id", "from the header"}}),
        shapes::now);
    CHECK(header.seen.request_id == "from the header");
}

TEST_CASE("the service's words are kept, but not without end", "[graph]") {
    std::string message;
    for (int repeat = 0; repeat < 5000; ++repeat) message += "\xC3\xB8";
    auto const made = read_outcome(shapes::assign_ana(),
                                   shapes::reply(400, shapes::error("x", message)), shapes::now);
    CHECK(made.detail == message.substr(0, 1000));
}

TEST_CASE("a charge and a use that no request can have are not believed", "[graph]") {
    auto const charged = [](std::string units, std::string use) {
        return read_outcome(
            shapes::read_ana(),
            shapes::reply(200, shapes::user,
                          {{"x-ms-resource-unit", units}, {"x-ms-throttle-limit-percentage", use}}),
            shapes::now);
    };
    auto const within = charged("5", "1.8");
    CHECK(within.resource_units == 5.0);
    CHECK(within.limit_fraction == 1.8);
    for (auto const* const beyond : {"1000000000000", "1e300", "-1", "nan", "inf"}) {
        INFO(beyond);
        auto const made = charged(beyond, beyond);
        CHECK(made.kind == kind::done);
        CHECK_FALSE(made.resource_units);
        CHECK_FALSE(made.limit_fraction);
    }
    CHECK_FALSE(charged("5", "80").limit_fraction);
}

TEST_CASE("a throttled reply says how long, and which limit it was", "[graph]") {
    auto const made = read_outcome(
        shapes::assign_ana(),
        shapes::reply(429, shapes::error("TooManyRequests", "Please retry again later."),
                      {{"retry-after", "2.128"},
                       {"X-MS-Throttle-Scope", "Tenant_Application/ReadWrite/a/b"},
                       {"x-ms-throttle-information", "WriteLimitExceeded"},
                       {"x-ms-resource-unit", "3"},
                       {"x-ms-throttle-limit-percentage", "1.2"}}),
        shapes::now);
    CHECK(made.kind == kind::throttled);
    CHECK(made.retry_after == 2128ms);
    CHECK(made.scope == throttle_scope::writes);
    CHECK(made.resource_units == 3.0);
    CHECK(made.limit_fraction == 1.2);
    // A sample of the documentation has texts where numbers are elsewhere.
    auto const sample = read_outcome(
        shapes::read_ana(),
        shapes::reply(429, R"({"error":{"code":"TooManyRequests","innerError":{"code":"429",
          "date":"2026-01-05T08:00:01","message":"Please retry after","request-id":"r","status":"429"},
          "message":"Please retry again later."}})"),
        shapes::now);
    CHECK(sample.kind == kind::throttled);
    CHECK_FALSE(sample.retry_after);
    CHECK(sample.scope == throttle_scope::unknown);
    CHECK(sample.detail == "Please retry again later.");
    CHECK(sample.seen.request_id == "r");
}

TEST_CASE("a passing failure keeps the wait that the service asks for", "[graph]") {
    for (int const status : {503, 500, 409}) {
        INFO(status);
        auto const made = read_outcome(
            shapes::assign_ana(), shapes::reply(status, "", {{"Retry-After", "3"}}), shapes::now);
        CHECK(made.kind == kind::transient);
        CHECK(made.retry_after == 3s);
    }
}

TEST_CASE("a write is done when the service itself says so", "[graph]") {
    CHECK(read_outcome(shapes::assign_ana(), shapes::reply(200, shapes::assigned), shapes::now)
              .kind == kind::done);
    CHECK(read_outcome(shapes::locate_ana(), shapes::reply(204, ""), shapes::now).kind ==
          kind::done);
    // A page that something in between shows is no confirmation: it may or may not have happened.
    for (auto const* const body : {"<html>Sign in to the network</html>", "", "[]", "\"ok\"",
                                   "{\"a\":", R"({"error":{"code":"x","message":"y"}})"}) {
        INFO(body);
        auto const made = read_outcome(shapes::assign_ana(), shapes::reply(200, body), shapes::now);
        CHECK(made.kind == kind::lost);
        CHECK(made.why == reason::lost_reply);
    }
}

TEST_CASE("a user is read with every licence, its source and its state", "[graph]") {
    auto const made =
        read_outcome(shapes::read_ana(),
                     shapes::reply(200, shapes::user, {{"x-ms-resource-unit", "1"}}), shapes::now);
    REQUIRE(made.kind == kind::done);
    CHECK(made.resource_units == 1.0);
    REQUIRE(made.read);
    CHECK(made.read->id == *user_id::parse(shapes::ana));
    CHECK(made.read->upn == "ana.q@contoso.example");
    CHECK(made.read->account_enabled);
    CHECK(made.read->usage_location == "NL");
    REQUIRE(made.read->licences.size() == 2);
    auto const& group = made.read->licences[0];
    CHECK(group.sku == *sku_id::parse(shapes::e5));
    CHECK(group.by_group == group_id::parse("22222222-aaaa-4bbb-8ccc-000000000002"));
    CHECK_FALSE(group.active);
    CHECK(group.error == "CountViolation");
    CHECK(group.disabled_plans ==
          std::vector{*plan_id::parse("57ff2da0-773e-42df-b2af-ffb7a2317929")});
    auto const& direct = made.read->licences[1];
    CHECK(direct.sku == *sku_id::parse(shapes::pro));
    CHECK_FALSE(direct.by_group);
    CHECK(direct.active);
    CHECK(direct.error.empty());
    CHECK(direct.disabled_plans.empty());
}

namespace {

std::string replaced(std::string text, std::string const& what, std::string const& by) {
    auto const at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), by);
}

outcome read_of(std::string const& body) {
    return read_outcome(shapes::read_ana(), shapes::reply(200, body), shapes::now);
}

}  // namespace

TEST_CASE("a licence that has no state row is held all the same, directly", "[graph]") {
    auto const body = replaced(
        shapes::user, "\"assignedLicenses\":[",
        "\"assignedLicenses\":[{\"disabledPlans\":[\"70d33638-9c74-4d01-bfd3-562de28bd4ba\"],"
        "\"skuId\":\"a403ebcc-fae0-4ca2-8c8c-7a907fd6c235\"},");
    auto const made = read_of(body);
    REQUIRE(made.kind == kind::done);
    REQUIRE(made.read->licences.size() == 3);
    auto const& added = made.read->licences[1];
    CHECK(added.sku == *sku_id::parse("a403ebcc-fae0-4ca2-8c8c-7a907fd6c235"));
    CHECK_FALSE(added.by_group);
    CHECK(added.active);
    CHECK(added.disabled_plans ==
          std::vector{*plan_id::parse("70d33638-9c74-4d01-bfd3-562de28bd4ba")});
}

TEST_CASE("no error is written in four ways", "[graph]") {
    for (auto const* const none :
         {"\"error\":null", "\"error\":\"\"", "\"error\":\"none\"", "\"x\":1"}) {
        INFO(none);
        auto const made = read_of(replaced(shapes::user, "\"error\":\"None\"", none));
        REQUIRE(made.kind == kind::done);
        CHECK(made.read->licences[1].error.empty());
    }
}

TEST_CASE("a user without a location or a licence is known to have none", "[graph]") {
    auto const made = read_of(R"({"id":"11111111-aaaa-4bbb-8ccc-000000000001",
        "userPrincipalName":"ana.q@contoso.example","accountEnabled":false,"usageLocation":null,
        "assignedLicenses":[],"licenseAssignmentStates":[]})");
    REQUIRE(made.kind == kind::done);
    CHECK_FALSE(made.read->account_enabled);
    CHECK(made.read->usage_location.empty());
    CHECK(made.read->licences.empty());
}

TEST_CASE("a usage location is read in capitals, as all else here has it", "[graph]") {
    auto const made = read_of(replaced(shapes::user, "\"NL\"", "\"nl\""));
    REQUIRE(made.read);
    CHECK(made.read->usage_location == "NL");
}

TEST_CASE("a usage location that is none is another than any that a job can give", "[graph]") {
    for (auto const* const odd : {"\"NLD\"", "\"N1\"", "\"\u00e9\""}) {
        auto const made = read_of(replaced(shapes::user, "\"NL\"", odd));
        REQUIRE(made.read);
        CHECK(made.read->usage_location == "ZZ");
    }
}

TEST_CASE(
    "a user that lacks a part, or has one that cannot be, is unreadable and never empty-handed",
    "[graph]") {
    std::vector<std::pair<std::string, std::string>> const damages{
        {"\"id\":", "\"idd\":"},
        {"\"id\":\"1", "\"id\":\"z"},
        {"\"userPrincipalName\"", "\"upn\""},
        {"\"accountEnabled\"", "\"enabled\""},
        {"\"accountEnabled\":true", "\"accountEnabled\":\"yes\""},
        {"\"usageLocation\"", "\"location\""},
        {"\"assignedLicenses\"", "\"licenses\""},
        {"\"licenseAssignmentStates\"", "\"states\""},
        {"\"state\":\"Active\"", "\"status\":\"Active\""},
        {"\"assignedByGroup\":null", "\"group\":null"},
        {"\"assignedByGroup\":null", "\"assignedByGroup\":\"Sales\""},
        {"\"disabledPlans\":[]", "\"disabledPlans\":[\"x\"]"},
        {"\"disabledPlans\":[]", "\"disabledPlans\":{}"},
        {"\"licenseAssignmentStates\":[", "\"licenseAssignmentStates\":[7,"},
        {"\"skuId\":\"f8", "\"skuId\":\"g8"},
    };
    for (auto const& [what, by] : damages) {
        INFO(what << " -> " << by);
        auto const made = read_of(replaced(shapes::user, what, by));
        CHECK(made.kind == kind::transient);
        CHECK(made.why == reason::unreadable);
        CHECK_FALSE(made.read);
    }
}

TEST_CASE("a reply about another user than the one asked for by id is not believed", "[graph]") {
    auto asked = shapes::read_ana();
    asked.user = shapes::ana;
    CHECK(read_outcome(asked, shapes::reply(200, shapes::user), shapes::now).kind == kind::done);
    asked.user = "11111111-aaaa-4bbb-8ccc-000000000009";
    auto const made = read_outcome(asked, shapes::reply(200, shapes::user), shapes::now);
    CHECK(made.kind == kind::transient);
    CHECK_FALSE(made.read);
}
