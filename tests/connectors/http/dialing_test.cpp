#include "connectors/http/dialing.hpp"

#include "server.hpp"

using namespace allot;
using namespace servers;
using namespace std::chrono_literals;
using http::endpoints;

namespace {

endpoints of(std::vector<char const*> const& addresses) {
    endpoints made;
    for (auto const* const each : addresses) made.emplace_back(asio::ip::make_address(each), 443);
    return made;
}

/// Listens, and takes no connection: its queue is full, so that the system drops who comes next.
struct silent_place {
    explicit silent_place(asio::io_context& io, char const* address = "127.0.0.1")
        : acceptor(io), first(io), second(io) {
        tcp::endpoint const any_port{asio::ip::make_address(address), 0};
        acceptor.open(any_port.protocol());
        acceptor.bind(any_port);
        acceptor.listen(0);
        first.connect(acceptor.local_endpoint());
        auto const ignored = [](boost::system::error_code) {};
        second.async_connect(acceptor.local_endpoint(), ignored);
        io.poll();
    }
    [[nodiscard]] tcp::endpoint where() const { return acceptor.local_endpoint(); }

    tcp::acceptor acceptor;
    tcp::socket first;
    tcp::socket second;
};

struct measured {
    http::dialed made;
    std::chrono::steady_clock::duration took{};
};

measured dial(asio::io_context& io, endpoints to, duration limit = 10s) {
    measured result;
    bool done = false;
    auto const begun = std::chrono::steady_clock::now();
    asio::co_spawn(io, http::dial(io.get_executor(), std::move(to), limit),
                   [&](std::exception_ptr thrown, http::dialed made) {
                       if (thrown) std::rethrow_exception(thrown);
                       result.made = std::move(made);
                       done = true;
                   });
    io.restart();
    while (!done) io.run_one();
    result.took = std::chrono::steady_clock::now() - begun;
    return result;
}

}  // namespace

TEST_CASE("addresses are tried in the resolver's order, their families in turn", "[http]") {
    CHECK(http::in_turn({}) == endpoints{});
    CHECK(http::in_turn(of({"1.0.0.1", "1.0.0.2"})) == of({"1.0.0.1", "1.0.0.2"}));
    CHECK(http::in_turn(of({"::1", "::2", "::3", "1.0.0.1", "1.0.0.2"})) ==
          of({"::1", "1.0.0.1", "::2", "1.0.0.2", "::3"}));
    CHECK(http::in_turn(of({"1.0.0.1", "1.0.0.2", "::1"})) == of({"1.0.0.1", "::1", "1.0.0.2"}));
    CHECK(http::in_turn(of({"::1", "1.0.0.1"})) == of({"::1", "1.0.0.1"}));
}

TEST_CASE("an address that says nothing costs a moment, not the whole time to connect", "[http]") {
    asio::io_context io{1};
    silent_place const silent{io};
    tcp::acceptor const there{io, {asio::ip::address_v4::loopback(), 0}};
    auto const got = dial(io, {silent.where(), there.local_endpoint()});
    REQUIRE(got.made.socket);
    CHECK(got.made.socket->remote_endpoint() == there.local_endpoint());
    CHECK(got.took >= http::attempt_delay);
    CHECK(got.took < 5s);
}

TEST_CASE("an address that refuses costs nothing", "[http]") {
    asio::io_context io{1};
    tcp::acceptor gone{io, {asio::ip::address_v4::loopback(), 0}};
    auto const nobody = gone.local_endpoint();
    gone.close();
    tcp::acceptor const there{io, {asio::ip::address_v4::loopback(), 0}};
    auto const got = dial(io, {nobody, nobody, nobody, nobody, there.local_endpoint()});
    REQUIRE(got.made.socket);
    CHECK(got.made.socket->remote_endpoint() == there.local_endpoint());
    CHECK(got.took < http::attempt_delay);
}

TEST_CASE("a slow address may still be the one", "[http]") {
    asio::io_context io{1};
    tcp::acceptor gone{io, {asio::ip::address_v4::loopback(), 0}};
    auto const nobody = gone.local_endpoint();
    gone.close();
    silent_place silent{io};
    // Somebody begins to take connections while the other address has long refused.
    asio::steady_timer later{io, http::attempt_delay * 2};
    later.async_wait([&](boost::system::error_code) {
        silent.acceptor.accept();
        silent.acceptor.accept();
    });
    auto const got = dial(io, {silent.where(), nobody});
    REQUIRE(got.made.socket);
    CHECK(got.made.socket->remote_endpoint() == silent.where());
}

TEST_CASE("when no address answers, each is said with its reason, at its time", "[http]") {
    asio::io_context io{1};
    silent_place const silent{io};
    tcp::acceptor gone{io, {asio::ip::address_v4::loopback(), 0}};
    auto const nobody = gone.local_endpoint();
    gone.close();
    auto const both = dial(io, {nobody, silent.where()}, 400ms);
    CHECK_FALSE(both.made.socket);
    CHECK(both.made.problem == "127.0.0.1: Connection refused; 127.0.0.1: no answer in time");
    CHECK(both.took < 5s);
    CHECK(dial(io, {nobody}).made.problem == "Connection refused");
    CHECK(dial(io, {silent.where()}, 50ms).made.problem == "no answer in time");
}

TEST_CASE("a name with two addresses works though one of them is dead", "[http]") {
    bench on;
    on.answer_all("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
    // The server is at 127.0.0.1 only; at ::1 nobody is. Where this machine's `localhost` is both,
    // that is the proof.
    CHECK(on.send(on.get("localhost")).has_value());
}
