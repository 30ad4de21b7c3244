#include "server.hpp"

using namespace allot;
using namespace servers;
using namespace std::chrono_literals;

namespace {

std::string const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

/// The connections on which the requests came, in their order.
std::vector<std::size_t> connections_of(bench const& on) {
    std::vector<std::size_t> found;
    for (auto const& each : on.server->requests) found.push_back(each.connection);
    return found;
}

/// Sends `count` requests at once, numbered in their `X-Number`; true when all have a reply.
bool send_together(bench& on, std::size_t count) {
    std::vector<std::optional<http::answer>> replies(count);
    for (std::size_t number = 0; number < count; ++number) {
        auto request = on.get();
        request.headers.emplace_back("X-Number", std::to_string(number));
        on.start(std::move(request), replies[number]);
    }
    on.run_until([&] {
        return std::ranges::all_of(replies, [](auto const& each) { return each.has_value(); });
    });
    return std::ranges::all_of(replies, [](auto const& each) { return each->has_value(); });
}

}  // namespace

TEST_CASE("one connection serves request after request", "[http]") {
    bench on;
    on.answer_all(ok);
    for (int times = 0; times < 5; ++times) REQUIRE(on.send(on.get()).has_value());
    CHECK(connections_of(on) == std::vector<std::size_t>{0, 0, 0, 0, 0});
}

TEST_CASE("a connection is not used again where the reply says or shows that it should not be",
          "[http]") {
    bench on;
    SECTION("Connection: close") {
        on.answer_all("HTTP/1.1 200 OK\r\nconnection: Close\r\nContent-Length: 2\r\n\r\nhi");
    }
    SECTION("HTTP/1.0") {
        on.answer_all("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi");
    }
    SECTION("503: another machine may answer on a new one") {
        on.answer_all("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
    }
    SECTION("more bytes than the reply has") {
        on.answer_all(ok + ok);
    }
    SECTION("a failure") {
        on.answer_all("nonsense\r\n\r\n");
    }
    on.send(on.get());
    on.send(on.get());
    CHECK(connections_of(on) == std::vector<std::size_t>{0, 1});
}

TEST_CASE("a kept connection that the server has ended is not used again", "[http]") {
    bench on;
    on.answer_all(ok, GENERATE(then::shut_down, then::cut));
    REQUIRE(on.send(on.get()).has_value());
    on.run_until([&] { return on.server->open == 0; });
    REQUIRE(on.send(on.get()).has_value());
    CHECK(connections_of(on) == std::vector<std::size_t>{0, 1});
}

TEST_CASE("a reply that nobody asked for answers no request", "[http]") {
    bench on;
    std::string const other = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";
    bool const at_once = GENERATE(true, false);
    on.server->answers = [&](seen const& request) {
        step what{ok};
        // In the packet of the reply before; or later, while the connection is idle.
        if (request.connection == 0) what.unasked = at_once ? other : "";
        if (request.connection == 0 && !at_once) what.bytes += other;
        return what;
    };
    for (int times = 0; times < 3; ++times) {
        auto const reply = on.send(on.get());
        REQUIRE(reply.has_value());
        CHECK(reply->body == "hi");
    }
    CHECK(connections_of(on) == std::vector<std::size_t>{0, 1, 1});
}

TEST_CASE("a connection that was idle for too long is not used again", "[http]") {
    bench on;
    on.options.idle_timeout = -1s;
    on.answer_all(ok);
    REQUIRE(on.send(on.get()).has_value());
    REQUIRE(on.send(on.get()).has_value());
    CHECK(connections_of(on) == std::vector<std::size_t>{0, 1});
}

TEST_CASE("a connection that was idle for too long is closed as soon as anything ends", "[http]") {
    bench on;
    on.options.idle_timeout = -1s;
    on.answer_all(ok);
    REQUIRE(on.send(on.get()).has_value());
    on.run_until([&] { return on.server->open == 0; });
    CHECK(on.server->connections == 1);
}

TEST_CASE("a request that dies on a kept connection is not sent again", "[http]") {
    bench on;
    on.server->answers = [&](seen const&) {
        if (on.server->requests.size() == 1) return step{ok, then::keep};
        return step{"", then::cut};
    };
    REQUIRE(on.send(on.get()).has_value());
    auto const second = on.send(on.get());
    REQUIRE(second.has_error());
    CHECK(second.error().maybe_received);
    CHECK(connections_of(on) == std::vector<std::size_t>{0, 0});
}

TEST_CASE("no more connections are open at once than allowed, and all requests are served",
          "[http]") {
    bench on;
    on.options.connections_max = 3;
    on.answer_all(ok);
    CHECK(send_together(on, 20));
    CHECK(on.server->requests.size() == 20);
    CHECK(on.server->connections == 3);
    CHECK(on.server->open_max == 3);
    // They are kept: the next ones need no new connection.
    CHECK(send_together(on, 3));
    CHECK(on.server->connections == 3);
}

TEST_CASE("who waits for a connection is served in the order of coming", "[http]") {
    bench on;
    on.options.connections_max = 1;
    // Every connection is worn out by one request, so that each has to be opened anew.
    on.answer_all("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi");
    CHECK(send_together(on, 6));
    REQUIRE(on.server->requests.size() == 6);
    for (std::size_t number = 0; number < 6; ++number) {
        auto const wanted = "X-Number: " + std::to_string(number) + "\r\n";
        CHECK(on.server->requests[number].text.find(wanted) != std::string::npos);
    }
}

TEST_CASE("a place that cannot be reached keeps nobody waiting for ever", "[http]") {
    bench on;
    on.options.connections_max = 1;
    on.answer_all("", then::cut);
    CHECK_FALSE(send_together(on, 5));
    on.answer_all(ok);
    CHECK(send_together(on, 5));
}

TEST_CASE("requests in flight and in line can be abandoned with their transport", "[http]") {
    std::vector<std::optional<http::answer>> replies(4);
    {
        bench on;
        on.options.connections_max = 1;
        on.answer_all("", then::silence);
        for (auto& each : replies) on.start(on.get(), each);
        on.run_until([&] { return !on.server->requests.empty(); });
        on.transport.reset();
    }
    for (auto const& each : replies) CHECK_FALSE(each.has_value());
}

TEST_CASE("an idle transport keeps nobody from going home", "[http]") {
    bench on;
    on.answer_all(ok, then::cut);
    REQUIRE(on.send(on.get()).has_value());
    on.server->acceptor.close();
    // Nothing is left to do although the connection is kept: this returns.
    on.io.run();
    CHECK(on.server->open == 0);
    CHECK(on.transport != nullptr);
}
