#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "connectors/graph/client/client.hpp"
#include "connectors/graph/wire/claims.hpp"
#include "connectors/port/message.hpp"

/// For this folder only.
namespace allot::graph {

/// The outcome of a request without a reply.
outcome unanswered(transport_failure const& failed, bool writes);

/// The token and its renewal, and requests with what goes along with each of them.
class session {
 public:
    session(client_options options, http::transport& through, clock& time);

    [[nodiscard]] client_options const& options() const { return options_; }
    [[nodiscard]] wall_time wall_now() const { return time_.wall_now(); }

    /// Sees to it that `send` has a token. Empty when it has; else why not: `stopped` or
    /// `transient`.
    boost::asio::awaitable<std::optional<outcome>> have_token();
    /// Which token it is; a new one has a new number.
    [[nodiscard]] std::uint64_t token_number() const { return token_number_; }
    /// For how long it is still good, and the permissions that it tells of (wire::read_roles).
    [[nodiscard]] duration token_lifetime() const { return expires_at_ - time_.now(); }
    [[nodiscard]] std::optional<std::vector<std::string>> token_roles() const {
        return wire::read_roles(token_.reveal());
    }
    /// The service said 401 to this token: the next request needs another one, with these claims (a
    /// JSON object; empty: none were asked for). Does nothing when it was replaced already, so that
    /// many refusals make one renewal.
    void reject(std::uint64_t token_number, std::string const& claims);

    /// Sends with the token. Only for addresses below the Graph URL. A reply that repeats the token
    /// comes without it.
    boost::asio::awaitable<http::answer> send(http_request request, std::string client_request_id);

    /// A random GUID, version 4.
    std::string fresh_id();

 private:
    class renewal;

    /// A reply to a request of a token, and when that was sent.
    struct token_reply {
        http::answer came;
        time_point sent;
    };

    boost::asio::awaitable<void> renew();
    boost::asio::awaitable<token_reply> ask_identity();
    void withhold_sent(std::string& text, std::string_view form) const;
    result<http_request> login_request();
    boost::asio::awaitable<token_reply> ask_login(http_request request);
    void settle(wire::secret token, duration lifetime, time_point sent);
    void settle_failure(outcome failed);
    void wake_all();

    client_options options_;
    http::transport& through_;
    clock& time_;
    std::mt19937_64 random_;

    wire::secret token_;  ///< empty: none
    std::uint64_t token_number_ = 0;
    time_point renew_at_{};
    time_point expires_at_{};
    std::string claims_;  ///< that sign-ins send since a challenge asked for them

    bool renewing_ = false;
    std::vector<std::weak_ptr<alarm>> waiting_;  ///< for the renewal in flight

    std::optional<outcome> failure_;  ///< of the last renewal
    unsigned failures_ = 0;           ///< in a row
    time_point hold_until_{};         ///< no renewal is tried before it
};

}  // namespace allot::graph
