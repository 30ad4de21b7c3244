#include "connectors/graph/wire/token.hpp"

#include <vector>

#include "shapes.hpp"
#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::graph::wire;
using namespace std::chrono_literals;
using kind = outcome_kind;

namespace {

token_reading read(int status, std::string body, http_headers headers = {}) {
    return read_token(shapes::reply(status, std::move(body), std::move(headers)), shapes::now);
}

std::string refusal(int code, std::string const& description) {
    return R"({"error":"invalid_client","error_description":"AADSTS)" + std::to_string(code) +
           ": " + description + R"(\r\nTrace ID: t\r\nTimestamp: x","error_codes":[)" +
           std::to_string(code) + R"(],"trace_id":"t","correlation_id":"c"})";
}

}  // namespace

TEST_CASE("a granted sign-in has a token and how long it holds", "[graph]") {
    auto const granted = read(
        200,
        R"({"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":"abc.d"})");
    CHECK(granted.how.kind == kind::done);
    CHECK(granted.token.reveal() == "abc.d");
    CHECK(granted.lifetime == 3599s);
    CHECK(read(200, R"({"expires_in":"60","access_token":"a"})").lifetime == 60s);
    CHECK(read(200, R"({"expires_in":2000000000,"access_token":"a"})").lifetime == 168h);
}

TEST_CASE("a sign-in reply that cannot be used is asked for again", "[graph]") {
    for (auto const* const body :
         {"", "<html>", "{}", R"({"access_token":"a"})", R"({"access_token":"","expires_in":9})",
          R"({"access_token":"a\r\nX: y","expires_in":9})", R"({"access_token":7,"expires_in":9})",
          R"({"access_token":"a","expires_in":0})", R"({"access_token":"a","expires_in":-9})",
          R"({"access_token":"a","expires_in":"soon"})", R"({"access_token":"a","expires_in":9)"}) {
        INFO(body);
        auto const made = read(200, body);
        CHECK(made.how.kind == kind::transient);
        CHECK(made.token.empty());
        CHECK_FALSE(made.how.detail.empty());
    }
}

TEST_CASE("a token is never more than a header can carry", "[graph]") {
    auto const granted = [](std::string const& token) {
        return read(200, R"({"expires_in":9,"access_token":")" + token + R"("})");
    };
    CHECK(granted(std::string(32 * 1024, 'x')).how.kind == kind::done);
    for (auto const& token :
         {std::string(32 * 1024 + 1, 'x'), std::string{R"(a\u0000b)"}, std::string{R"(a\u001bb)"},
          std::string{R"(a\nAuthorization: b)"}, std::string{"a b"}, std::string{"\xC3\xA9"}}) {
        INFO(token.substr(0, 40));
        auto const made = granted(token);
        CHECK(made.how.kind == kind::transient);
        CHECK(made.token.empty());
        // Part of a token is as secret as the whole.
        CHECK(made.how.detail == "the sign-in reply has no usable token");
    }
    CHECK(token_request({}).reply_size_max == token_reply_size_max);
}

TEST_CASE("a lifetime that is none is no lifetime, however far out of range", "[graph]") {
    for (auto const* const lifetime :
         {"1e30", "-1e30", "1.5", "9223372036854775808", "-9223372036854775808", "null", "[]",
          "\"1e30\"", "\"abc\"", "\"\"", "\"-9223372036854775808\"", "true"}) {
        for (auto const* const name : {"expires_in", "expires_on"}) {
            INFO(name << " " << lifetime);
            auto const made =
                read(200, std::string{R"({"access_token":"a",")"} + name + "\":" + lifetime + "}");
            CHECK(made.how.kind == kind::transient);
            CHECK(made.token.empty());
        }
    }
    auto const late = read(200, R"({"access_token":"a","expires_on":"9223372036854775807"})");
    CHECK(late.how.kind == kind::done);
    CHECK(late.lifetime == 168h);
}

TEST_CASE("a token of another type than Bearer is not used as if it were one", "[graph]") {
    auto const granted = [](std::string const& type) {
        return read(200, R"({"access_token":"a","expires_in":9,"token_type":")" + type + R"("})");
    };
    CHECK(granted("bearer").how.kind == kind::done);
    auto const other = granted("pop");
    CHECK(other.how.kind == kind::stopped);
    CHECK(other.how.why == reason::sign_in_refused);
    CHECK(other.how.detail.find("of the type \"pop\"") != std::string::npos);
    CHECK(other.token.empty());
}

TEST_CASE("a refused sign-in says what to do", "[graph]") {
    for (int const code : {7000215, 7000222, 7000218, 700027,  700024, 700021, 70021,   700211,
                           700212,  700213,  700016,  7000112, 90002,  53003,  1002012, 9002313,
                           7000229, 50034,   90094,   65001,   70011,  500011}) {
        INFO(code);
        auto const made = read(401, refusal(code, "words"));
        CHECK(made.how.kind == kind::stopped);
        CHECK(made.how.why == reason::sign_in_refused);
        CHECK(made.how.detail.starts_with("the sign-in with a client secret was refused: "));
        CHECK(made.how.detail.find("(AADSTS" + std::to_string(code) + ")") != std::string::npos);
        CHECK(made.how.detail.find(": ", 46) != std::string::npos);
        CHECK(made.how.detail.find("words") == std::string::npos);
    }
    CHECK(read(401, refusal(7000222, "x")).how.detail ==
          "the sign-in with a client secret was refused: the client secret has expired: make a new "
          "one for the "
          "application "
          "(AADSTS7000222)");
    // Not known to us: the service's own words, without the lines of ids after them.
    CHECK(read(400, refusal(1234567, "Strange.")).how.detail ==
          "the sign-in with a client secret was refused: AADSTS1234567: Strange.");
    CHECK(read(400, R"({"error":"invalid_client","error_description":"AADSTS90002: x"})")
              .how.detail ==
          "the sign-in with a client secret was refused: there is no such tenant: check its id or "
          "domain, and the cloud "
          "(AADSTS90002)");
    CHECK(read(400, R"({"error":"invalid_request"})").how.detail ==
          "the sign-in with a client secret was refused: invalid_request");
}

TEST_CASE("a sign-in service that is busy has refused nobody", "[graph]") {
    for (int const status : {429, 500, 502, 503, 504, 408}) {
        INFO(status);
        auto const made = read(status, "", {{"Retry-After", "6"}});
        CHECK(made.how.kind == kind::transient);
        CHECK(made.how.retry_after == 6s);
    }
    CHECK(read(400, R"({"error":"temporarily_unavailable"})").how.kind == kind::transient);
    CHECK(read(400, refusal(90033, "A transient error")).how.kind == kind::transient);
}

TEST_CASE("what is no sign-in service is not taken for a refusal of one", "[graph]") {
    for (int const status : {302, 403, 404, 407}) {
        INFO(status);
        auto const made = read(status, "<html>");
        CHECK(made.how.kind == kind::stopped);
        CHECK(made.how.why == reason::service_error);
        CHECK(made.how.detail.starts_with("what answers at the login URL is no sign-in service"));
    }
}

TEST_CASE("a refusal names the kind of credential that was used", "[graph]") {
    auto const detail = [](credential_kind with) {
        return read_token(shapes::reply(401, refusal(700027, "x"), {}), shapes::now, with)
            .how.detail;
    };
    CHECK(detail(credential_kind::certificate)
              .starts_with("the sign-in with a certificate was refused: the signature"));
    CHECK(detail(credential_kind::federated_token)
              .starts_with("the sign-in with a federated token was refused: "));
}

TEST_CASE("an assertion is sent in place of a secret, and claims with either", "[graph]") {
    sign_in_as who{.login_url = "https://login.example",
                   .graph_url = "https://graph.example",
                   .tenant = "contoso.example",
                   .client_id = "an-id",
                   .client_secret = "hush"};
    who.client_assertion = "a.b-_.c";
    who.claims = R"({"x":1})";
    auto const made = token_request(who);
    CHECK(made.url == token_url(who.login_url, who.tenant));
    CHECK(made.body.ends_with(
        "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
        "&client_assertion=a.b-_.c&claims=%7B%22x%22%3A1%7D"));
    CHECK(made.body.find("hush") == std::string::npos);
}
