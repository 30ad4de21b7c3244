#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"

/// Which way of signing in counts, when several places name one.
namespace allot::config {

/// A setting as it was found.
struct said {
    std::string source;  ///< `--client-secret-file`, `ALLOT_CLIENT_SECRET`, `allot.conf:7: auth`
    std::string value;
};

/// What one place says about signing in, by the option's name; a secret that stands in a variable
/// itself is `client-secret`.
struct sign_in_place {
    bool flags = false;
    std::map<std::string, said, std::less<>> by_name;
};

/// Whether the option is one of those that `sign_in_place` holds.
bool about_sign_in(std::string_view option_name);

/// Chooses the kind of credential and fills in what it needs: allot's own places, the strongest
/// first; then systemd's and the Azure tools' in the order of their DefaultAzureCredential. `auth`
/// stays automatic when nothing was found. A failure names two kinds in one place, an unreadable
/// file, a variable that makes no sense.
result<void> choose_sign_in(std::vector<sign_in_place> const& strongest_first,
                            surroundings const& from, connection& into);

/// `secret`, `managed-identity`: as it is written.
std::string_view name(auth_kind of);

}  // namespace allot::config
