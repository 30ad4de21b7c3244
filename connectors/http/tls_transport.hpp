#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "connectors/http/transport.hpp"
#include "connectors/port/result.hpp"

namespace allot::http {

struct tls_options {
    std::string ca_file;     ///< PEM; trusted in addition to the system's store; empty: none
    std::string user_agent;  ///< empty: `NONISV|allot|allot/VERSION`
    std::size_t connections_max = 8;                        ///< open at once to one host and port
    duration connect_timeout = std::chrono::seconds{10};    ///< name lookup and connection
    duration handshake_timeout = std::chrono::seconds{10};  ///< TLS
    duration idle_timeout = std::chrono::seconds{60};  ///< an idle connection is not used after it
    std::uint32_t header_max = 64 * 1024;              ///< bytes of a reply's headers
    std::uint64_t body_max = 64ULL * 1024 * 1024;      ///< bytes of a reply's body
};

/// HTTP/1.1 over TLS 1.2 or later, with certificate and host name verified, on a pool of kept
/// connections. Requests beyond `connections_max` wait for one in the order they came. Only `https`
/// URLs, but for a request that says `plain_allowed`.
///
/// Nothing is sent twice: when a kept connection turns out dead after the request was written, the
/// failure says `maybe_received`. Idle connections are looked at when the next request comes, so
/// an unused pool keeps no `io_context` running.
///
/// Use from the executor's one thread. Requests in flight may outlive the transport.
/// Errors: `could_not_run` when the CA file cannot be read.
result<std::unique_ptr<transport>> make_tls_transport(boost::asio::any_io_executor executor,
                                                      tls_options options);

}  // namespace allot::http
