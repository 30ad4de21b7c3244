#pragma once

#include "config/settings.hpp"
#include "connectors/graph/client/client.hpp"

namespace allot::commands {

/// Fills in how the client signs in: what `where` chose, read and checked. Says on stderr when the
/// certificate ends soon or its key can be read by others.
///
/// Errors: `invalid_input`, with the setting that names it, for a file that is missing or cannot be
/// used, a wrong password, a certificate that does not hold now.
result<void> set_sign_in(graph::client_options& to, config::connection const& where, wall_time now);

}  // namespace allot::commands
