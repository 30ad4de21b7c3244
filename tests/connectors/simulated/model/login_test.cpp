// Sign-in and tokens (graph-facts 6.1).
#include "caller.hpp"
#include "connectors/port/base64.hpp"

using namespace allot;
using namespace allot::simulated;
using namespace allot::simulated::test;
using namespace std::chrono_literals;

namespace {

std::string const good =
    "grant_type=client_credentials&client_id=88888888-aaaa-4bbb-8ccc-000000000008"
    "&client_secret=s%2Bec+ret&scope=https%3A%2F%2Fgraph.example%2F.default";

http_response sign_in(tenant& of, std::string body, std::string const& name = "contoso.example",
                      time_point now = {}) {
    http_request request;
    request.method = "POST";
    request.url = "https://login.example/" + name + "/oauth2/v2.0/token";
    request.headers = {{"content-type", "application/x-www-form-urlencoded;charset=utf-8"}};
    request.body = std::move(body);
    auto made = of.handle(request, now, start);
    REQUIRE(made.response.has_value());
    return *made.response;
}

std::string replaced(std::string text, std::string const& what, std::string const& with) {
    auto const at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), with);
}

}  // namespace

TEST_CASE("a sign-in gives a token for the tenant by its id or its domain") {
    options chosen;
    chosen.client_secret = "s+ec ret";
    chosen.token_lifetime = 90min;
    tenant of{plain_tenant(1), chosen};
    for (auto const& name :
         {"contoso.example", "CONTOSO.example", "44444444-aaaa-4bbb-8ccc-000000000004"}) {
        CAPTURE(name);
        auto const reply = sign_in(of, good, name);
        CHECK(reply.status == 200);
        json const body{reply.body};
        CHECK(body.text("/token_type") == "Bearer");
        CHECK(body.number("/expires_in") == 5400);
        CHECK(body.text("/access_token").size() > 20);
    }
    CHECK(of.counted().token_requests == 3);
}

TEST_CASE("each wrong sign-in is refused with its code") {
    options chosen;
    chosen.client_secret = "s+ec ret";
    tenant of{plain_tenant(1), chosen};
    struct row {
        std::string name;
        std::string body;
        int status;
        std::string error;
        std::int64_t code;
    };
    std::string const here = "contoso.example";
    std::vector<row> const rows{
        {"fabrikam.example", good, 400, "invalid_request", 90002},
        {here, replaced(good, "client_credentials", "password"), 400, "unsupported_grant_type",
         70003},
        {here, replaced(good, "88888888", "99999999"), 400, "unauthorized_client", 700016},
        {here, replaced(good, "s%2Bec+ret", "s+ec+ret"), 401, "invalid_client", 7000215},
        {here, replaced(good, "client_secret", "secret"), 401, "invalid_client", 7000218},
        {here, replaced(good, ".default", "User.Read"), 400, "invalid_scope", 70011},
    };
    for (auto const& [name, body, status, error, code] : rows) {
        CAPTURE(name, body);
        auto const reply = sign_in(of, body, name);
        CHECK(reply.status == status);
        json const said{reply.body};
        CHECK(said.text("/error") == error);
        CHECK(said.number("/error_codes/0") == code);
        CHECK(said.text("/error_description").starts_with("AADSTS" + std::to_string(code) + ": "));
        CHECK(said.text("/timestamp") == "2026-01-05 08:00:00Z");
    }
}

TEST_CASE("without a good token nothing is served") {
    options chosen;
    chosen.token_lifetime = 10min;
    caller client{plain_tenant(1), chosen};
    auto const refused = [&] {
        auto const reply = client.ask("GET", "/users/p1@contoso.example");
        if (reply.status == 200) return std::string{};
        CHECK(reply.status == 401);
        json const body{reply.body};
        CHECK(body.text("/error/code") == "InvalidAuthenticationToken");
        return body.text("/error/message");
    };
    CHECK(refused().empty());
    SECTION("it expires") {
        client.pass(10min - 1ns);
        CHECK(refused().empty());
        client.pass(1ns);
        CHECK(refused() == "Lifetime validation failed, the token is expired.");
        client.sign_in();
        CHECK(refused().empty());
    }
    SECTION("it is revoked") {
        client.of.revoke_tokens();
        CHECK(refused() == "Access token validation failure.");
        client.sign_in();
        CHECK(refused().empty());
    }
    SECTION("it is made up or left out") {
        client.token = "made-up";
        CHECK(refused() == "Access token validation failure.");
        client.token = "";
        CHECK(refused() == "Access token is empty.");
    }
    SECTION("a batch needs it too") {
        client.token = "made-up";
        CHECK(client.ask("POST", "/$batch", R"({"requests":[]})").status == 401);
    }
}

TEST_CASE("a permission that is refused is refused in every part") {
    options chosen;
    chosen.refuse_permission = true;
    caller client{plain_tenant(1), chosen};
    auto const reply = client.ask("GET", "/users/p1@contoso.example");
    CHECK(reply.status == 403);
    CHECK(json{reply.body}.text("/error/code") == "Authorization_RequestDenied");
    CHECK(json{reply.body}.text("/error/message") ==
          "Insufficient privileges to complete the operation.");
    auto const envelope = client.ask(
        "POST", "/$batch", R"({"requests":[{"id":"1","method":"GET","url":"/subscribedSkus"}]})");
    CHECK(envelope.status == 200);
    CHECK(json{envelope.body}.number("/responses/0/status") == 403);
    client.of.settings().refuse_permission = false;
    CHECK(client.ask("GET", "/users/p1@contoso.example").status == 200);
}

TEST_CASE("an application may do what its token says, and no more") {
    options chosen;
    chosen.roles = {"LicenseAssignment.ReadWrite.All", "User.Read.All"};
    caller client{plain_tenant(1), chosen};
    auto const status = [&](char const* method, std::string const& path, char const* body = "") {
        return client.ask(method, path, body).status;
    };
    CHECK(status("GET", "/users/p1@contoso.example") == 200);
    CHECK(status("GET", "/subscribedSkus") == 200);
    CHECK(status("PATCH", "/users/p1@contoso.example", R"({"usageLocation":"NL"})") == 403);
    constexpr auto nothing = R"({"addLicenses":[],"removeLicenses":[]})";
    CHECK(status("POST", "/users/p1@contoso.example/assignLicense", nothing) != 403);
    client.of.settings().roles = {"Organization.Read.All"};
    CHECK(status("GET", "/users/p1@contoso.example") == 403);
    CHECK(status("GET", "/users") == 403);
    CHECK(status("GET", "/subscribedSkus") == 200);
    CHECK(status("POST", "/users/p1@contoso.example/assignLicense", nothing) == 403);

    // As a token of the service tells it: base64url, in its second part.
    auto const first = client.token.find('.');
    auto const second = client.token.find('.', first + 1);
    auto const claims =
        allot::parse_base64(std::string_view{client.token}.substr(first + 1, second - first - 1));
    REQUIRE(claims);
    CHECK(claims->find(R"("roles":["LicenseAssignment.ReadWrite.All","User.Read.All"])") !=
          std::string::npos);
}

TEST_CASE("a service whose clock is ahead says so in its dates") {
    options chosen;
    caller client{plain_tenant(1), chosen};
    auto const date = [&] {
        auto const reply = client.ask("GET", "/subscribedSkus");
        return *allot::parse_http_date(*allot::find_header(reply.headers, "Date"));
    };
    auto const before = date();
    client.of.settings().date_shift = std::chrono::minutes{10};
    CHECK(date() - before >= std::chrono::minutes{10});
    CHECK(date() - before < std::chrono::minutes{11});
}
