#include "connectors/http/connection.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <vector>

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

/// A name lookup that can be given up: the system's own cannot be interrupted, so it goes on by
/// itself and finds that nobody waits.
struct lookup {
    explicit lookup(asio::any_io_executor const& executor) : resolver(executor), done(executor) {}

    tcp::resolver resolver;
    asio::steady_timer done;
    bool finished = false;
    boost::system::error_code error;
    std::vector<tcp::endpoint> found;
};

void start(std::shared_ptr<lookup> const& state, destination const& to, duration limit) {
    state->done.expires_after(limit);
    state->resolver.async_resolve(to.host, to.port,
                                  [state](boost::system::error_code error, auto const& results) {
                                      state->finished = true;
                                      state->error = error;
                                      for (auto const& each : results)
                                          state->found.push_back(each.endpoint());
                                      state->done.cancel();
                                  });
}

transport_failure not_sent(std::string what) {
    return {false, false, std::move(what)};
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
    auto failed = co_await connect(to);
    plain_ = to.plain;
    if (!failed && !plain_) failed = co_await shake_hands(to);
    co_return failed;
}

asio::awaitable<std::optional<transport_failure>> connection::connect(destination const& to) {
    std::optional<transport_failure> failed;
    auto const started = std::chrono::steady_clock::now();
    auto const state = std::make_shared<lookup>(stream_.get_executor());
    boost::system::error_code not_an_address;
    auto const address = asio::ip::make_address(to.host, not_an_address);
    if (!not_an_address) {
        auto const port = static_cast<std::uint16_t>(std::stoul(to.port));
        state->found.emplace_back(address, port);
    } else {
        start(state, to, options_.connect_timeout);
        co_await state->done.async_wait(as_result);
        if (!state->finished) {
            state->resolver.cancel();
            failed = not_sent("cannot look up " + to.host + ": no answer in time");
            co_return failed;
        }
        if (state->error) {
            failed = not_sent("cannot look up " + to.host + ": " + state->error.message());
            co_return failed;
        }
    }
    arm(options_.connect_timeout - (std::chrono::steady_clock::now() - started));
    auto [error, endpoint] =
        co_await asio::async_connect(stream_.next_layer(), state->found, as_result);
    disarm();
    if (error || timed_out_) {
        failed =
            not_sent("cannot connect to " + name_ + ": " + words_for(error, "no answer in time"));
        co_return failed;
    }
    boost::system::error_code ignored;  // without it, replies are only a little slower
    stream_.next_layer().set_option(tcp::no_delay{true}, ignored);
    co_return failed;
}

asio::awaitable<std::optional<transport_failure>> connection::shake_hands(destination const& to) {
    std::optional<transport_failure> failed;
    if (!expect_host(stream_.native_handle(), to.host)) {
        failed = not_sent("cannot prepare TLS for " + name_);
        co_return failed;
    }
    arm(options_.handshake_timeout);
    auto [error] = co_await stream_.async_handshake(asio::ssl::stream_base::client, as_result);
    disarm();
    if (!error && !timed_out_) co_return failed;
    // The verdict, not the error: that can be any that OpenSSL met on the way to it.
    auto const verdict = SSL_get_verify_result(stream_.native_handle());
    if (verdict != X509_V_OK) {
        failed = not_sent("the certificate of " + name_ +
                          " is not accepted: " + X509_verify_cert_error_string(verdict) +
                          "; if a proxy with a CA of its own is between, give its CA file");
        failed->permanent = true;
    } else {
        failed = not_sent("no TLS with " + name_ + ": " + words_for(error, "no answer in time"));
    }
    co_return failed;
}

asio::awaitable<answer> connection::exchange(std::string const& bytes, duration reply_timeout) {
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
    auto read = co_await read_reply();
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

asio::awaitable<answer> connection::read_reply() {
    for (int replies = 0; replies <= interim_replies_max; ++replies) {
        reply_parser parser;
        parser.header_limit(options_.header_max);
        parser.body_limit(options_.body_max);
        auto const error = co_await read(parser);
        // A reply that arrived whole counts, even when the deadline passed in the same moment.
        if (error) co_return failed_reply(error);
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
    socket.non_blocking(true, error);
    if (error) return false;
    char byte = 0;
    auto const peeked = asio::buffer(&byte, 1);
    socket.receive(peeked, tcp::socket::message_peek, error);
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

transport_failure connection::failed_reply(error_code error) const {
    namespace http = beast::http;
    transport_failure failed;
    if (timed_out_) {
        failed.what = "no whole reply from " + name_ + " in time";
    } else if (error == http::error::header_limit || error == http::error::buffer_overflow) {
        failed.what = "the reply from " + name_ + " has headers without end";
    } else if (error == http::error::body_limit) {
        failed.what = "the reply from " + name_ + " is larger than is read";
    } else if (error == http::error::end_of_stream || error == asio::ssl::error::stream_truncated ||
               error == http::error::partial_message) {
        failed.what = "the connection to " + name_ + " ended before the reply did";
    } else {
        failed.what = "no usable reply from " + name_ + ": " + error.message();
    }
    return failed;
}

}  // namespace allot::http
