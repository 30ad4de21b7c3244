#include "connectors/simulated/server/identity_server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <exception>
#include <set>
#include <utility>

namespace allot::simulated {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr auto quietly = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds accept_pause{100};
constexpr std::uint32_t header_max = 16 * 1024;
constexpr std::uint64_t body_max = 16 * 1024;

/// What the accept loop and the connections keep alive among them.
struct listening {
    listening(asio::any_io_executor const& executor, tenant& of, clock& time)
        : served(of), clock_used(time), acceptor(executor) {}

    void stop() {
        error_code ignored;
        acceptor.close(ignored);
        for (auto const& one : sockets) one->close(ignored);
    }

    tenant& served;
    clock& clock_used;
    tcp::acceptor acceptor;
    std::set<std::shared_ptr<tcp::socket>> sockets;
};

http_request request_of(http::request<http::string_body>&& from) {
    http_request made;
    made.method = from.method_string();
    made.url = "http://" + std::string{from[http::field::host]} + std::string{from.target()};
    for (auto const& field : from) {
        made.headers.emplace_back(field.name_string(), field.value());
    }
    return made;
}

std::string text_of(http_response const& response) {
    auto text = "HTTP/1.1 " + std::to_string(response.status) + " ";
    text += http::obsolete_reason(http::int_to_status(static_cast<unsigned>(response.status)));
    text += "\r\n";
    for (auto const& [name, value] : response.headers) {
        text.append(name).append(": ").append(value).append("\r\n");
    }
    text += "Content-Length: " + std::to_string(response.body.size()) +
            "\r\nConnection: close\r\n\r\n" + response.body;
    return text;
}

asio::awaitable<void> serve_one(std::shared_ptr<listening> of, std::shared_ptr<tcp::socket> on) {
    boost::beast::flat_buffer buffer;
    http::request_parser<http::string_body> parser;
    parser.header_limit(header_max);
    parser.body_limit(body_max);
    auto const [unread, size] = co_await http::async_read(*on, buffer, parser, quietly);
    if (unread) co_return;
    auto const made = of->served.handle_identity(request_of(parser.release()), of->clock_used.now(),
                                                 of->clock_used.wall_now());
    auto const text = text_of(*made.response);
    co_await asio::async_write(*on, asio::buffer(text), quietly);
}

asio::awaitable<void> accept_all(std::shared_ptr<listening> of) {
    while (of->acceptor.is_open()) {
        auto [failed, socket] = co_await of->acceptor.async_accept(quietly);
        if (failed) {
            // The system may be out of descriptors for a while.
            if (of->acceptor.is_open()) {
                co_await of->clock_used.sleep_until(of->clock_used.now() + accept_pause);
            }
            continue;
        }
        auto const executor = socket.get_executor();
        auto const on = std::make_shared<tcp::socket>(std::move(socket));
        of->sockets.insert(on);
        asio::co_spawn(executor, serve_one(of, on), [of, on](std::exception_ptr const&) {
            error_code ignored;
            on->close(ignored);
            of->sockets.erase(on);
        });
    }
}

class listening_server final : public identity_server {
 public:
    explicit listening_server(std::shared_ptr<listening> of)
        : listening_(std::move(of)), endpoint_(listening_->acceptor.local_endpoint()) {}
    ~listening_server() override { listening_->stop(); }
    listening_server(listening_server const&) = delete;
    listening_server& operator=(listening_server const&) = delete;

    [[nodiscard]] std::string url() const override {
        auto const host = endpoint_.address().to_string();
        auto const shown = endpoint_.address().is_v6() ? "[" + host + "]" : host;
        return "http://" + shown + ":" + std::to_string(endpoint_.port());
    }
    void stop() override { listening_->stop(); }

 private:
    std::shared_ptr<listening> listening_;
    tcp::endpoint endpoint_;
};

}  // namespace

result<std::unique_ptr<identity_server>> make_identity_server(asio::any_io_executor executor,
                                                              tenant& of, clock& time,
                                                              std::string const& address) {
    auto const made = std::make_shared<listening>(executor, of, time);
    error_code wrong;
    tcp::endpoint const at{asio::ip::make_address(address, wrong), 0};
    if (!wrong) made->acceptor.open(at.protocol(), wrong);
    if (!wrong) made->acceptor.bind(at, wrong);
    if (!wrong) made->acceptor.listen(asio::socket_base::max_listen_connections, wrong);
    if (wrong || !at.address().is_loopback()) {
        failure failed;
        failed.message = "The simulated managed identity endpoint cannot listen on " + address +
                         ": " + wrong.message() + ".";
        return failed;
    }
    asio::co_spawn(executor, accept_all(made), [made](std::exception_ptr const&) {});
    std::unique_ptr<identity_server> running = std::make_unique<listening_server>(made);
    return running;
}

}  // namespace allot::simulated
