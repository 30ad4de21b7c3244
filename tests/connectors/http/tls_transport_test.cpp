#include "connectors/http/tls_transport.hpp"

#include "server.hpp"

using namespace allot;
using namespace servers;
using namespace std::chrono_literals;

TEST_CASE("a request arrives as it was meant, and its reply comes back whole", "[http]") {
    bench on;
    on.answer_all(
        "HTTP/1.1 201 Created\r\nX-MS-Thing: a\r\nx-ms-thing: b\r\nCONTENT-LENGTH: 5\r\n\r\nhello");
    auto request = on.get();
    request.method = "POST";
    request.headers.emplace_back("Content-Type", "application/json");
    request.headers.emplace_back("connection", "close");
    request.headers.emplace_back("Host", "elsewhere");
    request.body = "{\"a\":1}";
    auto const reply = on.send(request);
    REQUIRE(reply.has_value());
    CHECK(reply->status == 201);
    CHECK(reply->body == "hello");
    REQUIRE(find_header(reply->headers, "x-Ms-THING") != nullptr);
    CHECK(*find_header(reply->headers, "x-Ms-THING") == "a");
    CHECK(reply->headers.size() == 3);
    REQUIRE(on.server->requests.size() == 1);
    auto const port = std::to_string(on.server->acceptor.local_endpoint().port());
    CHECK(on.server->requests[0].text ==
          "POST /v1.0/x?y=z HTTP/1.1\r\nHost: localhost:" + port +
              "\r\nUser-Agent: NONISV|allot|allot/0.1.0\r\nAccept-Encoding: identity\r\n"
              "Content-Type: application/json\r\nContent-Length: 7\r\n\r\n{\"a\":1}");
    CHECK(on.server->names_asked == std::vector<std::string>{"localhost"});
}

TEST_CASE("a reply's body ends where its framing says", "[http]") {
    bench on;
    std::string expected = "hello world";
    std::string bytes;
    then next = then::keep;
    SECTION("chunked, with an extension and a trailer") {
        bytes =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            "6;a=b\r\nhello \r\n5\r\nworld\r\n0\r\nX-Trailer: x\r\n\r\n";
    }
    SECTION("at the end of the connection, which TLS confirms") {
        bytes = "HTTP/1.1 200 OK\r\n\r\nhello world";
        next = then::shut_down;
    }
    SECTION("no body at all") {
        bytes = "HTTP/1.1 204 No Content\r\n\r\n";
        expected.clear();
    }
    SECTION("after interim replies") {
        bytes =
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
            "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world";
    }
    SECTION("large") {
        expected.assign(3'000'000, 'x');
        bytes = "HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n" + expected;
    }
    on.answer_all(bytes, next);
    auto const reply = on.send(on.get());
    REQUIRE(reply.has_value());
    CHECK((reply->body == expected));
}

TEST_CASE("a reply that is cut short is a failure, and the request may have been received",
          "[http]") {
    bench on;
    SECTION("a body shorter than said") {
        on.answer_all("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello", then::shut_down);
    }
    SECTION("a body that ends with the connection, which TLS does not confirm") {
        on.answer_all("HTTP/1.1 200 OK\r\n\r\nhello", then::cut);
    }
    SECTION("chunks without the last one") {
        on.answer_all("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
                      then::shut_down);
    }
    SECTION("half a header") {
        on.answer_all("HTTP/1.1 200 OK\r\nContent-", then::cut);
    }
    SECTION("nothing") {
        on.answer_all("", then::cut);
    }
    SECTION("only interim replies") {
        std::string interim;
        for (int times = 0; times < 50; ++times) interim += "HTTP/1.1 100 Continue\r\n\r\n";
        on.answer_all(interim);
    }
    SECTION("no HTTP") {
        on.answer_all("SSH-2.0-x\r\n\r\n", then::keep);
    }
    auto const reply = on.send(on.get());
    REQUIRE(reply.has_error());
    CHECK(reply.error().maybe_received);
    CHECK_FALSE(reply.error().permanent);
    CHECK(reply.error().what.find("localhost:") != std::string::npos);
}

TEST_CASE("a reply without end is bounded", "[http]") {
    bench on;
    on.options.header_max = 8 * 1024;
    on.options.body_max = 100 * 1024;
    std::string what;
    SECTION("headers") {
        on.answer_all("HTTP/1.1 200 OK\r\nX: " + std::string(70 * 1024, 'x'), then::flood);
        what = "headers without end";
    }
    SECTION("a body in chunks") {
        std::string chunks = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        for (int times = 0; times < 200; ++times)
            chunks += "400\r\n" + std::string(1024, 'x') + "\r\n";
        on.answer_all(chunks, then::silence);
        what = "larger than the 100 KiB that are read of it";
    }
    SECTION("a body that says so ahead") {
        on.answer_all("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nx", then::silence);
        what = "larger than the 100 KiB that are read of it";
    }
    SECTION("a body until the end of the connection") {
        on.answer_all("HTTP/1.1 200 OK\r\n\r\n" + std::string(64 * 1024, 'x'), then::flood);
        what = "larger than the 100 KiB that are read of it";
    }
    auto const reply = on.send(on.get());
    REQUIRE(reply.has_error());
    CHECK(reply.error().maybe_received);
    INFO(reply.error().what);
    CHECK(reply.error().what.find(what) != std::string::npos);
}

TEST_CASE("a packed reply is refused, since none was asked for", "[http]") {
    bench on;
    on.answer_all("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nhi");
    auto const reply = on.send(on.get());
    REQUIRE(reply.has_error());
    CHECK(reply.error().maybe_received);
    CHECK(reply.error().what.find("packed") != std::string::npos);
    on.answer_all("HTTP/1.1 200 OK\r\nContent-Encoding: identity\r\nContent-Length: 2\r\n\r\nhi");
    CHECK(on.send(on.get()).has_value());
}

TEST_CASE("silence ends at its deadline", "[http]") {
    bench on;
    auto request = on.get();
    request.reply_timeout = 50ms;
    SECTION("instead of a reply") {
        on.answer_all("", then::silence);
    }
    SECTION("in the middle of one") {
        on.answer_all("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi", then::silence);
    }
    auto const reply = on.send(request);
    REQUIRE(reply.has_error());
    CHECK(reply.error().maybe_received);
    CHECK(reply.error().what.find("no whole reply") != std::string::npos);
    CHECK(on.server->requests.size() == 1);
}

TEST_CASE("a server that does not shake hands has received nothing", "[http]") {
    bench on;
    on.options.handshake_timeout = 50ms;
    on.server->shakes_hands = false;
    auto const reply = on.send(on.get());
    REQUIRE(reply.has_error());
    CHECK_FALSE(reply.error().maybe_received);
    CHECK_FALSE(reply.error().permanent);
    CHECK(reply.error().what.starts_with("no TLS with localhost:"));
}

TEST_CASE("a request that nobody takes whole was not received", "[http]") {
    bench on;
    on.server->reads = false;
    auto request = on.get();
    request.method = "POST";
    request.body.assign(32 * 1024 * 1024, 'x');  // more than the sockets between hold
    request.reply_timeout = 50ms;
    auto const reply = on.send(request);
    REQUIRE(reply.has_error());
    CHECK_FALSE(reply.error().maybe_received);
    CHECK_FALSE(reply.error().permanent);
    CHECK(reply.error().what.find("was not sent: the connection took too long") !=
          std::string::npos);
}

TEST_CASE("nobody there means nothing was received", "[http]") {
    bench on;
    auto const request = on.get(GENERATE("localhost", "127.0.0.1"));
    on.server->acceptor.close();
    auto const reply = on.send(request);
    REQUIRE(reply.has_error());
    CHECK_FALSE(reply.error().maybe_received);
    CHECK_FALSE(reply.error().permanent);
    CHECK(reply.error().what.starts_with("cannot connect to "));
}

TEST_CASE("an address that is none is refused before anything is sent", "[http]") {
    bench on;
    for (auto const* const url :
         {"", "x", "http://localhost/", "https://", "https:///x", "https://a@localhost/",
          "https://localhost:0/", "https://localhost:99999/", "https://localhost:/",
          "https://localhost:1x/", "https://local host/", "https://localhost/x y",
          "https://localhost/\r\nX: y", "https://localhost/#x", "https://localhost?x",
          "https://[::1/", "https://[localhost]/", "https://[::1]x/", "https://localhost\\x/"}) {
        INFO(url);
        http_request request;
        request.url = url;
        auto const reply = on.send(request);
        REQUIRE(reply.has_error());
        CHECK_FALSE(reply.error().maybe_received);
        CHECK(reply.error().permanent);
    }
    auto smuggling = on.get();
    smuggling.headers.emplace_back("X", "y\r\nHost: evil");
    CHECK(on.send(smuggling).error().permanent);
    auto misnamed = on.get();
    misnamed.headers.emplace_back("X y", "z");
    CHECK(on.send(misnamed).error().permanent);
    CHECK(on.server->connections == 0);
}
