#pragma once

#include <string>
#include <string_view>

/// Where things are in Microsoft Graph: paths, escaping, and which addresses are the service's own.
namespace allot::graph::wire {

/// The path of a user below the version, escaped for a URL and for the `url` of a batch part:
/// `/users/ana%23EXT%23@contoso.example`. A user that could be taken for something else (`$…`,
/// `..`, `delta`) is written `/users('…')`. Source: learn.microsoft.com/graph/api/user-get
/// ("userPrincipalName begins with $").
std::string user_path(std::string_view user);

/// The text with every apostrophe doubled, as inside OData's quotes.
std::string doubled_quotes(std::string_view text);

/// Text as one segment of a path: all but letters, digits, `-._~`, `@` and `$` is percent-encoded.
std::string escaped_segment(std::string_view text);

/// True when `url` is on the very scheme, host and port of `root` (a root without a path), and made
/// of nothing but printable characters: only then may the token be sent to it.
bool same_origin(std::string_view url, std::string_view root);

}  // namespace allot::graph::wire
