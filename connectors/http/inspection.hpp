#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>
#include <vector>

#include "connectors/http/tls_transport.hpp"

namespace allot::http {

/// What a TLS handshake showed. Names as certificates have them, the common name where there is
/// one.
struct tls_facts {
    std::string protocol;   ///< `TLSv1.3`
    std::string subject;    ///< whose certificate it is
    std::string issuer;     ///< who signed it
    std::string authority;  ///< the trusted end of the chain; empty: not trusted
    wall_time not_after{};  ///< when the certificate expires
};

/// How far opening a connection came.
enum class opening_stage { lookup, connect, tunnel, handshake, open };

/// One connection opened by way of trial, exactly as the transport opens its own, and closed.
struct inspection {
    std::string host;  ///< whose name was looked up: the proxy's where there is one
    std::vector<std::string> addresses;  ///< what it stands for, in the order they are tried
    bool through_proxy = false;
    opening_stage stage = opening_stage::lookup;  ///< the last one begun
    std::optional<transport_failure> failed;      ///< in that stage
    std::optional<tls_facts> tls;                 ///< when there was a certificate
};

/// `url`: https. Errors: as make_tls_transport.
boost::asio::awaitable<result<inspection>> inspect(boost::asio::any_io_executor executor,
                                                   tls_options options, std::string url);

}  // namespace allot::http
