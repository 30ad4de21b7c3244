// Federated tokens, managed identities and claims challenges (graph-facts 6.3 to 6.5).
#include "caller.hpp"
#include "connectors/port/base64.hpp"

using namespace allot;
using namespace allot::simulated;
using namespace allot::simulated::test;
using namespace std::chrono_literals;

namespace {

std::string jwt(std::string const& issuer, std::string const& audience, std::string const& subject,
                std::int64_t expires = 1767603600) {
    return base64url(R"({"alg":"RS256","typ":"JWT"})") + "." +
           base64url(R"({"iss":")" + issuer + R"(","aud":")" + audience + R"(","sub":")" + subject +
                     R"(","exp":)" + std::to_string(expires) + "}") +
           "." + base64url("signature");
}

std::string const exchange = "api://AzureADTokenExchange";
std::string const trusted = jwt("https://issuer.example", exchange, "system:a:b");

http_response sign_in(tenant& of, std::string const& credential) {
    http_request request;
    request.method = "POST";
    request.url = "https://login.example/contoso.example/oauth2/v2.0/token";
    request.headers = {{"content-type", "application/x-www-form-urlencoded"}};
    request.body =
        "grant_type=client_credentials&client_id=88888888-aaaa-4bbb-8ccc-000000000008"
        "&scope=https%3A%2F%2Fgraph.example%2F.default&" +
        credential;
    return *of.handle(request, {}, start).response;
}

std::int64_t refusal(tenant& of, std::string const& token) {
    auto const reply = sign_in(of,
                               "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-"
                               "assertion-type%3Ajwt-bearer&client_assertion=" +
                                   token);
    return reply.status == 200 ? 0 : json{reply.body}.number("/error_codes/0");
}

http_response ask_identity(tenant& of, std::string const& path, http_headers headers) {
    http_request request;
    request.url = "http://127.0.0.1" + path;
    request.headers = std::move(headers);
    return *of.handle_identity(request, {}, start).response;
}

}  // namespace

TEST_CASE(
    "the federated token that was registered signs in; another one is refused by what differs") {
    std::string now_trusted = trusted;
    options chosen;
    chosen.federated_token = [&] { return now_trusted; };
    tenant of{plain_tenant(1), chosen};
    CHECK(refusal(of, trusted) == 0);
    CHECK(refusal(of, trusted) == 0);
    CHECK(refusal(of, jwt("https://other.example", exchange, "system:a:b")) == 700211);
    CHECK(refusal(of, jwt("https://issuer.example", "api://other", "system:a:b")) == 700212);
    CHECK(refusal(of, jwt("https://issuer.example", exchange, "system:a:c")) == 700213);
    CHECK(refusal(of, trusted + "AAAA") == 700027);
    CHECK(refusal(of, "a.b") == 50027);
    CHECK(refusal(of, "a.b.c") == 50027);
    now_trusted = jwt("https://issuer.example", exchange, "system:a:b", 1767603601);
    CHECK(refusal(of, trusted) == 700027);
    CHECK(refusal(of, now_trusted) == 0);
    now_trusted = jwt("https://issuer.example", exchange, "system:a:b", 1767599000);
    CHECK(refusal(of, now_trusted) == 700024);
    now_trusted.clear();
    CHECK(refusal(of, trusted) == 70021);
    CHECK(json{sign_in(of, "client_assertion=" + trusted).body}.number("/error_codes/0") == 50027);
}

TEST_CASE("the managed identity endpoint insists on its header and its version") {
    options chosen;
    chosen.identity_header = "hush";
    chosen.token_lifetime = 30min;
    tenant of{plain_tenant(1), chosen};
    std::string const resource = "&resource=https%3A%2F%2Fgraph.microsoft.com%2F";
    std::string const machine = "/metadata/identity/oauth2/token?api-version=2018-02-01" + resource;
    std::string const app = "/msi/token?api-version=2019-08-01" + resource;
    http_headers const metadata{{"Metadata", "true"}};
    http_headers const secret{{"X-IDENTITY-HEADER", "hush"}};

    auto const of_machine = ask_identity(of, machine, metadata);
    CHECK(of_machine.status == 200);
    json const body{of_machine.body};
    CHECK(body.text("/expires_in") == "1800");
    CHECK(body.text("/expires_on") == "1767601800");
    auto const token = body.text("/access_token");
    http_request request;
    request.url = "https://graph.example/v1.0/subscribedSkus";
    request.headers = {{"Authorization", "Bearer " + token}};
    CHECK(of.handle(request, {}, start).response->status == 200);

    auto const of_app = ask_identity(of, app, secret);
    CHECK(of_app.status == 200);
    CHECK_FALSE(json{of_app.body}.has("/expires_in"));
    CHECK(json{of_app.body}.text("/expires_on") == "1767601800");

    CHECK(ask_identity(of, machine, {}).status == 400);
    CHECK(ask_identity(of, machine, {{"Metadata", "yes"}}).status == 400);
    CHECK(
        ask_identity(of, machine, {{"Metadata", "true"}, {"X-Forwarded-For", "10.0.0.1"}}).status ==
        400);
    CHECK(ask_identity(of, app, metadata).status == 401);
    CHECK(ask_identity(of, app, {{"X-IDENTITY-HEADER", "wrong"}}).status == 401);
    CHECK(ask_identity(of, "/metadata/identity/oauth2/token?api-version=2017-01-01" + resource,
                       metadata)
              .status == 400);
    CHECK(ask_identity(of, "/metadata/identity/oauth2/token?api-version=2018-02-01", metadata)
              .status == 400);
    CHECK(ask_identity(of, machine + "&client_id=88888888-aaaa-4bbb-8ccc-000000000008", metadata)
              .status == 200);
    CHECK(ask_identity(of, machine + "&client_id=99999999-aaaa-4bbb-8ccc-000000000008", metadata)
              .status == 400);
    CHECK(ask_identity(of, "/other", metadata).status == 404);
}

TEST_CASE("a challenged token is good again only after a sign-in with the claims asked for") {
    options chosen;
    chosen.challenges = challenging::once;
    caller client{plain_tenant(1), chosen};
    auto const refused = client.ask("GET", "/users/p1@contoso.example");
    CHECK(refused.status == 401);
    std::string challenge;
    for (auto const& [name, value] : refused.headers) {
        if (name == "WWW-Authenticate" && value.starts_with("Bearer")) challenge = value;
    }
    auto const at = challenge.find("claims=\"") + 8;
    auto const claims = *parse_base64(challenge.substr(at, challenge.find('"', at) - at));
    CHECK(claims == R"({"access_token":{"nbf":{"essential":true,"value":"1767600000"}}})");

    std::string const secret = "client_secret=simulated&claims=";
    CHECK(sign_in(client.of, secret + claims).status == 400);
    CHECK(sign_in(client.of, secret + R"({"access_token":{"xms_cc":{"values":["cp1"]}}})").status ==
          400);
    auto const good =
        sign_in(client.of, secret + R"({"access_token":{"nbf":{"essential":true,)"
                                    R"("value":"1767600000"},"xms_cc":{"values":["cp1"]}}})");
    REQUIRE(good.status == 200);
    client.token = json{good.body}.text("/access_token");
    CHECK(client.ask("GET", "/users/p1@contoso.example").status == 200);
    client.of.settings().challenges = challenging::always;
    CHECK(client.ask("GET", "/users/p1@contoso.example").status == 401);
}
