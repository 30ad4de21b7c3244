#pragma once

#include <optional>
#include <string>

#include "config/settings.hpp"

/// Client secrets and passwords: found, checked, never shown.
namespace allot::config {

/// A place where the secret was said to be.
struct secret_place {
    std::string source;  ///< who says so: `--client-secret-file`, `ALLOT_CLIENT_SECRET`
    std::string text;    ///< the file's path, or the secret itself
    bool is_file = true;
};

/// The secret, or a token, from that place; a failure names the source, and neither path nor
/// contents.
result<std::string> read_secret(surroundings const& from, secret_place const& place);

/// A password from that place: as a secret, but it may have any character but line breaks.
result<std::string> read_password(surroundings const& from, secret_place const& place);

struct found_secret {
    std::string source;
    std::string value;
};

/// The secret that systemd (`$CREDENTIALS_DIRECTORY/client_secret`) or the Azure tools
/// (`AZURE_CLIENT_SECRET`) hand over; empty when they do not.
result<std::optional<found_secret>> secret_from_ecosystem(surroundings const& from);

/// One failure that lists all that is missing to sign in in the way that was chosen, and where each
/// can be set; success when nothing is.
result<void> check_complete(connection const& to);

}  // namespace allot::config
