#include "connectors/graph/wire/challenge.hpp"

#include <random>

#include "connectors/port/base64.hpp"
#include "shapes.hpp"
#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::graph::wire;

namespace {

std::string const asked = R"({"access_token":{"nbf":{"essential":true,"value":"1767600000"}}})";

http_response refused(std::vector<std::string> const& challenges) {
    http_response made;
    made.status = 401;
    for (auto const& each : challenges) made.headers.emplace_back("WWW-Authenticate", each);
    return made;
}

std::string claims_of(std::string const& header) {
    return claims_challenge(refused({header})).value_or("none");
}

}  // namespace

TEST_CASE("a claims challenge is found in any order, among others, in either base64", "[graph]") {
    auto const url_safe = base64url(asked);
    // The alphabet with + and /, and padding.
    std::string const padded =
        "eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwidmFsdWUiOiIxNzY3NjAwMDAwIn19fQ==";
    CHECK(parse_base64(padded) == asked);
    for (auto const& header : {
             "Bearer realm=\"\", error=\"insufficient_claims\", claims=\"" + url_safe + "\"",
             "Bearer claims=\"" + padded + "\", error=\"insufficient_claims\"",
             "bearer Error=insufficient_claims,CLAIMS=" + padded,
             "PoP nonce=\"a, b\\\"c=d\", Bearer error=\"insufficient_claims\" , claims = \"" +
                 url_safe + "\", realm=\"\"",
             "Bearer error=\"invalid_token\", Bearer error=\"insufficient_claims\", claims=\"" +
                 url_safe + "\"",
         }) {
        INFO(header);
        CHECK(claims_of(header) == asked);
    }
    CHECK(claims_challenge(refused(
              {"Negotiate", "Basic realm=\"x\"",
               "Bearer error=\"insufficient_claims\", claims=\"" + url_safe + "\""})) == asked);
}

TEST_CASE("what is no claims challenge is none", "[graph]") {
    auto const good = base64url(asked);
    for (auto const& header :
         {std::string{}, std::string{"Bearer"}, "Bearer claims=\"" + good + "\"",
          "Bearer error=\"invalid_token\", claims=\"" + good + "\"",
          std::string{"Bearer error=\"insufficient_claims\""},
          std::string{"Bearer error=\"insufficient_claims\", claims=\"?\""},
          std::string{"Bearer error=\"insufficient_claims\", claims=\"W10\""},
          "PoP error=\"insufficient_claims\", claims=\"" + good + "\"",
          "Bearer error=\"insufficient_claims\", claims=\"" + std::string(20000, 'A') + "\"",
          std::string{"Bearer error=\"insufficient_claims"}, std::string{"=,=,\"\\"}}) {
        INFO(header.substr(0, 100));
        CHECK(claims_of(header) == "none");
    }
    auto other_status = refused({"Bearer error=\"insufficient_claims\", claims=\"" + good + "\""});
    other_status.status = 403;
    CHECK_FALSE(claims_challenge(other_status));
}

TEST_CASE("a part of a batch can be challenged", "[graph]") {
    auto const part = [](int status) {
        return R"({"responses":[{"id":"1","status":204},{"id":"2","status":)" +
               std::to_string(status) +
               R"(,"headers":{"www-authenticate":"Bearer error=\"insufficient_claims\", claims=\")" +
               base64url(asked) + R"(\""}}]})";
    };
    CHECK(claims_challenge(shapes::reply(200, part(401), {})) == asked);
    CHECK_FALSE(claims_challenge(shapes::reply(200, part(403), {})));
    CHECK_FALSE(claims_challenge(shapes::reply(200, "{}", {})));
}

TEST_CASE("the answer to a challenge is what it asks for, and that we can handle challenges",
          "[graph]") {
    std::string const able = R"("xms_cc":{"values":["cp1"]})";
    CHECK(claims_to_send("") == R"({"access_token":{)" + able + "}}");
    CHECK(claims_to_send("nonsense") == R"({"access_token":{)" + able + "}}");
    CHECK(claims_to_send(asked) ==
          R"({"access_token":{"nbf":{"essential":true,"value":"1767600000"},)" + able + "}}");
    CHECK(
        claims_to_send(
            R"({"id_token":{"a":[1,null]},"access_token":{"xms_cc":{"values":["x"]},"b":"\"c"}})") ==
        R"({"id_token":{"a":[1,null]},"access_token":{"b":"\"c",)" + able + "}}");
}

TEST_CASE("a header of any bytes is read to its end and yields an object or nothing", "[graph]") {
    std::mt19937 draw{20260105};
    std::string const whole =
        "PoP n=\"a\", Bearer realm=\"\", error=\"insufficient_claims\", claims=\"" +
        base64url(asked) + "\"";
    constexpr std::string_view signs = " \t,=\"\\AzBearer\x01\xff";
    for (int times = 0; times < 20'000; ++times) {
        auto text = whole.substr(0, draw() % (whole.size() + 1));
        for (auto changes = draw() % 4; changes > 0 && !text.empty(); --changes) {
            text[draw() % text.size()] = signs[draw() % signs.size()];
        }
        auto const found = claims_challenge(refused({text}));
        if (!found) continue;
        INFO(text);
        CHECK(found->starts_with('{'));
        CHECK(claims_to_send(*found).ends_with(R"("xms_cc":{"values":["cp1"]}}})"));
    }
}
