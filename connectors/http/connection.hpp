#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <memory>
#include <optional>
#include <string>
#include <tuple>

#include "connectors/http/dialing.hpp"
#include "connectors/http/inspection.hpp"
#include "connectors/http/request_text.hpp"
#include "connectors/http/tls_transport.hpp"

namespace allot::http {

/// One connection to one host, with TLS unless the destination is plain. One request at a time;
/// after a failure it is thrown away. Held by a shared_ptr, since its deadline looks whether it is
/// still there.
class connection : public std::enable_shared_from_this<connection> {
 public:
    connection(boost::asio::any_io_executor const& executor, boost::asio::ssl::context& context,
               tls_options const& options);

    /// Looks the name up, connects, by way of the proxy where there is one for it, does the
    /// handshake. Empty when all is well. `options` outlive it.
    boost::asio::awaitable<std::optional<transport_failure>> open(destination const& to);

    /// Sends the bytes of one request and reads the reply to it, whose body has at most `size_max`
    /// bytes. Each direction ends within `reply_timeout`, however slowly it trickles.
    boost::asio::awaitable<answer> exchange(std::string const& bytes, duration reply_timeout,
                                            std::uint64_t size_max);

    /// May be used for another request, as far as the reply before said.
    [[nodiscard]] bool reusable() const { return reusable_; }
    /// Nothing has come since: neither an end nor bytes that nobody asked for, be they in the
    /// socket or already taken out of it. What TLS says for itself (tickets) does not count.
    [[nodiscard]] bool silent();

    std::chrono::steady_clock::time_point idle_since{};

    // How the opening went.
    [[nodiscard]] std::string const& dialled() const { return dialled_; }
    [[nodiscard]] endpoints const& addresses() const { return addresses_; }
    [[nodiscard]] bool through_proxy() const { return through_proxy_; }
    [[nodiscard]] opening_stage stage() const { return stage_; }
    [[nodiscard]] std::optional<tls_facts> const& facts() const { return facts_; }

 private:
    using error_code = boost::system::error_code;

    boost::asio::awaitable<std::optional<transport_failure>> connect(destination const& to);
    boost::asio::awaitable<std::optional<transport_failure>> shake_hands(destination const& to);
    /// How many bytes were written, and the error that ended the writing.
    boost::asio::awaitable<std::tuple<error_code, std::size_t>> write(std::string const& bytes);
    boost::asio::awaitable<error_code> read(struct reply_parser& parser);
    boost::asio::awaitable<answer> read_reply(std::uint64_t size_max);
    answer taken_apart(struct reply_parser& parser);

    /// Closes the socket when `limit` has passed, unless disarmed before.
    void arm(duration limit);
    void disarm();
    [[nodiscard]] std::string words_for(error_code error, std::string_view on_timeout) const;
    [[nodiscard]] transport_failure failed_reply(error_code error, std::uint64_t size_max) const;

    tls_options const& options_;
    boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream_;
    bool plain_ = false;                ///< only the socket below the stream is used
    boost::beast::flat_buffer buffer_;  ///< kept from reply to reply
    boost::asio::steady_timer timer_;
    std::uint64_t round_ = 0;  ///< which arming of the timer counts
    bool timed_out_ = false;
    bool reusable_ = false;
    std::string name_;     ///< `host:port`
    std::string dialled_;  ///< whose name was looked up
    endpoints addresses_;
    bool through_proxy_ = false;
    opening_stage stage_ = opening_stage::lookup;
    std::optional<tls_facts> facts_;
};

}  // namespace allot::http
