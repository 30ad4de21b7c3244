#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace allot::simulated {

/// A URL or a batch part's relative address, taken apart. Views into what it was made of.
struct address {
    std::string_view root;   ///< `https://graph.microsoft.com`; empty for a relative one
    std::string_view path;   ///< `/v1.0/users`; begins with a slash unless the address does not
    std::string_view query;  ///< without the question mark
};

/// A `#` and what follows is not sent by any client, so it is cut off.
address split_address(std::string_view url);

/// Undoes percent-encoding (RFC 3986); empty when a `%` is not followed by two hexadecimal digits.
std::optional<std::string> percent_decoded(std::string_view text);

/// ASCII letters in lower case; the rest as it is.
std::string lower(std::string_view text);
bool equal_whatever_case(std::string_view one, std::string_view other);

/// The value of a query option, its name compared after decoding, the value as it stands there.
std::optional<std::string_view> query_value(std::string_view query, std::string_view name);

/// True when every option of the query (`$top`) is one of `names`.
bool has_only(std::string_view query, std::initializer_list<std::string_view> names);

}  // namespace allot::simulated
