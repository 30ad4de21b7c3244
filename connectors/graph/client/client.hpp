#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "connectors/graph/wire/secret.hpp"
#include "connectors/http/transport.hpp"
#include "connectors/port/clock.hpp"
#include "connectors/port/directory.hpp"

namespace allot::graph {

class session;

struct client_options {
    std::string graph_url;  ///< root without a path: `https://graph.microsoft.com`
    std::string login_url;  ///< root without a path: `https://login.microsoftonline.com`
    std::string tenant;     ///< GUID or domain
    std::string client_id;
    wire::secret client_secret;
    duration reply_timeout = std::chrono::seconds{60};  ///< for each request
    std::uint64_t seed = 0;  ///< of the ids that go with the requests; random in earnest
};

/// A tenant behind Microsoft Graph. It signs in by client credentials when first needed, renews the
/// token ahead of its end, and once more when the service says 401; then only what got the 401 is
/// sent again. Everything else is sent once. One thread. Transport and clock outlive its work; work
/// that is abandoned (its io_context ends) may be destroyed after all three.
class client final : public directory {
 public:
    client(client_options options, http::transport& through, clock& time);
    ~client() override;

    boost::asio::awaitable<reading<std::vector<subscription>>> read_subscriptions() override;
    boost::asio::awaitable<reading<user_page>> read_users(std::string from) override;
    boost::asio::awaitable<reading<user_changes>> read_changes(std::string from) override;
    boost::asio::awaitable<std::vector<outcome>> perform(
        std::vector<operation> operations) override;

 private:
    std::shared_ptr<session> session_;  ///< shared with the work in flight
};

}  // namespace allot::graph
