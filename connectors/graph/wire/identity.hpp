#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "connectors/graph/wire/secret.hpp"
#include "connectors/port/message.hpp"
#include "connectors/port/time.hpp"

/// Managed identities: Azure itself signs the machine or the app in, and hands the token out at an
/// address that only this machine can reach.
/// Source:
/// learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token,
/// learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference.
namespace allot::graph::wire {

struct identity_endpoint {
    /// Of a virtual machine and its like, a root: `http://169.254.169.254`. Of App Service and its
    /// like, the whole address.
    std::string url;
    bool app_service = false;
    secret header;  ///< what App Service wants to see; empty for the other kind
};

/// `client_id` names a user-assigned identity; empty: the machine's own.
http_request identity_request(identity_endpoint const& of, std::string_view graph_url,
                              std::string_view client_id);

/// How long to wait before the next try; empty: give up. `tries` (from 1) were made, the last one
/// came to `status` (0: no reply); `since_first` has passed since the first was sent.
std::optional<duration> identity_retry(int tries, int status, duration since_first);

}  // namespace allot::graph::wire
