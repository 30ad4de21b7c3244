#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "connectors/port/message.hpp"

/// Requests as bytes. For this folder only.
namespace allot::http {

/// An `https` or `http` URL, taken apart.
struct destination {
    bool plain = false;  ///< `http`: no TLS
    std::string host;    ///< in lower case; an IPv6 address without its brackets
    std::string port;    ///< 1 to 65535
    std::string target;  ///< path and query

    /// `host:port`, for people.
    [[nodiscard]] std::string name() const;
    /// What the pool knows it by: no connection with TLS is taken for one without.
    [[nodiscard]] std::string key() const;
};

/// Empty when the URL is neither `https` nor `http`, names a login, or holds what no URL may hold.
std::optional<destination> parse_url(std::string_view url);

/// Why a request may not go there; empty when it may. To `http` goes only what says that it may,
/// and nothing that could be a secret: no body, and no `Authorization` but `Basic`, with which a
/// machine's own agent asks for a key from a file of that machine.
std::optional<std::string> why_not_plain(http_request const& request, destination const& to);

/// The whole request as HTTP/1.1 bytes. Empty when a header or the method would break the message.
std::optional<std::string> request_text(http_request const& request, destination const& to,
                                        std::string_view user_agent);

}  // namespace allot::http
