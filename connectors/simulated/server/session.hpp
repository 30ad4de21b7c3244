#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <memory>
#include <string>

#include "connectors/port/clock.hpp"
#include "connectors/simulated/model/tenant.hpp"
#include "connectors/simulated/server/server.hpp"

namespace allot::simulated {

/// One connection of a client. Held by a shared_ptr for as long as its coroutine runs.
class session {
 public:
    session(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context& context, tenant& of,
            clock& time, std::uint64_t body_max);

    /// Serves requests until either side has had enough.
    boost::asio::awaitable<void> run();
    /// Closes the connection; `run` then returns soon.
    void close();

 private:
    using received = boost::beast::http::request<boost::beast::http::string_body>;

    boost::asio::awaitable<bool> serve_one();
    boost::asio::awaitable<bool> answer(received request);
    boost::asio::awaitable<bool> send(reply made, bool head_only, bool keep_alive);
    boost::asio::awaitable<bool> send_text(std::string text);
    boost::asio::awaitable<void> wait_for_the_end();
    boost::asio::awaitable<void> shut_down();
    boost::asio::awaitable<void> hang_up();
    void reset();

    boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream_;
    boost::beast::flat_buffer buffer_;  ///< kept from request to request
    tenant& tenant_;
    clock& clock_;
    std::unique_ptr<alarm> delay_;
    std::uint64_t body_max_;
    bool closed_ = false;
};

}  // namespace allot::simulated
