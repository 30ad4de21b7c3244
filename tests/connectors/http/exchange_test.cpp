#include "connectors/http/exchange.hpp"

#include <string>

#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::http;
using namespace std::chrono_literals;

namespace {

constexpr auto graph = "https://graph.microsoft.com";

std::string all_of(shown_exchange const& of) {
    auto text = of.method + " " + of.url + " " + of.failed + of.request_id + of.retry_after +
                of.sent_body + of.came_body;
    for (auto const& each : of.sent_headers) text += "\n" + each;
    for (auto const& each : of.came_headers) text += "\n" + each;
    return text;
}

bool has(std::string const& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

shown_exchange shown(http_request const& sent, http_response came, detail how = detail::whole) {
    return show(sent, answer{std::move(came)}, 250ms, graph, how);
}

}  // namespace

TEST_CASE("of an exchange with the directory all is told but the token", "[http]") {
    http_request sent{"POST", "https://graph.microsoft.com/v1.0/$batch", {}, "{\"requests\":[]}"};
    sent.headers = {{"Authorization", "Bearer eyJ0.secret.token"},
                    {"Content-Type", "application/json"},
                    {"Cookie", "secret"}};
    auto const is = shown(sent, {429,
                                 {{"Retry-After", "17"},
                                  {"request-id", "abc-1"},
                                  {"Set-Cookie", "secret=1"},
                                  {"WWW-Authenticate", "Bearer claims=\"secret\""}},
                                 "{\"error\":{}}"});
    CHECK(is.status == 429);
    CHECK(is.milliseconds == Approx(250));
    CHECK(is.retry_after == "17");
    CHECK(is.request_id == "abc-1");
    CHECK(is.sent_body == "{\"requests\":[]}");
    CHECK(is.came_body == "{\"error\":{}}");
    CHECK(is.sent_headers == std::vector<std::string>{"authorization: (not shown)",
                                                      "content-type: application/json",
                                                      "cookie: (not shown)"});
    CHECK_FALSE(has(all_of(is), "secret"));
}

TEST_CASE("a reply that repeats the token is told without it", "[http]") {
    std::string const token(3000, 's');
    http_request sent{"GET", "https://graph.microsoft.com/v1.0/users", {}, ""};
    sent.headers = {{"Authorization", "Bearer " + token}};
    for (auto const how : {detail::heads, detail::whole}) {
        auto const is =
            shown(sent,
                  {400,
                   {{"request-id", token}, {"Server", "x " + token}, {"Retry-After", token}},
                   "{\"you\":\"Bearer " + token + "\",\"again\":\"" + token + "\"}"},
                  how);
        CHECK_FALSE(has(all_of(is), "ssss"));
        CHECK(is.request_id == "(withheld)");
        CHECK(is.retry_after == "(withheld)");
    }
}

TEST_CASE("of a sign-in neither what is sent nor what comes is told", "[http]") {
    http_request sent{
        "POST", "https://login.microsoftonline.com/contoso/oauth2/v2.0/token", {}, ""};
    sent.body = "client_id=1&client_secret=secret&client_assertion=secret";
    auto const is = shown(sent, {200, {}, "{\"access_token\":\"secret\"}"});
    CHECK_FALSE(has(all_of(is), "secret="));
    CHECK_FALSE(has(all_of(is), "\"secret"));
    CHECK(has(is.sent_body, "bytes of a sign-in, not shown"));
    CHECK(has(is.came_body, "bytes of a sign-in, not shown"));
    http_request identity{"GET",
                          "http://169.254.169.254/metadata/identity/oauth2/token?resource=x",
                          {{"X-IDENTITY-HEADER", "secret"}},
                          ""};
    CHECK_FALSE(has(all_of(shown(identity, {200, {}, "secret"})), "secret"));
}

TEST_CASE("a sign-in service that repeats a secret in its headers is told of by ids that are GUIDs",
          "[http]") {
    http_request sent{
        "POST", "https://login.microsoftonline.com/contoso/oauth2/v2.0/token", {}, ""};
    sent.body = "client_secret=hush";
    constexpr auto id = "5f0c2a44-2229-4c7e-8bfb-4b47f0e486cd";
    for (auto const how : {detail::heads, detail::whole}) {
        http_response came{503, {}, "hush"};
        for (auto const* const name : {"request-id", "x-ms-request-id", "client-request-id",
                                       "Server", "Date", "Retry-After", "hush"}) {
            came.headers.emplace_back(name, "hush");
        }
        auto const repeated = shown(sent, came, how);
        CHECK_FALSE(has(all_of(repeated), "hush"));
        CHECK(repeated.status == 503);
        CHECK(repeated.came_bytes == 4);
        came.headers = {{"request-id", id}, {"X-MS-Request-Id", id}, {"Server", "hush"}};
        auto const is = shown(sent, came, how);
        CHECK(is.request_id == id);
        CHECK(is.came_headers.size() == (how == detail::whole ? 2 : 0));
        CHECK_FALSE(has(all_of(is), "hush"));
    }
}

TEST_CASE("a host whose name begins like the directory's is not the directory", "[http]") {
    http_request sent{"POST", "https://graph.microsoft.com.evil.example/token", {}, "secret"};
    CHECK_FALSE(has(all_of(shown(sent, {200, {}, "secret"})), "secret"));
    sent.url = "https://graph.microsoft.com:444/token";
    CHECK_FALSE(has(all_of(shown(sent, {200, {}, "secret"})), "secret"));
    sent.url = "https://GRAPH.microsoft.com/v1.0/users";
    CHECK(shown(sent, {200, {}, "[]"}).came_body == "[]");
}

TEST_CASE("where one service serves the directory and sign-ins, sign-ins stay secret", "[http]") {
    http_request sent{
        "POST", "https://graph.microsoft.com/contoso/oauth2/v2.0/token", {}, "secret"};
    CHECK_FALSE(has(all_of(shown(sent, {200, {}, "secret"})), "secret"));
    sent.url = "https://graph.microsoft.com/v1.0/echo";
    sent.body = "client_secret=hidden";
    CHECK_FALSE(has(all_of(shown(sent, {400, {}, "{\"access_token\":\"hidden\"}"})), "hidden"));
}

TEST_CASE("of a URL no token, no password is told, and no name of a person without --debug-http",
          "[http]") {
    http_request sent{"GET",
                      "https://me:secret@graph.microsoft.com/v1.0/users/ann@contoso.example/"
                      "licenseDetails?$select=id&$skiptoken=secret&x=1",
                      {},
                      ""};
    CHECK(shown(sent, {200, {}, ""}).url ==
          "https://graph.microsoft.com/v1.0/users/ann@contoso.example/licenseDetails?$select=id&"
          "$skiptoken=(not shown)&x=1");
    CHECK(shown(sent, {200, {}, ""}, detail::heads).url ==
          "https://graph.microsoft.com/v1.0/users/(user)/licenseDetails");
}

TEST_CASE("without --debug-http there are neither headers nor bodies", "[http]") {
    http_request sent{"POST", "https://graph.microsoft.com/v1.0/$batch", {{"Accept", "x"}}, "body"};
    auto const is = shown(sent, {200, {{"Date", "x"}}, "body"}, detail::heads);
    CHECK(is.sent_headers.empty());
    CHECK(is.came_headers.empty());
    CHECK(is.sent_body.empty());
    CHECK(is.came_body.empty());
    CHECK(is.sent_bytes == 4);
    CHECK(is.came_bytes == 4);
}

TEST_CASE("a long body is cut, and says by how much", "[http]") {
    http_request sent{"GET", "https://graph.microsoft.com/v1.0/users", {}, ""};
    auto const is = shown(sent, {200, {}, std::string(shown_body_bytes + 10, 'x')});
    CHECK(is.came_body == std::string(shown_body_bytes, 'x') + "… (10 bytes more)");
}

TEST_CASE("a failure says why there is no response", "[http]") {
    transport_failure const why{true, false, "graph.microsoft.com:443 closed the connection"};
    auto const is = show({}, answer{why}, 1s, graph, detail::whole);
    CHECK(is.status == 0);
    CHECK(is.failed == "graph.microsoft.com:443 closed the connection");
}
