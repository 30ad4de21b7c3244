#include "connectors/http/proxy.hpp"

#include "plain_server.hpp"

using namespace allot;
using namespace servers;
using namespace std::chrono_literals;

namespace {

http::proxy_options excepting(std::vector<std::string> list) {
    http::proxy_options made;
    made.host = "proxy";
    made.port = "3128";
    made.source = "HTTPS_PROXY";
    made.except = std::move(list);
    return made;
}

bool direct(std::vector<std::string> list, std::string_view host, std::string_view port = "443") {
    return http::goes_direct(excepting(std::move(list)), host, port);
}

std::string const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

/// A TLS bench behind a proxy that does as it is told.
struct behind_proxy {
    behind_proxy() : proxy(on.io) {
        on.answer_all(ok);
        http::proxy_options with;
        with.host = "127.0.0.1";
        with.port = proxy.port();
        with.source = "ALLOT_PROXY";
        with.loopback_too = true;
        on.options.proxy = with;
    }

    /// Sends a request through a proxy that answers CONNECT with that; it must fail, not sent.
    std::string refused(std::string const& with, bool permanent) {
        proxy.answer([with](std::string const&) { return with; });
        auto const reply = on.send(on.get());
        REQUIRE(reply.has_error());
        INFO(reply.error().what);
        CHECK_FALSE(reply.error().maybe_received);
        CHECK(reply.error().permanent == permanent);
        CHECK(reply.error().what.find("s3cret") == std::string::npos);
        CHECK(reply.error().what.find("127.0.0.1:" + proxy.port() + " (from ALLOT_PROXY)") !=
              std::string::npos);
        CHECK(on.server->requests.empty());
        return reply.error().what;
    }

    bench on;
    plain_server proxy;
};

bool has(std::string const& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("NO_PROXY names hosts, domains, addresses and networks", "[http]") {
    CHECK_FALSE(direct({}, "graph.microsoft.com"));
    CHECK(direct({"*"}, "graph.microsoft.com"));
    CHECK(direct({"graph.microsoft.com"}, "graph.microsoft.com"));
    CHECK(direct({"Graph.Microsoft.COM"}, "graph.microsoft.com"));
    CHECK(direct({"graph.microsoft.com."}, "graph.microsoft.com"));
    CHECK(direct({".microsoft.com"}, "graph.microsoft.com"));
    CHECK(direct({".microsoft.com"}, "microsoft.com"));
    CHECK(direct({"*.microsoft.com"}, "graph.microsoft.com"));
    CHECK(direct({"microsoft.com"}, "graph.microsoft.com"));
    CHECK_FALSE(direct({"soft.com"}, "graph.microsoft.com"));
    CHECK_FALSE(direct({"graph.microsoft.com.evil"}, "graph.microsoft.com"));
    CHECK_FALSE(direct({""}, "graph.microsoft.com"));
    CHECK_FALSE(direct({"."}, "graph.microsoft.com"));
    CHECK(direct({"a", "b", "microsoft.com"}, "graph.microsoft.com"));

    CHECK(direct({"graph.microsoft.com:443"}, "graph.microsoft.com"));
    CHECK_FALSE(direct({"graph.microsoft.com:8443"}, "graph.microsoft.com"));
    CHECK(direct({"graph.microsoft.com:8443"}, "graph.microsoft.com", "8443"));

    CHECK(direct({"10.1.2.3"}, "10.1.2.3"));
    CHECK_FALSE(direct({"10.1.2.3"}, "10.1.2.30"));
    CHECK(direct({"10.1.2.3:443"}, "10.1.2.3"));
    CHECK(direct({"10.0.0.0/8"}, "10.200.2.3"));
    CHECK_FALSE(direct({"10.0.0.0/8"}, "11.0.0.1"));
    CHECK(direct({"0.0.0.0/0"}, "11.0.0.1"));
    CHECK_FALSE(direct({"10.0.0.0/8"}, "ten.example"));
    CHECK_FALSE(direct({"10.0.0.0/99"}, "10.0.0.1"));
    CHECK(direct({"fd00::/8"}, "fd12::1"));
    CHECK_FALSE(direct({"fd00::/8"}, "fe80::1"));
    CHECK_FALSE(direct({"10.0.0.0/8"}, "fd12::1"));
    CHECK(direct({"fd00:0::1"}, "fd00::1"));
    CHECK(direct({"[fd00::1]:443"}, "fd00::1"));
    CHECK_FALSE(direct({"[fd00::1]:444"}, "fd00::1"));
    CHECK_FALSE(direct({"[fd00::1"}, "fd00::1"));
}

TEST_CASE("this machine is reached without the environment's proxy", "[http]") {
    for (auto const* host :
         {"localhost", "LOCALHOST", "a.localhost", "127.0.0.1", "127.9.9.9", "::1"}) {
        INFO(host);
        CHECK(direct({}, host));
        auto asked = excepting({});
        asked.loopback_too = true;
        CHECK_FALSE(http::goes_direct(asked, host, "443"));
        asked.except = {"localhost", "127.0.0.0/8", "::1"};
        CHECK(http::goes_direct(asked, host, "443"));
    }
    CHECK_FALSE(direct({}, "localhost.example"));
    CHECK_FALSE(direct({}, "128.0.0.1"));
}

TEST_CASE("a request goes through the proxy's tunnel, and the proxy sees none of it", "[http]") {
    // The plain server hands nothing on; that a request arrives is shown with a real proxy in
    // tests/cli/proxy_test.sh. Here: what the proxy is asked, and that TLS begins after it.
    behind_proxy with;
    with.on.options.handshake_timeout = 100ms;
    with.on.options.proxy->user = "ada";
    with.on.options.proxy->password = "s3cret";
    with.proxy.answer([](std::string const&) { return "HTTP/1.1 200 Connected\r\n\r\n"; });
    auto request = with.on.get("graph.microsoft.example");
    request.headers.emplace_back("Authorization", "Bearer t0ken");
    auto const reply = with.on.send(request);
    REQUIRE(reply.has_error());
    CHECK(has(reply.error().what, "no TLS with graph.microsoft.example:"));
    CHECK_FALSE(reply.error().maybe_received);
    REQUIRE(with.proxy.requests().size() == 1);
    auto const to = request.url.substr(8, request.url.find('/', 8) - 8);
    CHECK(with.proxy.requests()[0] == "CONNECT " + to + " HTTP/1.1\r\nHost: " + to +
                                          "\r\nUser-Agent: NONISV|allot|allot/0.1.0\r\n"
                                          "Proxy-Authorization: Basic YWRhOnMzY3JldA==\r\n\r\n");
}

TEST_CASE("a proxy that wants a password is answered with which setting to mend", "[http]") {
    behind_proxy with;
    auto const basic =
        "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Negotiate\r\n"
        "Proxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n";
    auto const without = with.refused(basic, true);
    CHECK(has(without, "ALLOT_PROXY_PASSWORD"));
    CHECK(has(without, "http://USER@127.0.0.1"));
    with.on.transport.reset();
    with.on.options.proxy->user = "ada";
    with.on.options.proxy->password = "s3cret";
    CHECK(has(with.refused(basic, true), "does not accept this user name and password"));
    auto const other = with.refused(
        "HTTP/1.1 407 Denied\r\nProxy-Authenticate: NTLM\r\nProxy-Authenticate: Negotiate\r\n"
        "Content-Length: 0\r\n\r\n",
        true);
    CHECK(has(other, "by NTLM, Negotiate, and allot can do Basic only"));
}

TEST_CASE("what a proxy says of its refusal is handed on, for people", "[http]") {
    behind_proxy with;
    with.on.options.tunnel_timeout = 100ms;  // that page is shorter than it says
    auto const port = with.on.url().substr(18, with.on.url().find('/', 18) - 18);
    CHECK(has(
        with.refused("HTTP/1.1 403 Filtered\r\nContent-Length: 75\r\n\r\n"
                     "<html><head><title>x</title></head><body>\n<h1>Not</h1>\x1b[2J <p>here</p>",
                     true),
        "does not connect to localhost:" + port + ": 403 Filtered: Not [2J here"));
    auto const down = with.refused("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", false);
    CHECK(down.ends_with(": 502 Bad Gateway"));
    auto const endless = with.refused(
        "HTTP/1.1 503 Busy\r\nContent-Length: 900000\r\n\r\n" + std::string(40'000, 'x'), false);
    CHECK(endless.size() < 400);
}

TEST_CASE("what is no proxy is told apart", "[http]") {
    behind_proxy with;
    with.on.options.tunnel_timeout = 100ms;
    with.on.options.header_max = 8 * 1024;
    CHECK(has(with.refused("SSH-2.0-OpenSSH_9.2\r\n\r\n", false), "does not speak HTTP"));
    CHECK(has(with.refused("", false), "ended the connection"));
    CHECK(has(with.refused("HTTP/1.1 200 OK\r\n", false), "in time"));
    CHECK(has(with.refused("HTTP/1.1 200 OK\r\nX: " + std::string(70'000, 'x'), false),
              "headers without end"));
    CHECK(has(with.refused("HTTP/1.1 200 OK\r\n\r\nhello", false), "more than its answer"));
}

TEST_CASE("a proxy that is not there was no way for the request", "[http]") {
    behind_proxy with;
    auto const port = with.proxy.port();
    with.proxy.close();
    auto const reply = with.on.send(with.on.get());
    REQUIRE(reply.has_error());
    CHECK_FALSE(reply.error().maybe_received);
    CHECK_FALSE(reply.error().permanent);
    CHECK(has(reply.error().what, "cannot connect to 127.0.0.1:" + port +
                                      ", the proxy from ALLOT_PROXY: Connection refused"));
}

TEST_CASE("what goes past the proxy does not touch it", "[http]") {
    behind_proxy with;
    with.proxy.answer([](std::string const&) { return ok; });
    SECTION("excepted") {
        with.on.options.proxy->except = {"localhost"};
        CHECK(with.on.send(with.on.get()).has_value());
    }
    SECTION("on this machine") {
        with.on.options.proxy->loopback_too = false;
        CHECK(with.on.send(with.on.get()).has_value());
    }
    SECTION("what a machine offers its own programs") {
        plain_server agent{with.on.io};
        agent.answer([](std::string const&) { return ok; });
        http_request request;
        request.url = "http://127.0.0.1:" + agent.port() + "/metadata";
        request.plain_allowed = true;
        CHECK(with.on.send(request).has_value());
    }
    CHECK(with.proxy.connections() == 0);
}
