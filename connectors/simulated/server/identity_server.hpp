#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <string>

#include "connectors/port/clock.hpp"
#include "connectors/port/result.hpp"
#include "connectors/simulated/model/tenant.hpp"

namespace allot::simulated {

/// The managed identity endpoint of a machine in Azure, on loopback and in plain HTTP as there: one
/// request to a connection. Runs on the executor's one thread, which also uses the tenant.
class identity_server {
 public:
    virtual ~identity_server() = default;  ///< stops it

    /// `http://127.0.0.1:49153`.
    [[nodiscard]] virtual std::string url() const = 0;
    virtual void stop() = 0;
};

/// Begins to serve at any free port. Tenant and clock must outlive the server and the executor's
/// context.
/// Errors: `could_not_run` when it cannot listen.
result<std::unique_ptr<identity_server>> make_identity_server(boost::asio::any_io_executor executor,
                                                              tenant& of, clock& time,
                                                              std::string const& address);

}  // namespace allot::simulated
