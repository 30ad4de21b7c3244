#include <chrono>

#include "server.hpp"

/// Servers that are broken or mean no good. Each must end in a failure that is true, within its
/// deadline, with no more read than is allowed.
using namespace allot;
using namespace servers;
using namespace std::chrono_literals;

namespace {

std::string const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

bool contains(std::string const& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("what comes a byte at a time does not outlast the deadline for the whole", "[http]") {
    bench on;
    auto request = on.get();
    request.reply_timeout = 60ms;
    SECTION("a header without end") {
        on.answer_all("HTTP/1.1 200 OK\r\nX: " + std::string(5000, 'x'), then::drip);
    }
    SECTION("fields without end") {
        on.answer_all("X: y\r\n", then::drip);
    }
    SECTION("a body until the end of the connection") {
        on.answer_all("HTTP/1.1 200 OK\r\n\r\n" + std::string(5000, 'x'), then::drip);
    }
    SECTION("a body of a length that was said") {
        on.answer_all("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + std::string(5000, 'x'),
                      then::drip);
    }
    SECTION("interim replies, each in time") {
        on.answer_all("HTTP/1.1 100 Continue\r\n\r\n", then::drip);
    }
    auto const started = std::chrono::steady_clock::now();
    auto const reply = on.send(request);
    CHECK(std::chrono::steady_clock::now() - started < 5s);
    REQUIRE(reply.has_error());
    INFO(reply.error().what);
    CHECK(reply.error().maybe_received);
    CHECK_FALSE(reply.error().permanent);
    CHECK(reply.error().what.starts_with("no "));
    CHECK(on.server->requests.size() == 1);
}

TEST_CASE("a handshake that comes a byte at a time does not outlast its deadline", "[http]") {
    bench on;
    on.options.handshake_timeout = 60ms;
    // The head of a record of 16 KB, and then zeros.
    on.server->instead_of_tls = step{"\x16\x03\x03\x40" + std::string(4000, '\0'), then::drip};
    auto const reply = on.send(on.get());
    REQUIRE(reply.has_error());
    INFO(reply.error().what);
    CHECK_FALSE(reply.error().maybe_received);
    CHECK(contains(reply.error().what, "no answer in time"));
}

TEST_CASE("what does not speak TLS is said to be that, and has received nothing", "[http]") {
    bench on;
    on.options.handshake_timeout = 60ms;
    std::string words;
    SECTION("HTTP without TLS") {
        on.server->instead_of_tls =
            step{"HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\nno", then::silence};
        words = "does not speak it: is that the address and port of an https service?";
    }
    SECTION("something else") {
        on.server->instead_of_tls = step{"220 mail.example ESMTP\r\n", then::silence};
        words = "does not speak it";
    }
    SECTION("bytes that mean nothing") {
        on.server->instead_of_tls = step{std::string(3000, '\xEE'), then::silence};
        words = "does not speak it";
    }
    SECTION("an end instead of an answer") {
        on.server->instead_of_tls = step{"", then::cut};
        words = "was ended in the middle of the handshake";
    }
    SECTION("half a record, then the end") {
        on.server->instead_of_tls = step{{"\x16\x03\x03\x00\x7a\x02\x00", 7}, then::cut};
        words = "was ended in the middle of the handshake";
    }
    SECTION("half a record, then silence") {
        on.server->instead_of_tls = step{{"\x16\x03\x03\x00\x7a\x02\x00", 7}, then::silence};
        words = "no answer in time";
    }
    auto const reply = on.send(on.get());
    REQUIRE(reply.has_error());
    INFO(reply.error().what);
    CHECK_FALSE(reply.error().maybe_received);
    CHECK_FALSE(reply.error().permanent);
    CHECK(reply.error().what.starts_with("no TLS with localhost:"));
    CHECK(contains(reply.error().what, words));
}

TEST_CASE("no more of a reply is read than its request allows", "[http]") {
    bench on;
    auto request = on.get();
    request.reply_size_max = 256 * 1024;
    std::string const body(256 * 1024, 'x');
    on.answer_all("HTTP/1.1 200 OK\r\nContent-Length: 262144\r\n\r\n" + body);
    CHECK(on.send(request).has_value());
    SECTION("announced") {
        on.answer_all("HTTP/1.1 200 OK\r\nContent-Length: 262145\r\n\r\n", then::silence);
    }
    SECTION("announced as a gigabyte, and sent") {
        on.answer_all("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n" + body, then::flood);
    }
    SECTION("not announced") {
        on.answer_all("HTTP/1.1 200 OK\r\n\r\n" + body, then::flood);
    }
    SECTION("one chunk that says it is larger than can be") {
        on.answer_all(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffff0\r\n" + body,
            then::flood);
    }
    auto const reply = on.send(request);
    REQUIRE(reply.has_error());
    INFO(reply.error().what);
    CHECK(reply.error().maybe_received);
    CHECK(contains(reply.error().what, "is larger than the 256 KiB that are read of it"));
}

TEST_CASE("what is not quite HTTP/1.1 is no reply, and is never read without end", "[http]") {
    bench on;
    std::string const begin = "HTTP/1.1 200 OK\r\n";
    std::string const chunked = begin + "Transfer-Encoding: chunked\r\n\r\n";
    std::string const long_text(8 * 1024, 'x');
    auto what = GENERATE_COPY(
        step{"HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", then::silence},
        step{"HTTP/0.9 200 OK\r\n\r\nhi", then::cut}, step{"<html>hi</html>\r\n\r\n", then::cut},
        step{"HTTP/1.1 99999 OK\r\n\r\n", then::silence},
        step{"HTTP/1.1 20x OK\r\n\r\n", then::silence},
        step{begin + "Content-Length: -1\r\n\r\nhi", then::silence},
        step{begin + "Content-Length: 99999999999999999999999\r\n\r\nhi", then::silence},
        step{begin + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nhi!", then::silence},
        step{begin + "X y: z\r\nContent-Length: 2\r\n\r\nhi", then::silence},
        step{chunked + "zz\r\nhi\r\n", then::silence},
        step{chunked + "ffffffffffffffffffff\r\nhi", then::silence},
        step{chunked + "2;" + long_text, then::flood},
        step{chunked + "0\r\nX: " + long_text, then::flood},
        step{begin + "X: y\r\nX: z\r\n", then::flood}, step{long_text, then::flood},
        step{"HTTP/1.1 103 Early Hints\r\nX: " + long_text, then::flood},
        step{"HTTP/1.1 100 Continue\r\n\r\n", then::flood},
        step{"HTTP/1.1 101 Switching Protocols\r\n\r\n", then::flood},
        step{"HTTP/1.1 100 Continue\r\n\r\n", then::cut});
    on.answer_all(what.bytes, what.next);
    auto const reply = on.send(on.get());
    INFO(what.bytes.substr(0, 100));
    REQUIRE(reply.has_error());
    INFO(reply.error().what);
    CHECK(reply.error().maybe_received);
    CHECK_FALSE(reply.error().permanent);
    CHECK(contains(reply.error().what, "localhost:"));
    // And the next one is none the worse for it.
    on.answer_all(ok);
    CHECK(on.send(on.get()).has_value());
}

TEST_CASE("a body longer than it says is cut there, and what follows is no other reply", "[http]") {
    bench on;
    on.answer_all("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhigher");
    for (int times = 0; times < 2; ++times) {
        auto const reply = on.send(on.get());
        REQUIRE(reply.has_value());
        CHECK(reply->body == "hi");
    }
    CHECK(on.server->connections == 2);
}

TEST_CASE("a redirect is handed over as it is: nothing is sent where it points to", "[http]") {
    bench on;
    bench other;
    other.answer_all(ok);
    auto const status = GENERATE(301, 302, 303, 307, 308);
    std::vector<std::string> const places{on.url(), other.url(), "http://localhost/"};
    auto const& where = places[GENERATE(0U, 1U, 2U)];
    on.answer_all("HTTP/1.1 " + std::to_string(status) + " Elsewhere\r\nLocation: " + where +
                  "\r\nContent-Length: 0\r\n\r\n");
    auto request = on.get();
    request.method = GENERATE("GET", "POST");
    request.headers.emplace_back("Authorization", "Bearer hush");
    auto const reply = on.send(request);
    REQUIRE(reply.has_value());
    CHECK(reply->status == status);
    other.io.poll();
    CHECK(on.server->requests.size() == 1);
    CHECK(other.server->connections == 0);
}
