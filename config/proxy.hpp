#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/settings.hpp"

/// The HTTP proxy on the way to the services: found, checked, its password never shown.
namespace allot::config {

/// `http://[USER[:PASSWORD]@]HOST[:PORT]`, user and password percent-encoded where they must be,
/// the scheme left out at will, the port 80 if it is not given; or `none`. Stores what it read, or
/// says what is wrong with it and the mend, to follow the value.
std::optional<std::string> store_proxy(proxy_server& into, std::string_view text);

/// What no setting of allot's own has decided: the proxy of `https_proxy`, `HTTPS_PROXY`,
/// `all_proxy`, `ALL_PROXY` (the first that is set, as curl has it), for what is not on this
/// machine; then the password of `ALLOT_PROXY_PASSWORD` or `ALLOT_PROXY_PASSWORD_FILE`, and what
/// `no_proxy` or `NO_PROXY` excepts. Errors: a value that cannot be used.
result<void> complete_proxy(proxy_server& into, surroundings const& from);

}  // namespace allot::config
