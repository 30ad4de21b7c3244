#pragma once

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "certificates.hpp"
#include "connectors/http/tls_transport.hpp"

/// A small TLS server on loopback that does what a test tells it, on the test's own io_context.
namespace servers {

namespace asio = boost::asio;
using asio::ip::tcp;

enum class then {
    keep,       ///< wait for the next request
    shut_down,  ///< end TLS and the connection as one should
    cut,        ///< end the connection without a word of TLS
    silence,    ///< say nothing more
    drip,       ///< send `bytes` again and again, each byte by itself and after a while
    flood       ///< send `bytes` again and again until nobody takes them
};

struct step {
    std::string bytes;
    then next = then::keep;
    /// Goes out in the same packet, in a record of TLS of its own.
    std::string unasked = {};
};

/// A request as it came.
struct seen {
    std::size_t connection = 0;  ///< counted from 0
    std::string text;
};

/// What the coroutines of a server share.
struct state {
    explicit state(asio::io_context& io) : acceptor(io, {asio::ip::address_v4::loopback(), 0}) {}

    tcp::acceptor acceptor;
    asio::ssl::context context{asio::ssl::context::tls_server};
    std::function<step(seen const&)> answers;
    bool shakes_hands = true;
    std::optional<step> instead_of_tls;  ///< what the socket gets in place of a handshake
    bool reads = true;
    std::vector<seen> requests;
    std::vector<std::string> names_asked;  ///< by SNI; empty where none came
    std::size_t connections = 0;
    std::size_t open = 0;
    std::size_t open_max = 0;
};

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
using tls_stream = asio::ssl::stream<tcp::socket>;

inline std::size_t body_size(std::string const& head) {
    constexpr std::string_view name = "Content-Length: ";
    auto const at = head.find(name);
    return at == std::string::npos ? 0 : std::stoul(head.substr(at + name.size()));
}

/// One request, head and body; empty when the connection ended.
inline asio::awaitable<std::string> read_request(tls_stream& stream) {
    std::string text;
    auto [error, size] =
        co_await asio::async_read_until(stream, asio::dynamic_buffer(text), "\r\n\r\n", as_result);
    if (error) co_return std::string{};
    auto const whole = size + body_size(text);
    if (text.size() < whole) {
        auto const have = text.size();
        text.resize(whole);
        auto const rest = asio::buffer(text.data() + have, whole - have);
        co_await asio::async_read(stream, rest, as_result);
    }
    co_return text;
}

template <class Stream>
asio::awaitable<void> drip(Stream& stream, std::string const& bytes) {
    asio::steady_timer pause{stream.get_executor()};
    for (std::size_t at = 0;; at = (at + 1) % bytes.size()) {
        auto const byte = asio::buffer(bytes.data() + at, 1);
        auto [error, size] = co_await asio::async_write(stream, byte, as_result);
        if (error) co_return;
        pause.expires_after(std::chrono::milliseconds{2});
        co_await pause.async_wait(as_result);
    }
}

/// Holds back what is written until it is let go, so that it goes as one packet.
inline void cork(tls_stream& stream, int held) {
    setsockopt(stream.next_layer().native_handle(), IPPROTO_TCP, TCP_CORK, &held, sizeof held);
}

/// False when the connection has come to its end.
inline asio::awaitable<bool> carry_out(tls_stream& stream, step const& what) {
    if (what.next == then::drip) {
        co_await drip(stream, what.bytes);
        co_return false;
    }
    if (!what.unasked.empty()) cork(stream, 1);
    do {
        auto const bytes = asio::buffer(what.bytes);
        auto [error, size] = co_await asio::async_write(stream, bytes, as_result);
        if (error) co_return false;
    } while (what.next == then::flood);
    if (!what.unasked.empty()) {
        auto const bytes = asio::buffer(what.unasked);
        co_await asio::async_write(stream, bytes, as_result);
        cork(stream, 0);
    }
    if (what.next == then::silence) {
        asio::steady_timer never{stream.get_executor(), asio::steady_timer::time_point::max()};
        co_await never.async_wait(as_result);
    }
    if (what.next == then::shut_down) {
        // One that does not wait for the client's own end, which comes late where it keeps
        // connections.
        SSL_set_shutdown(stream.native_handle(), SSL_RECEIVED_SHUTDOWN);
        co_await stream.async_shutdown(as_result);
        stream.next_layer().close();
    }
    if (what.next == then::cut) stream.next_layer().close();
    co_return what.next == then::keep;
}

inline asio::awaitable<void> serve(std::shared_ptr<state> of, tcp::socket socket) {
    auto const number = of->connections++;
    if (!of->shakes_hands) {
        asio::steady_timer never{socket.get_executor(), asio::steady_timer::time_point::max()};
        co_await never.async_wait(as_result);
    }
    if (of->instead_of_tls) {
        auto const bytes = asio::buffer(of->instead_of_tls->bytes);
        co_await asio::async_write(socket, bytes, as_result);
        auto const next = of->instead_of_tls->next;
        if (next == then::cut) co_return;
        asio::steady_timer never{socket.get_executor(), asio::steady_timer::time_point::max()};
        if (next == then::drip) {
            co_await drip(socket, of->instead_of_tls->bytes);
        } else {
            co_await never.async_wait(as_result);
        }
    }
    tls_stream stream{std::move(socket), of->context};
    auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, as_result);
    if (error) co_return;
    auto const* const name = SSL_get_servername(stream.native_handle(), TLSEXT_NAMETYPE_host_name);
    of->names_asked.emplace_back(name == nullptr ? "" : name);
    ++of->open;
    of->open_max = std::max(of->open_max, of->open);
    if (!of->reads) {
        asio::steady_timer never{stream.get_executor(), asio::steady_timer::time_point::max()};
        co_await never.async_wait(as_result);
    }
    for (bool going_on = true; going_on;) {
        seen request;
        request.connection = number;
        request.text = co_await read_request(stream);
        if (request.text.empty()) break;
        of->requests.push_back(request);
        auto const what = of->answers(request);
        going_on = co_await carry_out(stream, what);
    }
    --of->open;
}

inline asio::awaitable<void> accept(std::shared_ptr<state> of) {
    for (;;) {
        auto [error, socket] = co_await of->acceptor.async_accept(as_result);
        if (error) co_return;
        auto const nothing = [](std::exception_ptr) {};
        asio::co_spawn(of->acceptor.get_executor(), serve(of, std::move(socket)), nothing);
    }
}

/// A server with a certificate for `names`, and a transport that trusts the one who signed it.
class bench {
 public:
    explicit bench(std::string const& names = "DNS:localhost,IP:127.0.0.1", long days = 1)
        : authority(certificates::make("test authority", "", nullptr)),
          trusted(authority),
          server(std::make_shared<state>(io)) {
        auto const own = certificates::make("server", names, &authority, days);
        SSL_CTX_use_certificate(server->context.native_handle(), own.certificate.get());
        SSL_CTX_use_PrivateKey(server->context.native_handle(), own.key.get());
        options.ca_file = trusted.path();
        auto const nothing = [](std::exception_ptr) {};
        asio::co_spawn(io, accept(server), nothing);
    }
    bench(bench const&) = delete;
    bench& operator=(bench const&) = delete;

    /// The server says the same to everyone.
    void answer_all(std::string bytes, then next = then::keep) {
        server->answers = [bytes, next](seen const&) { return step{bytes, next}; };
    }

    [[nodiscard]] std::string url(std::string const& host = "localhost") const {
        return "https://" + host + ":" + std::to_string(server->acceptor.local_endpoint().port()) +
               "/v1.0/x?y=z";
    }
    [[nodiscard]] allot::http_request get(std::string const& host = "localhost") const {
        allot::http_request made;
        made.url = url(host);
        return made;
    }
    void make_transport() {
        auto made = allot::http::make_tls_transport(io.get_executor(), options);
        REQUIRE(made.has_value());
        transport = std::move(*made);
    }
    void start(allot::http_request request, std::optional<allot::http::answer>& to) {
        if (!transport) make_transport();
        asio::co_spawn(io, transport->send(std::move(request)),
                       [&to](std::exception_ptr thrown, allot::http::answer value) {
                           if (thrown) std::rethrow_exception(thrown);
                           to = std::move(value);
                       });
    }
    allot::http::answer send(allot::http_request request) {
        std::optional<allot::http::answer> made;
        start(std::move(request), made);
        while (!made) io.run_one();
        return *std::move(made);
    }
    /// Lets everything happen that can happen until `condition` holds.
    template <class Condition>
    void run_until(Condition condition) {
        while (!condition()) io.run_one();
    }

    asio::io_context io{1};
    certificates::identity authority;
    certificates::ca_file trusted;
    std::shared_ptr<state> server;
    allot::http::tls_options options;
    std::unique_ptr<allot::http::transport> transport;
};

}  // namespace servers
