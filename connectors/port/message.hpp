#pragma once

#include <boost/assert/source_location.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connectors/port/time.hpp"

namespace allot {

using http_headers = std::vector<std::pair<std::string, std::string>>;

/// The first header of that name, whatever its case; nullptr when there is none.
std::string const* find_header(http_headers const& headers, std::string_view name);

/// One HTTP request as a value. `Host`, `Content-Length` and `Connection` are the transport's.
struct http_request {
    std::string method = "GET";
    std::string url;  ///< absolute: `https://graph.microsoft.com/v1.0/subscribedSkus`
    http_headers headers;
    std::string body;
    duration reply_timeout =
        std::chrono::seconds{60};  ///< from the whole request sent to the whole reply read
    /// Bytes of the reply's body that are read at most; the transport's own limit counts too.
    std::uint64_t reply_size_max = UINT64_MAX;
    /// The URL may be `http`, for what a cloud machine offers its own programs, such as
    /// `http://169.254.169.254/metadata/identity/oauth2/token`. Then it must be a GET without a
    /// body and without a token: those never go unencrypted. It goes through no proxy.
    bool plain_allowed = false;
};

/// One whole HTTP response. Chunks are joined; trailing headers are dropped.
struct http_response {
    int status = 0;
    http_headers headers;
    std::string body;
};

/// Why there is no response.
struct transport_failure {
    /// True when the service may have received the whole request: whether it acted is unknown.
    /// False only when that is impossible (no connection, handshake failed, request not written
    /// whole).
    bool maybe_received = true;
    /// True when trying again cannot help: the certificate is wrong, the host name does not match.
    bool permanent = false;
    std::string what;  ///< a sentence for people, with host and port, no secrets
};

[[noreturn]] void throw_exception_from_error(transport_failure const& error,
                                             boost::source_location const& at);

}  // namespace allot
