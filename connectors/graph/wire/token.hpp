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

/// Who signs in, and where. The URLs are roots without a path.
struct sign_in_as {
    std::string_view login_url;
    std::string_view graph_url;  ///< the token is for this one
    std::string_view tenant;     ///< GUID or domain
    std::string_view client_id;
    std::string_view client_secret;
};

http_request token_request(sign_in_as const& who);

/// A token, or why there is none: `stopped` with `sign_in_refused` when the service said no (the
/// detail says what to do), `stopped` with `service_error` when what answered is no sign-in
/// service, else `transient`.
struct token_reading {
    outcome how;
    secret token;         ///< filled only when `how.kind` is done
    duration lifetime{};  ///< from the sending of the request on; positive when done
};

token_reading read_token(http_response const& reply, wall_time wall_now);

}  // namespace allot::graph::wire
