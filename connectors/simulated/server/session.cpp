#include "connectors/simulated/server/session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <utility>

#include "connectors/simulated/model/tenant_json.hpp"

namespace allot::simulated {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

/// Without it Beast asks for 512 bytes at a time, for ever.
constexpr std::size_t buffer_size = 64 * 1024;
constexpr std::uint32_t header_max = 64 * 1024;

constexpr auto quietly = asio::as_tuple(asio::use_awaitable);

http_request request_of(http::request<http::string_body>&& from) {
    http_request made;
    made.method = from.method_string();
    made.url = "https://" + std::string{from[http::field::host]} + std::string{from.target()};
    for (auto const& field : from) {
        made.headers.emplace_back(field.name_string(), field.value());
    }
    made.body = std::move(from.body());
    return made;
}

http_response plain_response(int status, std::string type, std::string body) {
    http_response made;
    made.status = status;
    made.headers.emplace_back("Content-Type", std::move(type));
    made.body = std::move(body);
    return made;
}

reply delivered(http_response response) {
    reply made;
    made.response = std::move(response);
    return made;
}

/// What is there to look at the simulation itself; empty for any other address.
std::optional<http_response> look_inside(http::request<http::string_body> const& request,
                                         tenant const& of) {
    if (!request.target().starts_with("/simulated/")) return std::nullopt;
    constexpr auto json = "application/json";
    bool const reads = request.method() == http::verb::get;
    if (reads && request.target() == "/simulated/counts") {
        return plain_response(200, json, to_json(of.counted()));
    }
    if (reads && request.target() == "/simulated/state") {
        return plain_response(200, json, to_json(of.describe()));
    }
    return plain_response(404, "text/plain",
                          "There are GET /simulated/counts and /simulated/state.\n");
}

/// The answer to what is no request, or one too large.
std::optional<int> status_for(error_code wrong) {
    if (wrong == http::error::body_limit) return 413;
    if (wrong == http::error::header_limit) return 431;
    bool const unread =
        wrong == http::error::end_of_stream || wrong == http::error::partial_message;
    if (unread || wrong.category() != make_error_code(http::error::bad_target).category()) {
        return std::nullopt;
    }
    return 400;
}

struct response_text {
    std::string text;
    std::size_t head_size = 0;
};

response_text text_of(http_response const& response, bool close) {
    response_text made;
    auto& text = made.text;
    text.reserve(1024 + response.body.size());
    text = "HTTP/1.1 " + std::to_string(response.status) + " ";
    text += http::obsolete_reason(http::int_to_status(static_cast<unsigned>(response.status)));
    text += "\r\n";
    for (auto const& [name, value] : response.headers) {
        text += name;
        text += ": ";
        text += value;
        text += "\r\n";
    }
    if (response.status != 204) {
        text += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
    }
    if (close) text += "Connection: close\r\n";
    text += "\r\n";
    made.head_size = text.size();
    text += response.body;
    return made;
}

}  // namespace

session::session(asio::ip::tcp::socket socket, asio::ssl::context& context, tenant& of, clock& time,
                 std::uint64_t body_max)
    : stream_(std::move(socket), context), tenant_(of), clock_(time), body_max_(body_max) {
    buffer_.reserve(buffer_size);
}

asio::awaitable<void> session::run() {
    auto const [failed] = co_await stream_.async_handshake(asio::ssl::stream_base::server, quietly);
    if (failed) co_return;
    while (!closed_) {
        bool const goes_on = co_await serve_one();
        if (!goes_on) break;
    }
    close();
}

void session::close() {
    closed_ = true;
    if (delay_) delay_->ring();
    error_code ignored;
    stream_.next_layer().close(ignored);
}

asio::awaitable<bool> session::serve_one() {
    http::request_parser<http::string_body> parser;
    parser.header_limit(header_max);
    parser.body_limit(body_max_);
    auto const [no_head, head_size] =
        co_await http::async_read_header(stream_, buffer_, parser, quietly);
    auto wrong = no_head;
    if (!wrong && parser.get()[http::field::expect] == "100-continue" && !parser.is_done()) {
        bool const asked = co_await send_text("HTTP/1.1 100 Continue\r\n\r\n");
        if (!asked) co_return false;
    }
    if (!wrong && !parser.is_done()) {
        auto const [no_body, size] = co_await http::async_read(stream_, buffer_, parser, quietly);
        wrong = no_body;
    }
    if (!wrong) co_return co_await answer(parser.release());
    auto const status = status_for(wrong);
    if (!status) co_return false;
    auto const refused = plain_response(*status, "text/plain", wrong.message() + "\n");
    bool const sent = co_await send_text(text_of(refused, true).text);
    if (sent) co_await hang_up();
    co_return false;
}

asio::awaitable<bool> session::answer(received request) {
    bool const keep_alive = request.keep_alive();
    bool const head_only = request.method() == http::verb::head;
    auto inside = look_inside(request, tenant_);
    auto made =
        inside ? delivered(std::move(*inside))
               : tenant_.handle(request_of(std::move(request)), clock_.now(), clock_.wall_now());
    if (made.how == delivery::silent) {
        co_await wait_for_the_end();
        co_return false;
    }
    if (made.delay > duration::zero()) {
        delay_ = clock_.make_alarm();
        co_await delay_->wait_until(clock_.now() + made.delay);
        delay_.reset();
        if (closed_) co_return false;
    }
    co_return co_await send(std::move(made), head_only, keep_alive);
}

asio::awaitable<bool> session::send(reply made, bool head_only, bool keep_alive) {
    if (made.how == delivery::reset_before) {
        reset();
        co_return false;
    }
    if (made.how == delivery::lost || !made.response) co_return false;
    bool const close = made.close || !keep_alive;
    auto [text, head_size] = text_of(*made.response, close);
    if (head_only) text.resize(head_size);
    if (made.how == delivery::reset_during) {
        text.resize(head_size + made.response->body.size() / 2);
        co_await send_text(std::move(text));
        reset();
        co_return false;
    }
    bool const sent = co_await send_text(std::move(text));
    if (sent && close) co_await shut_down();
    co_return sent && !close;
}

asio::awaitable<bool> session::send_text(std::string text) {
    auto const [failed, size] = co_await asio::async_write(stream_, asio::buffer(text), quietly);
    co_return !failed;
}

/// Says nothing until the client gives up.
asio::awaitable<void> session::wait_for_the_end() {
    while (!closed_) {
        buffer_.clear();
        auto const [ended, size] =
            co_await stream_.async_read_some(buffer_.prepare(buffer_size), quietly);
        if (ended) co_return;
    }
}

/// Says by TLS that it is over, and waits until the client has said so too.
asio::awaitable<void> session::shut_down() {
    co_await stream_.async_shutdown(quietly);
}

/// Ends our side and reads what is still coming: a socket closed with bytes unread resets the
/// connection, and the client would lose the answer.
asio::awaitable<void> session::hang_up() {
    error_code ignored;
    stream_.next_layer().shutdown(asio::socket_base::shutdown_send, ignored);
    while (!closed_) {
        buffer_.clear();
        auto const [ended, size] =
            co_await stream_.next_layer().async_read_some(buffer_.prepare(buffer_size), quietly);
        if (ended) co_return;
    }
}

/// Closes so that the client sees a reset rather than an end.
void session::reset() {
    error_code ignored;
    stream_.next_layer().set_option(asio::socket_base::linger(true, 0), ignored);
    close();
}

}  // namespace allot::simulated
