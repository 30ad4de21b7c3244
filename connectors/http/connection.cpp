#include "connectors/http/connection.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include "connectors/http/proxy.hpp"
#include "connectors/http/tls_facts.hpp"
#include "connectors/http/tunnel.hpp"

namespace allot::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;

struct reply_parser : beast::http::response_parser<beast::http::string_body> {};

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

/// Beast reads 512 bytes at a time into a small buffer; one TLS record is up to 16 KB. Measured:
/// half of the CPU time of a batch.
constexpr std::size_t buffer_reserved = 16 * 1024;
constexpr int interim_replies_max = 8;  ///< 1xx before the reply proper

transport_failure not_sent(std::string what) {
    return {false, false, std::move(what)};
}

/// Why a handshake failed, for who does not know OpenSSL's words.
std::string handshake_problem(boost::system::error_code error) {
    bool const of_openssl = error.category() == asio::error::get_ssl_category();
    auto const code = of_openssl ? ERR_GET_REASON(static_cast<unsigned long>(error.value())) : 0;
    if (code == SSL_R_UNSUPPORTED_PROTOCOL || code == SSL_R_TLSV1_ALERT_PROTOCOL_VERSION) {
        return "it speaks none that is safe (TLS 1.2 or later): " + error.message();
    }
    // The first bytes were no record of TLS at all.
    if (code == SSL_R_WRONG_VERSION_NUMBER || code == SSL_R_BAD_RECORD_TYPE ||
        code == SSL_R_PACKET_LENGTH_TOO_LONG) {
        return "what answers there does not speak it: is that the address and port of an https "
               "service? (" +
               error.message() + ")";
    }
    if (error == asio::error::eof || error == asio::error::connection_reset ||
        error == asio::ssl::error::stream_truncated) {
        return "the connection was ended in the middle of the handshake, as a firewall does that "
               "lets nobody through";
    }
    return error.message();
}

std::string size_words(std::uint64_t bytes) {
    constexpr std::uint64_t kib = 1024;
    return bytes % (kib * kib) == 0 ? std::to_string(bytes / kib / kib) + " MiB"
                                    : std::to_string(bytes / kib) + " KiB";
}

/// Asks for the host's name where it is a name (SNI), and has the certificate checked against it.
bool expect_host(SSL* tls, std::string const& host) {
    boost::system::error_code not_an_address;
    asio::ip::make_address(host, not_an_address);
    if (!not_an_address) {
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls), host.c_str()) == 1;
    }
    SSL_set_hostflags(tls, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    // What SSL_set_tlsext_host_name does, without the old-style cast of that macro.
    auto* const name = const_cast<char*>(host.c_str());
    return SSL_ctrl(tls, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name) == 1 &&
           SSL_set1_host(tls, host.c_str()) == 1;
}

}  // namespace

connection::connection(asio::any_io_executor const& executor, asio::ssl::context& context,
                       tls_options const& options)
    : options_(options),
      stream_(executor, context),
      buffer_(options.header_max + 2 * buffer_reserved),
      timer_(executor) {
    buffer_.reserve(buffer_reserved);
}

asio::awaitable<std::optional<transport_failure>> connection::open(destination const& to) {
    name_ = to.name();
    plain_ = to.plain;
    auto const& proxy = options_.proxy;
    through_proxy_ = !plain_ && proxy && !goes_direct(*proxy, to.host, to.port);
    auto failed = co_await connect(to);
    if (!failed && through_proxy_) {
        stage_ = opening_stage::tunnel;
        arm(options_.tunnel_timeout);
        failed = co_await open_tunnel(stream_.next_layer(), to, options_);
        disarm();
    }
    if (!failed && !plain_) failed = co_await shake_hands(to);
    if (!failed) stage_ = opening_stage::open;
    co_return failed;
}

asio::awaitable<std::optional<transport_failure>> connection::connect(destination const& to) {
    std::optional<transport_failure> failed;
    auto const started = std::chrono::steady_clock::now();
    auto const executor = stream_.get_executor();
    auto const& host = through_proxy_ ? options_.proxy->host : to.host;
    auto const& port = through_proxy_ ? options_.proxy->port : to.port;
    auto const by_proxy = through_proxy_ ? ", the proxy from " + options_.proxy->source : "";
    dialled_ = host;
    auto looked_up = co_await look_up(executor, host, port, options_.connect_timeout);
    if (!looked_up.problem.empty()) {
        failed = not_sent("cannot look up " + host + by_proxy + ": " + looked_up.problem);
        co_return failed;
    }
    addresses_ = in_turn(looked_up.found);
    stage_ = opening_stage::connect;
    auto const left = options_.connect_timeout - (std::chrono::steady_clock::now() - started);
    auto made = co_await dial(executor, addresses_, left);
    if (!made.socket) {
        auto const who = through_proxy_ ? options_.proxy->name() + by_proxy : name_;
        failed = not_sent("cannot connect to " + who + ": " + made.problem);
        co_return failed;
    }
    stream_.next_layer() = std::move(*made.socket);
    boost::system::error_code ignored;  // without it, replies are only a little slower
    stream_.next_layer().set_option(tcp::no_delay{true}, ignored);
    stream_.next_layer().non_blocking(true, ignored);  // for `silent`
    co_return failed;
}

asio::awaitable<std::optional<transport_failure>> connection::shake_hands(destination const& to) {
    std::optional<transport_failure> failed;
    if (!expect_host(stream_.native_handle(), to.host)) {
        failed = not_sent("cannot prepare TLS for " + name_);
        co_return failed;
    }
    stage_ = opening_stage::handshake;
    // At a refusal OpenSSL keeps the certificate to itself: it is noted on the way.
    stream_.set_verify_callback([this](bool accepted, asio::ssl::verify_context& of) {
        auto* const own = X509_STORE_CTX_get0_cert(of.native_handle());
        if (!accepted && own != nullptr) note_certificate(facts_.emplace(), own);
        return accepted;
    });
    arm(options_.handshake_timeout);
    auto [error] = co_await stream_.async_handshake(asio::ssl::stream_base::client, as_result);
    disarm();
    if (!error && !timed_out_) {
        facts_ = facts_of(stream_.native_handle());
        co_return failed;
    }
    // The verdict, not the error: that can be any that OpenSSL met on the way to it.
    auto const verdict = SSL_get_verify_result(stream_.native_handle());
    if (verdict != X509_V_OK) {
        auto const issuer = facts_ ? facts_->issuer : std::string{};
        failed = not_sent("the certificate of " + name_ +
                          (issuer.empty() ? "" : ", issued by \"" + issuer + "\",") +
                          " is not accepted: " + X509_verify_cert_error_string(verdict) +
                          "; if a proxy with a CA of its own is between, give its CA file with "
                          "--ca-file");
        failed->permanent = true;
    } else {
        auto const why = timed_out_ ? "no answer in time" : handshake_problem(error);
        failed = not_sent("no TLS with " + name_ + ": " + why);
    }
    co_return failed;
}

asio::awaitable<answer> connection::exchange(std::string const& bytes, duration reply_timeout,
                                             std::uint64_t size_max) {
    reusable_ = false;
    arm(reply_timeout);
    auto [error, written] = co_await write(bytes);
    disarm();
    if (error || timed_out_) {
        // What was not written whole cannot have been received whole.
        transport_failure failed;
        failed.maybe_received = written == bytes.size();
        failed.what = "the request to " + name_ + " was not sent: " +
                      words_for(error, "the connection took too long to take it");
        co_return failed;
    }
    arm(reply_timeout);
    auto read = co_await read_reply(size_max);
    disarm();
    co_return read;
}

asio::awaitable<std::tuple<connection::error_code, std::size_t>> connection::write(
    std::string const& bytes) {
    auto const all = asio::buffer(bytes);
    if (plain_) co_return co_await asio::async_write(stream_.next_layer(), all, as_result);
    co_return co_await asio::async_write(stream_, all, as_result);
}

asio::awaitable<connection::error_code> connection::read(reply_parser& parser) {
    if (plain_) {
        auto& socket = stream_.next_layer();
        auto [error, size] = co_await beast::http::async_read(socket, buffer_, parser, as_result);
        co_return error;
    }
    auto [error, size] = co_await beast::http::async_read(stream_, buffer_, parser, as_result);
    co_return error;
}

asio::awaitable<answer> connection::read_reply(std::uint64_t size_max) {
    auto const body_max = std::min(size_max, options_.body_max);
    for (int replies = 0; replies <= interim_replies_max; ++replies) {
        reply_parser parser;
        parser.header_limit(options_.header_max);
        parser.body_limit(body_max);
        auto const error = co_await read(parser);
        // A reply that arrived whole counts, even when the deadline passed in the same moment.
        if (error) co_return failed_reply(error, body_max);
        auto const status = parser.get().result_int();
        if (status >= 200) co_return taken_apart(parser);
        if (status == 101) break;
    }
    transport_failure failed;
    failed.what = "no proper reply from " + name_ + ": only interim ones";
    co_return failed;
}

answer connection::taken_apart(reply_parser& parser) {
    auto& message = parser.get();
    http_response response;
    response.status = static_cast<int>(message.result_int());
    for (auto const& field : message) {
        auto const name = field.name_string();
        auto const value = field.value();
        response.headers.emplace_back(std::string{name.data(), name.size()},
                                      std::string{value.data(), value.size()});
    }
    auto const* const encoding = find_header(response.headers, "Content-Encoding");
    if (encoding != nullptr && *encoding != "identity") {
        transport_failure failed;
        failed.what = "the reply from " + name_ + " is packed, though none was asked to be";
        return failed;
    }
    response.body = std::move(message.body());
    // After a 503 the service wants to be asked on a connection of its own (graph best practices):
    // another machine may answer there.
    reusable_ = parser.keep_alive() && response.status != 503 && buffer_.size() == 0;
    return response;
}

bool connection::silent() {
    auto& socket = stream_.next_layer();
    boost::system::error_code error;
    char byte = 0;
    auto const one = asio::buffer(&byte, 1);
    // Through TLS: a reply that nobody asked for may have come out of the socket together with the
    // one before it, and waits where a look at the socket does not see it.
    if (plain_) {
        socket.receive(one, tcp::socket::message_peek, error);
    } else {
        stream_.read_some(one, error);
    }
    return error == asio::error::would_block || error == asio::error::try_again;
}

void connection::arm(duration limit) {
    timed_out_ = false;
    auto const round = ++round_;
    timer_.expires_after(limit);
    timer_.async_wait([weak = weak_from_this(), round](boost::system::error_code error) {
        auto const self = weak.lock();
        if (error || !self || self->round_ != round) return;
        self->timed_out_ = true;
        boost::system::error_code ignored;
        self->stream_.next_layer().close(ignored);
    });
}

void connection::disarm() {
    ++round_;
    timer_.cancel();
}

std::string connection::words_for(error_code error, std::string_view on_timeout) const {
    return timed_out_ ? std::string{on_timeout} : error.message();
}

transport_failure connection::failed_reply(error_code error, std::uint64_t size_max) const {
    namespace http = beast::http;
    transport_failure failed;
    if (timed_out_) {
        failed.what = "no whole reply from " + name_ + " in time";
    } else if (error == http::error::header_limit || error == http::error::buffer_overflow) {
        failed.what = "the reply from " + name_ + " has headers without end";
    } else if (error == http::error::body_limit) {
        failed.what = "the reply from " + name_ + " is larger than the " + size_words(size_max) +
                      " that are read of it";
    } else if (error == http::error::end_of_stream || error == asio::ssl::error::stream_truncated ||
               error == http::error::partial_message) {
        failed.what = "the connection to " + name_ + " ended before the reply did";
    } else {
        bool const garbled = error.category() == http::make_error_code({}).category();
        failed.what = "no usable reply from " + name_ +
                      (garbled ? ", for it is no HTTP/1.1: " : ": ") + error.message();
    }
    return failed;
}

}  // namespace allot::http
