#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/graph/wire/assertion.hpp"
#include "connectors/graph/wire/identity.hpp"
#include "connectors/graph/wire/secret.hpp"
#include "connectors/graph/wire/token.hpp"
#include "connectors/http/transport.hpp"
#include "connectors/port/clock.hpp"
#include "connectors/port/directory.hpp"
#include "connectors/port/result.hpp"

namespace allot::graph {

class session;

/// How a sign-in went, and what the token tells of itself.
struct sign_in_trial {
    outcome how;  ///< done, or why there is no token
    duration lifetime{};
    /// The permissions that it grants; empty: it does not tell.
    std::optional<std::vector<std::string>> roles;
};

/// Makes what proves who we are for one request of a token: signs the claims, or reads a federated
/// token anew. A failure's sentence stops the run.
using assertion_maker = std::function<result<wire::secret>(wire::assertion_claims const&)>;

struct client_options {
    std::string graph_url;  ///< root without a path: `https://graph.microsoft.com`
    std::string login_url;  ///< root without a path: `https://login.microsoftonline.com`
    std::string tenant;     ///< GUID or domain
    std::string client_id;  ///< for a managed identity: empty for the machine's own
    /// How it signs in. What belongs to other kinds stays empty.
    wire::credential_kind signs_in_with = wire::credential_kind::client_secret;
    std::string
        credential_source;  ///< what named it: `AZURE_CLIENT_SECRET`; for messages; or empty
    wire::secret client_secret;
    assertion_maker assertion;                          ///< certificate, federated token
    wire::identity_endpoint identity;                   ///< managed identity
    duration reply_timeout = std::chrono::seconds{60};  ///< for each request
    std::uint64_t seed = 0;  ///< of the ids that go with the requests; random in earnest
};

/// A tenant behind Microsoft Graph. It signs in when first needed, renews the token ahead of its
/// end, and once more when the service says 401, with the claims that a challenge asks for; then
/// only what got the 401 is sent again. Everything else is sent once, but for a managed identity's
/// endpoint, which has rules of its own (`identity.hpp`). One thread. Transport and clock outlive
/// its work; work that is abandoned (its io_context ends) may be destroyed after all three.
class client final : public directory {
 public:
    client(client_options options, http::transport& through, clock& time);
    ~client() override;

    /// Signs in, where it has not, to see whether that works.
    boost::asio::awaitable<sign_in_trial> try_sign_in();

    boost::asio::awaitable<reading<std::vector<subscription>>> read_subscriptions() override;
    boost::asio::awaitable<reading<user_page>> read_users(std::string from) override;
    boost::asio::awaitable<reading<std::vector<group>>> find_groups(std::string name) override;
    boost::asio::awaitable<reading<user_page>> read_members(group_id of, bool in_error,
                                                            std::string from) override;
    boost::asio::awaitable<reading<user_changes>> read_changes(std::string from) override;
    boost::asio::awaitable<std::vector<outcome>> perform(
        std::vector<operation> operations) override;

 private:
    std::shared_ptr<session> session_;  ///< shared with the work in flight
};

}  // namespace allot::graph
