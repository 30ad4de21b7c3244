#include "connectors/http/tunnel.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

namespace allot::http {

namespace asio = boost::asio;
namespace beast = boost::beast;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t page_max = 16 * 1024;  ///< of what a proxy says of its refusal

using parser = beast::http::response_parser<beast::http::string_body>;

std::string problem_of(boost::system::error_code error) {
    namespace http = beast::http;
    // Its deadline has closed the socket.
    if (error == asio::error::operation_aborted) return "gives no answer in time";
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
        return "sends headers without end";
    }
    if (error == http::error::end_of_stream || error == http::error::partial_message) {
        return "ended the connection instead of an answer: is that the port of an HTTP proxy?";
    }
    if (error.category() == http::make_error_code(http::error::bad_version).category()) {
        return "does not speak HTTP: is that the port of an HTTP proxy?";
    }
    return "gives no answer: " + error.message();
}

tunnel_refusal refusal_of(parser const& reply) {
    auto const& message = reply.get();
    tunnel_refusal refusal;
    refusal.status = static_cast<int>(message.result_int());
    refusal.words = std::string{message.reason().data(), message.reason().size()};
    for (auto const& field : message) {
        if (field.name() != beast::http::field::proxy_authenticate) continue;
        refusal.schemes.emplace_back(field.value().data(), field.value().size());
    }
    refusal.body = message.body();
    return refusal;
}

}  // namespace

asio::awaitable<std::optional<transport_failure>> open_tunnel(asio::ip::tcp::socket& socket,
                                                              destination const& to,
                                                              tls_options const& options) {
    auto const& proxy = *options.proxy;
    std::optional<transport_failure> failed;
    auto const who = "the proxy " + proxy.name() + " (from " + proxy.source + ") ";
    auto const text = connect_text(proxy, to.host, to.port, options.user_agent);
    auto const bytes = asio::buffer(text);
    auto [unsent, written] = co_await asio::async_write(socket, bytes, as_result);
    if (unsent) {
        failed = transport_failure{false, false, who + "takes no request: " + unsent.message()};
        co_return failed;
    }
    beast::flat_buffer buffer{options.header_max + page_max};
    parser reply;
    reply.header_limit(options.header_max);
    reply.body_limit(page_max);
    auto [error, size] = co_await beast::http::async_read_header(socket, buffer, reply, as_result);
    if (error) {
        failed = transport_failure{false, false, who + problem_of(error)};
        co_return failed;
    }
    auto const status = reply.get().result_int();
    if (status >= 200 && status < 300) {
        // Nobody in a tunnel for TLS speaks before the client does.
        if (buffer.size() > 0) {
            failed = transport_failure{false, false, who + "sends more than its answer"};
        }
        co_return failed;
    }
    // What it says further helps people; what of it cannot be read is not missed.
    co_await beast::http::async_read(socket, buffer, reply, as_result);
    // Who must be told a password, or forbids it, will say the same again.
    bool const permanent = status == 407 || status == 403 || status == 401;
    auto words = words_for(refusal_of(reply), proxy, to.name());
    failed = transport_failure{false, permanent, std::move(words)};
    co_return failed;
}

}  // namespace allot::http
