#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <optional>
#include <string>

#include "connectors/http/request_text.hpp"
#include "connectors/http/tls_transport.hpp"

namespace allot::http {

/// Asks a proxy, over a connection to it, for a tunnel. Empty when it is open; else why not. Has no
/// deadline of its own: whoever closes the socket ends it. For this folder only.
boost::asio::awaitable<std::optional<transport_failure>> open_tunnel(
    boost::asio::ip::tcp::socket& socket, destination const& to, tls_options const& options);

}  // namespace allot::http
