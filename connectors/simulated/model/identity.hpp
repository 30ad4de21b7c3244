#pragma once

#include <string_view>

#include "connectors/port/message.hpp"
#include "connectors/simulated/model/login.hpp"

namespace allot::simulated {

/// What the managed identity endpoint hands out.
struct identity_terms {
    std::string_view client_id;  ///< of the identity, whether the caller names it or not
    std::string_view header;     ///< what a caller of App Service must send
    duration token_lifetime;
};

/// Answers as a virtual machine does at `GET /metadata/identity/oauth2/token`, and as App Service
/// does at `GET /msi/token`: each insists on its header and its version, and writes numbers as text
/// (graph-facts 6.4).
http_response answer_identity(http_request const& request, identity_terms const& terms,
                              tokens& issued, random& from, time_point now, wall_time wall);

}  // namespace allot::simulated
