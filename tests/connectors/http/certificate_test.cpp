#include "server.hpp"

using namespace allot;
using namespace servers;

namespace {

std::string const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

/// The certificate is not accepted: nothing is sent, and trying again is no use.
void check_not_accepted(bench& on, std::string const& host, std::string const& why) {
    on.answer_all(ok);
    auto const reply = on.send(on.get(host));
    REQUIRE(reply.has_error());
    INFO(reply.error().what);
    CHECK_FALSE(reply.error().maybe_received);
    CHECK(reply.error().permanent);
    CHECK(reply.error().what.find("the certificate of " + host + ":") == 0);
    CHECK(reply.error().what.find(why) != std::string::npos);
    CHECK(on.server->requests.empty());
}

}  // namespace

TEST_CASE("a name is verified as a name, an address as an address", "[http]") {
    bench on;
    on.answer_all(ok);
    CHECK(on.send(on.get("localhost")).has_value());
    CHECK(on.send(on.get("LocalHost")).has_value());
    CHECK(on.send(on.get("127.0.0.1")).has_value());
    // An address is asked for by no name. The first two share one connection.
    CHECK(on.server->names_asked == std::vector<std::string>{"localhost", ""});
}

TEST_CASE("a certificate for another name is not accepted", "[http]") {
    bench on{"DNS:other.example,DNS:localhost.example"};
    check_not_accepted(on, "localhost", "ostname mismatch");
}

TEST_CASE("a certificate for the name is none for the address", "[http]") {
    bench on{"DNS:localhost,DNS:127.0.0.1"};
    check_not_accepted(on, "127.0.0.1", "IP address mismatch");
}

TEST_CASE("a certificate from an unknown authority is not accepted", "[http]") {
    bench on;
    auto const stranger = certificates::make("test authority", "", nullptr);
    certificates::ca_file const other{stranger};
    SECTION("without a CA file") {
        on.options.ca_file.clear();
    }
    SECTION("with another one of the same name") {
        on.options.ca_file = other.path();
    }
    check_not_accepted(on, "localhost", "is not accepted");
}

TEST_CASE("an expired certificate is not accepted", "[http]") {
    bench on{"DNS:localhost", -1};
    check_not_accepted(on, "localhost", "expired");
}

TEST_CASE("a certificate that is not valid yet is not accepted", "[http]") {
    bench on;
    auto const own = certificates::make("server", "DNS:localhost", &on.authority, 9, 2);
    SSL_CTX_use_certificate(on.server->context.native_handle(), own.certificate.get());
    SSL_CTX_use_PrivateKey(on.server->context.native_handle(), own.key.get());
    check_not_accepted(on, "localhost", "not yet valid");
}

TEST_CASE("a certificate that its server signed itself is not accepted", "[http]") {
    bench on;
    auto const own = certificates::make("server", "DNS:localhost", nullptr);
    SSL_CTX_use_certificate(on.server->context.native_handle(), own.certificate.get());
    SSL_CTX_use_PrivateKey(on.server->context.native_handle(), own.key.get());
    check_not_accepted(on, "localhost", "self-signed certificate");
}

TEST_CASE("TLS older than 1.2 is not spoken", "[http]") {
    bench on;
    on.answer_all(ok);
    auto* const context = on.server->context.native_handle();
    SSL_CTX_set_cipher_list(context, "DEFAULT:@SECLEVEL=0");
    SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context, TLS1_1_VERSION);
    auto const reply = on.send(on.get());
    REQUIRE(reply.has_error());
    CHECK_FALSE(reply.error().maybe_received);
    INFO(reply.error().what);
    CHECK(reply.error().what.starts_with("no TLS with localhost:"));
    CHECK(reply.error().what.find("none that is safe (TLS 1.2 or later)") != std::string::npos);
    CHECK(on.server->requests.empty());
}

TEST_CASE("a CA file that cannot be read is said at once", "[http]") {
    bench on;
    for (auto const* const file : {"/no/such/file.pem", "/dev/null"}) {
        INFO(file);
        on.options.ca_file = file;
        auto const made = http::make_tls_transport(on.io.get_executor(), on.options);
        REQUIRE(made.has_error());
        CHECK(made.error().code == errc::invalid_input);
        CHECK(made.error().message.find(file) != std::string::npos);
    }
}
