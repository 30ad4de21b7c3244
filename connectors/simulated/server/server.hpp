#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "connectors/port/clock.hpp"
#include "connectors/port/result.hpp"
#include "connectors/simulated/model/tenant.hpp"

namespace allot::simulated {

struct server_options {
    std::string address = "127.0.0.1";  ///< a loopback address, IPv4 or IPv6
    std::uint16_t port = 0;             ///< 0: any that is free
    std::uint64_t body_max =
        4ULL * 1024 * 1024;              ///< bytes of a request's body; more is answered 413
    std::size_t connections_max = 1024;  ///< more are closed as they come
};

/// The HTTPS face of a simulated tenant, on loopback: HTTP/1.1 with kept connections over TLS 1.2
/// or later. Its key and certificate (for 127.0.0.1, ::1 and localhost) are made when it starts and
/// never leave memory. Besides what the tenant serves there are, without a token, `GET
/// /simulated/counts` and `GET /simulated/state` (see tenant_json.hpp).
///
/// Runs on the executor's one thread, which also uses the tenant.
class server {
 public:
    virtual ~server() = default;  ///< stops it

    [[nodiscard]] virtual std::uint16_t port() const = 0;
    /// The root of all its addresses: `https://127.0.0.1:49152`.
    [[nodiscard]] virtual std::string url() const = 0;
    /// The certificate to trust, as PEM.
    [[nodiscard]] virtual std::string ca_pem() const = 0;
    /// Closes everything; waiting answers are never sent. The executor runs out of the server's
    /// work.
    virtual void stop() = 0;
};

/// Begins to serve. Both must outlive the server and the executor's context.
/// Errors: `invalid_input` when the address is not a loopback one; `could_not_run` when the port is
/// taken.
result<std::unique_ptr<server>> make_server(boost::asio::any_io_executor executor, tenant& of,
                                            clock& time, server_options chosen);

}  // namespace allot::simulated
