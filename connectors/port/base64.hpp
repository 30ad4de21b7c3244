#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace allot {

/// The bytes in the URL-safe alphabet without padding (RFC 4648, section 5), as JSON Web Tokens
/// have it.
std::string base64url(std::string_view bytes);

/// The bytes behind base64 or base64url, with or without padding. Anything else, also a last
/// character that says more than whole bytes: empty.
std::optional<std::string> parse_base64(std::string_view text);

}  // namespace allot
