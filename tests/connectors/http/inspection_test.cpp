#include "connectors/http/inspection.hpp"

#include "plain_server.hpp"

using namespace allot;
using namespace servers;
using http::opening_stage;

namespace {

http::inspection inspect(bench& on, std::string const& url) {
    std::optional<result<http::inspection>> seen;
    asio::co_spawn(on.io, http::inspect(on.io.get_executor(), on.options, url),
                   [&](std::exception_ptr thrown, result<http::inspection> value) {
                       if (thrown) std::rethrow_exception(thrown);
                       seen.emplace(std::move(value));
                   });
    while (!seen) on.io.run_one();
    REQUIRE(seen->has_value());
    return std::move(**seen);
}

}  // namespace

TEST_CASE("a trial connection shows the address, the protocol and who signed", "[http]") {
    bench on{"DNS:localhost", 30};
    auto const seen = inspect(on, on.url());
    CHECK_FALSE(seen.failed);
    CHECK(seen.stage == opening_stage::open);
    CHECK(seen.host == "localhost");
    CHECK_FALSE(seen.through_proxy);
    CHECK_FALSE(seen.addresses.empty());
    REQUIRE(seen.tls);
    CHECK(seen.tls->protocol == "TLSv1.3");
    CHECK(seen.tls->subject == "server");
    CHECK(seen.tls->issuer == "test authority");
    CHECK(seen.tls->authority == "test authority");
    auto const left = seen.tls->not_after - std::chrono::system_clock::now();
    CHECK(left > std::chrono::hours{29 * 24});
    CHECK(left <= std::chrono::hours{30 * 24});
    CHECK(on.server->requests.empty());
}

TEST_CASE("a trial connection that fails says in which stage, and whose certificate it was",
          "[http]") {
    bench on;
    on.options.ca_file.clear();
    auto const unknown = inspect(on, on.url());
    REQUIRE(unknown.failed);
    CHECK(unknown.stage == opening_stage::handshake);
    CHECK(unknown.failed->permanent);
    CHECK(unknown.failed->what.find("issued by \"test authority\"") != std::string::npos);
    REQUIRE(unknown.tls);
    CHECK(unknown.tls->issuer == "test authority");
    CHECK(unknown.tls->authority.empty());

    plain_server proxy{on.io};
    proxy.answer([](std::string const&) { return "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n"; });
    on.options.proxy = http::proxy_options{"127.0.0.1", proxy.port(), "", "", "--proxy", {}, true};
    auto const forbidden = inspect(on, on.url());
    CHECK(forbidden.stage == opening_stage::tunnel);
    CHECK(forbidden.through_proxy);
    CHECK(forbidden.host == "127.0.0.1");

    proxy.close();
    CHECK(inspect(on, on.url()).stage == opening_stage::connect);
    on.options.proxy.reset();
    CHECK(inspect(on, "https://nowhere.invalid").stage == opening_stage::lookup);
}
