#pragma once

#include "connectors/http/transport.hpp"
#include "connectors/port/clock.hpp"
#include "connectors/simulated/model/tenant.hpp"

namespace allot::simulated {

/// Hands requests to a simulated tenant without a socket. Delays pass on the clock; what the tenant
/// makes of the connection (reset, lost, silent) comes out as the failure that a real transport
/// would report. Both must outlive the transport and its requests.
class memory_transport final : public http::transport {
 public:
    memory_transport(tenant& of, clock& time) : tenant_(of), clock_(time) {}

    boost::asio::awaitable<http::answer> send(http_request request) override;

 private:
    tenant& tenant_;
    clock& clock_;
};

}  // namespace allot::simulated
