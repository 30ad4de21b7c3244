#include "connectors/graph/wire/identity.hpp"

#include "connectors/graph/wire/token.hpp"
#include "shapes.hpp"
#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::graph::wire;
using namespace std::chrono_literals;
using kind = outcome_kind;

namespace {

token_reading read(int status, std::string body) {
    return read_token(shapes::reply(status, std::move(body), {}), shapes::now,
                      credential_kind::managed_identity);
}

}  // namespace

TEST_CASE("a machine asks for its token with the header and version that it takes", "[graph]") {
    identity_endpoint machine;
    machine.url = "http://169.254.169.254";
    auto const own = identity_request(machine, "https://graph.microsoft.com", "");
    CHECK(own.method == "GET");
    CHECK(own.url ==
          "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&"
          "resource=https%3A%2F%2Fgraph.microsoft.com%2F");
    CHECK(*find_header(own.headers, "Metadata") == "true");
    CHECK(own.plain_allowed);
    CHECK(own.body.empty());
    auto const named = identity_request(machine, "https://graph.microsoft.com", "an-id");
    CHECK(named.url == own.url + "&client_id=an-id");

    identity_endpoint app;
    app.url = "http://127.0.0.1:41000/msi/token";
    app.app_service = true;
    app.header = secret{"hush"};
    auto const of_app = identity_request(app, "https://graph.microsoft.com", "");
    CHECK(of_app.url ==
          "http://127.0.0.1:41000/msi/token?api-version=2019-08-01&"
          "resource=https%3A%2F%2Fgraph.microsoft.com%2F");
    CHECK(*find_header(of_app.headers, "X-IDENTITY-HEADER") == "hush");
    app.url += "?x=1";
    CHECK(identity_request(app, "https://g", "").url.starts_with(app.url + "&api-version"));
}

TEST_CASE("the numbers of a managed identity's reply are text", "[graph]") {
    auto const of_machine = read(200, R"({"access_token":"a.b","expires_in":"3599",
        "expires_on":"1767603600","resource":"https://graph.microsoft.com/","token_type":"Bearer"})");
    CHECK(of_machine.how.kind == kind::done);
    CHECK(of_machine.token.reveal() == "a.b");
    CHECK(of_machine.lifetime == 3599s);
    // App Service says only when it ends.
    auto const seconds = std::chrono::floor<std::chrono::seconds>(shapes::now).time_since_epoch();
    auto const of_app = read(200, R"({"access_token":"a.b","expires_on":")" +
                                      std::to_string(seconds.count() + 120) + R"("})");
    CHECK(of_app.lifetime == 120s);
    auto const ended = read(200, R"({"access_token":"a.b","expires_on":"17"})");
    CHECK(ended.how.kind == kind::transient);
}

TEST_CASE("a managed identity that is not there says what to do", "[graph]") {
    for (auto const* const body :
         {R"({"error":"invalid_request","error_description":"Identity not found"})",
          R"({"statusCode":400,"message":"Identity not found"})"}) {
        auto const made = read(400, body);
        CHECK(made.how.kind == kind::stopped);
        CHECK(made.how.why == reason::sign_in_refused);
        CHECK(made.how.detail ==
              "the sign-in with a managed identity was refused: Identity not found: give this "
              "machine or app a managed identity, or with --client-id the id of one that it has");
    }
    for (int const status : {404, 410, 429, 500, 503}) {
        CHECK(read(status, "").how.kind == kind::transient);
    }
}

TEST_CASE(
    "the endpoint is asked again after 2, 6, 14 and 30 seconds, and longer while it is updated",
    "[graph]") {
    for (int const status : {0, 404, 429, 500, 503, 410}) {
        CAPTURE(status);
        CHECK(identity_retry(1, status, 0s) == 2s);
        CHECK(identity_retry(2, status, 2s) == 6s);
        CHECK(identity_retry(3, status, 8s) == 14s);
        CHECK(identity_retry(4, status, 22s) == 30s);
        if (status != 410) CHECK_FALSE(identity_retry(5, status, 52s));
    }
    CHECK(identity_retry(5, 410, 52s) == 10s);
    CHECK(identity_retry(6, 410, 62s) == 8s);
    CHECK_FALSE(identity_retry(7, 410, 70s));
    for (int const status : {200, 400, 401, 403}) CHECK_FALSE(identity_retry(1, status, 0s));
}
