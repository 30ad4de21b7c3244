#pragma once

#include <optional>
#include <string>

#include "config/settings.hpp"

/// The client secret: found, checked, never shown.
namespace allot::config {

/// A place where the secret was said to be.
struct secret_place {
    std::string source;  ///< who says so: `--client-secret-file`, `ALLOT_CLIENT_SECRET`
    std::string text;    ///< the file's path, or the secret itself
    bool is_file = true;
};

/// The secret from that place; a failure names the source, and neither path nor contents.
result<std::string> read_secret(surroundings const& from, secret_place const& place);

/// The secret from the variables `ALLOT_CLIENT_SECRET` or `ALLOT_CLIENT_SECRET_FILE`; both at once
/// are a failure.
result<std::optional<std::string>> secret_from_variables(surroundings const& from);

/// The secret that systemd (`$CREDENTIALS_DIRECTORY/client_secret`) or the Azure tools
/// (`AZURE_CLIENT_SECRET`) hand over; empty when they do not.
result<std::optional<std::string>> secret_from_ecosystem(surroundings const& from);

/// One failure that lists all that is missing to sign in and where each can be set; success when
/// nothing is.
result<void> check_complete(connection const& to, surroundings const& from);

}  // namespace allot::config
