#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "connectors/port/message.hpp"

/// Requests as bytes. For this folder only.
namespace allot::http {

/// An `https` URL, taken apart.
struct destination {
    std::string host;    ///< in lower case; an IPv6 address without its brackets
    std::string port;    ///< 1 to 65535
    std::string target;  ///< path and query

    /// `host:port`, for people and as the pool's key.
    [[nodiscard]] std::string name() const;
};

/// Empty when the URL is not `https`, names a login, or holds what no URL may hold.
std::optional<destination> parse_url(std::string_view url);

/// The whole request as HTTP/1.1 bytes. Empty when a header or the method would break the message.
std::optional<std::string> request_text(http_request const& request, destination const& to,
                                        std::string_view user_agent);

}  // namespace allot::http
