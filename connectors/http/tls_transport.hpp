#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "connectors/http/proxy.hpp"
#include "connectors/http/transport.hpp"
#include "connectors/port/result.hpp"

namespace allot::http {

struct tls_options {
    /// PEM; trusted in addition to the system's store, which is what OpenSSL takes for it: its own
    /// folders, `SSL_CERT_FILE`, `SSL_CERT_DIR`. Empty: none.
    std::string ca_file;
    std::optional<proxy_options> proxy;
    std::string user_agent;                                 ///< empty: `NONISV|allot|allot/VERSION`
    std::size_t connections_max = 8;                        ///< open at once to one host and port
    duration connect_timeout = std::chrono::seconds{10};    ///< name lookup and connection
    duration tunnel_timeout = std::chrono::seconds{20};     ///< a proxy's own lookup and connection
    duration handshake_timeout = std::chrono::seconds{10};  ///< TLS
    /// An idle connection is not used after it. Below what is common on the way to a service: load
    /// balancers and proxies close at 50 to 120 s (HAProxy's example 50 s, AWS ALB 60 s, nginx 75
    /// s, Squid 120 s), and who asks on a connection in the moment it is closed does not know what
    /// became of the request.
    duration idle_timeout = std::chrono::seconds{30};
    std::uint32_t header_max = 64 * 1024;  ///< bytes of a reply's headers
    /// Bytes of a reply's body. Who asks knows better what is to come: see
    /// `http_request::reply_size_max`.
    std::uint64_t body_max = 32ULL * 1024 * 1024;
};

/// HTTP/1.1 over TLS 1.2 or later, with certificate and host name verified, on a pool of kept
/// connections. Requests beyond `connections_max` wait for one in the order they came. Only `https`
/// URLs, but for a request that says `plain_allowed`.
///
/// Nothing is sent twice: when a kept connection turns out dead after the request was written, the
/// failure says `maybe_received`. Connections that were idle for too long are closed when the next
/// request, to whatever place, begins or ends, so an unused pool keeps no `io_context` running. A
/// name is looked up anew for each connection.
///
/// What goes to a proxy and cannot reach the service was not received: a proxy that refuses or
/// cannot be reached is a failure before the request was written.
///
/// Use from the executor's one thread. Requests in flight may outlive the transport.
/// Errors: `could_not_run` when the CA file cannot be read.
result<std::unique_ptr<transport>> make_tls_transport(boost::asio::any_io_executor executor,
                                                      tls_options options);

}  // namespace allot::http
