// The HTTPS face, through a real TLS socket on loopback and a client that verifies the certificate.
#include "connectors/simulated/server/server.hpp"

#include <simdjson.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <future>
#include <thread>

#include "connectors/simulated/model/make_tenant.hpp"
#include "connectors/simulated/model/tenant_json.hpp"
#include "connectors/simulated/server/virtual_clock.hpp"
#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::simulated;
using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace beast_http = boost::beast::http;
using boost::system::error_code;

namespace {

/// A server on a thread of its own; its clock stands still unless it is moved.
class serving {
 public:
    explicit serving(options chosen = {}, server_options where = {})
        : of_(make_tenant({.users = 8}), std::move(chosen)),
          time_(context_.get_executor()),
          server_(make_server(context_.get_executor(), of_, time_, std::move(where)).value()),
          thread_([this] { context_.run(); }) {}
    ~serving() {
        asio::post(context_, [this] { server_->stop(); });
        thread_.join();
    }
    serving(serving const&) = delete;
    serving& operator=(serving const&) = delete;

    [[nodiscard]] std::uint16_t port() const { return server_->port(); }
    [[nodiscard]] std::string url() const { return server_->url(); }
    [[nodiscard]] std::string ca_pem() const { return server_->ca_pem(); }
    /// Does something on the server's thread, and waits until it is done.
    template <class What>
    void with(What what) {
        std::promise<void> done;
        asio::post(context_, [&] {
            what(of_, time_);
            done.set_value();
        });
        done.get_future().wait();
    }

 private:
    asio::io_context context_{1};
    tenant of_;
    virtual_clock time_;
    std::unique_ptr<server> server_;
    std::thread thread_;
};

/// A blocking client that trusts the server's certificate and nothing else.
class visitor {
 public:
    explicit visitor(serving const& to, int tls_version = 0)
        : context_(asio::ssl::context::tls_client) {
        auto const pem = to.ca_pem();
        context_.add_certificate_authority(asio::buffer(pem));
        context_.set_verify_mode(asio::ssl::verify_peer);
        if (tls_version != 0) SSL_CTX_set_max_proto_version(context_.native_handle(), tls_version);
        stream_ = std::make_unique<stream>(io_, context_);
        stream_->set_verify_callback(asio::ssl::host_name_verification("127.0.0.1"));
        stream_->next_layer().connect({asio::ip::make_address("127.0.0.1"), to.port()});
        stream_->handshake(asio::ssl::stream_base::client, failed);
    }

    beast_http::response<beast_http::string_body> ask(
        std::string const& target, beast_http::verb method = beast_http::verb::get,
        std::string const& body = {}, std::string const& type = {}) {
        beast_http::request<beast_http::string_body> request{method, target, 11};
        request.set(beast_http::field::host, "127.0.0.1");
        if (!token.empty()) request.set(beast_http::field::authorization, "Bearer " + token);
        if (!type.empty()) request.set(beast_http::field::content_type, type);
        request.body() = body;
        request.prepare_payload();
        beast_http::write(*stream_, request, failed);
        return failed ? beast_http::response<beast_http::string_body>{} : read_answer();
    }
    void sign_in() {
        auto const reply = ask("/contoso.example/oauth2/v2.0/token", beast_http::verb::post,
                               "grant_type=client_credentials&client_id=88888888-aaaa-4bbb-8ccc-"
                               "000000000008&client_secret=simulated&scope=https://graph.example/"
                               ".default",
                               "application/x-www-form-urlencoded");
        REQUIRE_FALSE(failed);
        REQUIRE(reply.result_int() == 200);
        simdjson::dom::parser parser;
        token = std::string{parser.parse(reply.body())["access_token"].get_string().value()};
    }
    beast_http::response<beast_http::string_body> read_answer() {
        beast_http::response<beast_http::string_body> response;
        beast_http::read(*stream_, buffer_, response, failed);
        return response;
    }
    /// Reads until the connection ends; what came, and how it ended.
    std::string read_to_the_end() {
        std::string came;
        char piece[4096];
        while (!failed) came.append(piece, stream_->read_some(asio::buffer(piece), failed));
        return came;
    }
    void write(std::string const& text) { asio::write(*stream_, asio::buffer(text), failed); }

    error_code failed;
    std::string token;

 private:
    using stream = asio::ssl::stream<asio::ip::tcp::socket>;
    asio::io_context io_;
    asio::ssl::context context_;
    std::unique_ptr<stream> stream_;
    boost::beast::flat_buffer buffer_;
};

std::string plain_get(std::string const& target) {
    return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
}

}  // namespace

TEST_CASE("a client signs in, reads and writes over one kept connection") {
    serving here;
    visitor client{here};
    REQUIRE_FALSE(client.failed);
    client.sign_in();
    auto const page = client.ask("/v1.0/users?$select=id&$top=2");
    CHECK(page.result_int() == 200);
    CHECK(page["Content-Type"].starts_with("application/json"));
    CHECK(
        page.body().find("\"@odata.nextLink\":\"https://127.0.0.1/v1.0/users?$select=id&$top=2&") !=
        std::string::npos);
    auto const patched = client.ask("/v1.0/users/" + made_user_id(1).str(), beast_http::verb::patch,
                                    R"({"usageLocation":"SE"})", "application/json");
    CHECK(patched.result_int() == 204);
    CHECK(patched.body().empty());
    CHECK(patched.count("Content-Length") == 0);
    auto const batch = client.ask(
        "/v1.0/$batch", beast_http::verb::post,
        R"({"requests":[{"id":"1","method":"GET","url":"/subscribedSkus"}]})", "application/json");
    CHECK(batch.result_int() == 200);
    CHECK_FALSE(client.failed);
    here.with([](tenant& of, virtual_clock&) {
        CHECK(of.true_user(made_user_id(1))->usage_location == "SE");
        CHECK(of.counted().requests == 4);
    });
}

TEST_CASE("the certificate is for this machine only, and TLS 1.2 is the least") {
    serving here;
    CHECK(here.url() == "https://127.0.0.1:" + std::to_string(here.port()));
    CHECK(here.ca_pem().starts_with("-----BEGIN CERTIFICATE-----"));
    CHECK(here.ca_pem().find("KEY") == std::string::npos);
    visitor modern{here};
    CHECK_FALSE(modern.failed);
    visitor older{here, TLS1_2_VERSION};
    CHECK_FALSE(older.failed);
    visitor too_old{here, TLS1_1_VERSION};
    CHECK(too_old.failed);
    // Another server's certificate is another one.
    serving there;
    CHECK(there.ca_pem() != here.ca_pem());
}

TEST_CASE("counts and state can be looked at without a token") {
    serving here;
    visitor client{here};
    auto const counts = client.ask("/simulated/counts");
    CHECK(counts.result_int() == 200);
    CHECK(counts.body().find("\"requests\":0") != std::string::npos);
    auto const state = client.ask("/simulated/state");
    auto const read = from_json(state.body());
    REQUIRE(read.has_value());
    CHECK(*read == make_tenant({.users = 8}));
    CHECK(client.ask("/simulated/counts", beast_http::verb::post).result_int() == 404);
    CHECK(client.ask("/simulated/users").result_int() == 404);
    CHECK(client.ask("/v1.0/users").result_int() == 401);
}

TEST_CASE("connections break in the ways that the tenant asks for") {
    options chosen;
    SECTION("reset before anything was done") {
        chosen.faults.reset_before = 1;
        serving here{chosen};
        visitor client{here};
        client.write(plain_get("/v1.0/users"));
        CHECK(client.read_to_the_end().empty());
        CHECK(client.failed == asio::error::connection_reset);
    }
    SECTION("reset in the middle of the answer") {
        chosen.faults.reset_during = 1;
        serving here{chosen};
        visitor client{here};
        client.ask("/v1.0/users");
        bool const broke = client.failed == asio::error::connection_reset ||
                           client.failed == beast_http::error::partial_message ||
                           client.failed == asio::ssl::error::stream_truncated;
        CHECK(broke);
    }
    SECTION("closed without a byte") {
        chosen.faults.reply_lost = 1;
        serving here{chosen};
        visitor client{here};
        client.write(plain_get("/v1.0/users"));
        CHECK(client.read_to_the_end().empty());
        CHECK(client.failed == asio::ssl::error::stream_truncated);
    }
    SECTION("closed after the answer, and saying so") {
        chosen.faults.connection_close = 1;
        serving here{chosen};
        visitor client{here};
        client.write(plain_get("/v1.0/users"));
        auto const came = client.read_to_the_end();
        CHECK(came.starts_with("HTTP/1.1 401 Unauthorized\r\n"));
        CHECK(came.find("\r\nConnection: close\r\n") != std::string::npos);
        CHECK(client.failed == asio::error::eof);
    }
    SECTION("silent, until the server is stopped") {
        chosen.faults.silent = 1;
        auto here = std::make_unique<serving>(chosen);
        visitor client{*here};
        client.write(plain_get("/v1.0/users"));
        // Another connection is served meanwhile, so the silent one is not merely first in a queue.
        visitor other{*here};
        CHECK(other.ask("/simulated/counts").body().find("\"requests\":1") != std::string::npos);
        here.reset();
        CHECK(client.read_to_the_end().empty());
    }
}

TEST_CASE("an answer waits for its delay on the clock, while others are served") {
    options chosen;
    chosen.latency_median = 10s;
    serving here{chosen};
    visitor slow{here};
    slow.write(plain_get("/v1.0/users"));
    visitor other{here};
    while (other.ask("/simulated/counts").body().find("\"requests\":1") == std::string::npos) {
        REQUIRE_FALSE(other.failed);
    }
    here.with([](tenant&, virtual_clock& time) { time.advance(100s); });
    auto const reply = slow.read_answer();
    CHECK(reply.result_int() == 401);
}

TEST_CASE("what is no request, or too large a one, is refused and the connection closed") {
    server_options where;
    where.body_max = 1000;
    serving here{{}, where};
    SECTION("a body over the limit") {
        visitor client{here};
        auto const reply = client.ask("/v1.0/$batch", beast_http::verb::post,
                                      std::string(1001, ' '), "application/json");
        CHECK(reply.result_int() == 413);
        CHECK_FALSE(reply.keep_alive());
    }
    SECTION("headers over the limit") {
        visitor client{here};
        client.write("GET / HTTP/1.1\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n");
        CHECK(client.read_to_the_end().starts_with("HTTP/1.1 431 "));
    }
    SECTION("nonsense") {
        visitor client{here};
        client.write("nonsense\r\n\r\n");
        CHECK(client.read_to_the_end().starts_with("HTTP/1.1 400 "));
    }
    SECTION("a client that asks before it sends its body is told to go on") {
        visitor client{here};
        client.write(
            "POST /v1.0/$batch HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n"
            "Expect: 100-continue\r\nConnection: close\r\n\r\n");
        client.write("{}");
        auto const came = client.read_to_the_end();
        CHECK(came.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 401 "));
    }
}

TEST_CASE("it is served on loopback only, on a port that is free") {
    asio::io_context context{1};
    virtual_clock time{context.get_executor()};
    tenant of{make_tenant({.users = 1}), {}};
    for (auto const& address : {"0.0.0.0", "192.0.2.1", "::", "localhost", ""}) {
        CAPTURE(address);
        server_options where;
        where.address = address;
        auto const made = make_server(context.get_executor(), of, time, where);
        REQUIRE(made.has_error());
        CHECK(made.error().code == errc::invalid_input);
        CHECK(made.error().message.find("loopback") != std::string::npos);
    }
    auto first = make_server(context.get_executor(), of, time, {});
    REQUIRE(first.has_value());
    server_options where;
    where.port = (*first)->port();
    auto const second = make_server(context.get_executor(), of, time, where);
    REQUIRE(second.has_error());
    CHECK(second.error().code == errc::could_not_run);
}
