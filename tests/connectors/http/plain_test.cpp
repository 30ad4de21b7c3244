#include "plain_server.hpp"

using namespace allot;
using namespace servers;

namespace {

std::string const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

/// A TLS bench beside a server without TLS that says the same to everyone.
struct machine {
    machine() : agent(on.io) {
        agent.answer([](std::string const&) { return ok; });
        on.answer_all(ok);
    }

    [[nodiscard]] http_request ask() const {
        http_request made;
        made.url = "http://127.0.0.1:" + agent.port() + "/metadata/identity/oauth2/token?x=y";
        made.plain_allowed = true;
        return made;
    }

    bench on;
    plain_server agent;
};

}  // namespace

TEST_CASE("what a machine offers its own programs is asked for without TLS", "[http]") {
    machine with;
    auto request = with.ask();
    request.headers.emplace_back("Metadata", "true");
    for (int times = 0; times < 2; ++times) {
        auto const reply = with.on.send(request);
        REQUIRE(reply.has_value());
        CHECK(reply->body == "hi");
    }
    CHECK(with.agent.connections() == 1);
    REQUIRE(with.agent.requests().size() == 2);
    auto const& text = with.agent.requests()[0];
    CHECK(text.starts_with("GET /metadata/identity/oauth2/token?x=y HTTP/1.1\r\nHost: 127.0.0.1:" +
                           with.agent.port() + "\r\n"));
    CHECK(text.find("Metadata: true\r\n") != std::string::npos);
}

TEST_CASE("a request that does not say that it may go unencrypted is not sent so", "[http]") {
    machine with;
    auto request = with.ask();
    request.plain_allowed = false;
    auto const reply = with.on.send(request);
    REQUIRE(reply.has_error());
    CHECK(reply.error().permanent);
    CHECK_FALSE(reply.error().maybe_received);
    CHECK(reply.error().what.find("must be https") != std::string::npos);
    CHECK(with.agent.connections() == 0);
}

TEST_CASE("no token, no form and no write goes unencrypted, whatever the request says", "[http]") {
    machine with;
    auto request = with.ask();
    SECTION("a token") {
        request.headers.emplace_back("authorization", "Bearer abc");
    }
    SECTION("a token of another kind") {
        request.headers.emplace_back("Authorization", "PoP abc");
    }
    SECTION("a second one after a harmless one") {
        request.headers.emplace_back("Authorization", "Basic abc");
        request.headers.emplace_back("AUTHORIZATION", "bearer abc");
    }
    SECTION("a form with a client secret") {
        request.method = "POST";
        request.body = "client_secret=abc";
    }
    SECTION("a body in a GET") {
        request.body = "client_secret=abc";
    }
    SECTION("a write without a body") {
        request.method = "DELETE";
    }
    auto const reply = with.on.send(request);
    REQUIRE(reply.has_error());
    CHECK(reply.error().permanent);
    CHECK_FALSE(reply.error().maybe_received);
    CHECK(reply.error().what.find("abc") == std::string::npos);
    CHECK(with.agent.connections() == 0);
}

TEST_CASE("the key that a machine's agent asks for may go to it", "[http]") {
    machine with;
    auto request = with.ask();
    request.headers.emplace_back("Authorization", "Basic abc");
    CHECK(with.on.send(request).has_value());
}

TEST_CASE("a connection without TLS is never used for a request with TLS", "[http]") {
    machine with;
    REQUIRE(with.on.send(with.ask()).has_value());
    auto secure = with.ask();
    secure.url.replace(0, 4, "https");
    auto const reply = with.on.send(secure);
    REQUIRE(reply.has_error());
    CHECK(reply.error().what.starts_with("no TLS with 127.0.0.1:"));
    CHECK_FALSE(reply.error().maybe_received);
    CHECK(with.agent.requests().size() == 1);
    // And where it may go plainly, an https address still means TLS.
    auto with_tls = with.on.get();
    with_tls.plain_allowed = true;
    CHECK(with.on.send(with_tls).has_value());
    CHECK(with.on.server->requests.size() == 1);
}
