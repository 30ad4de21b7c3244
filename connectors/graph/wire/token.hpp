#pragma once

#include <string>
#include <string_view>

#include "connectors/graph/wire/secret.hpp"
#include "connectors/port/directory_words.hpp"
#include "connectors/port/message.hpp"
#include "connectors/port/time.hpp"

/// Sign-in by client credentials.
/// Source: learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow.
namespace allot::graph::wire {

/// How an application proves who it is.
enum class credential_kind { client_secret, certificate, federated_token, managed_identity };

/// `a client secret`, `a managed identity`.
std::string_view name(credential_kind of);

/// Who signs in, and where. The URLs are roots without a path.
struct sign_in_as {
    std::string_view login_url;
    std::string_view graph_url;  ///< the token is for this one
    std::string_view tenant;     ///< GUID or domain
    std::string_view client_id;
    std::string_view client_secret;
    /// A signed or federated JSON Web Token, in place of the secret; empty: the secret.
    std::string_view client_assertion = {};
    /// A JSON object that answers a claims challenge; empty: none.
    std::string_view claims = {};
};

/// Bytes of the reply to a request of a token that are read. An honest one has 2 to 10 KB.
inline constexpr std::uint64_t token_reply_size_max = 256ULL * 1024;

/// Where tokens are had; also whom a client assertion is for.
std::string token_url(std::string_view login_url, std::string_view tenant);

/// For every kind but managed identities, which ask elsewhere: `identity.hpp`.
http_request token_request(sign_in_as const& who);

/// A token, or why there is none: `stopped` with `sign_in_refused` when the service said no (the
/// detail says what to do) or grants a kind of token that Graph is not asked with, `stopped` with
/// `service_error` when what answered is no sign-in service, else `transient`.
struct token_reading {
    outcome how;
    secret token;         ///< filled only when `how.kind` is done
    duration lifetime{};  ///< from the sending of the request on; positive when done
};

/// Of either service; `with` is what was presented, and is named in a refusal.
token_reading read_token(http_response const& reply, wall_time wall_now,
                         credential_kind with = credential_kind::client_secret);

}  // namespace allot::graph::wire
