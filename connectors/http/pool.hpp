#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "connectors/http/tls_transport.hpp"

namespace allot::http {

class connection;
class lease;

/// The open connections, by host and port, and who waits for one.
struct pool {
    /// Invariant: `in_use` and `idle` together are at most `connections_max`, since a lease opens a
    /// connection only when there is no idle one to take.
    struct place {
        std::vector<std::shared_ptr<connection>> idle;  ///< the one used last is last
        std::size_t in_use = 0;                         ///< leases granted
        std::deque<lease*> waiting;                     ///< in the order they came
    };

    pool(boost::asio::any_io_executor runs_on, tls_options with)
        : executor(std::move(runs_on)), options(std::move(with)) {}

    /// Ends the connections that were idle for too long, of all places.
    void close_stale();

    boost::asio::any_io_executor executor;
    tls_options options;
    boost::asio::ssl::context context{boost::asio::ssl::context::tls_client};
    std::map<std::string, place> places;
};

/// The right to one connection to one place; given back when it goes. Stays where it was made.
class lease {
 public:
    lease(std::shared_ptr<pool> from, std::string const& name);
    ~lease();
    lease(lease const&) = delete;
    lease& operator=(lease const&) = delete;

    /// Waits until a connection may be used. `granted` is false afterwards only when the wait was
    /// cancelled.
    boost::asio::awaitable<void> wait();
    [[nodiscard]] bool granted() const { return granted_; }

    /// An idle connection that still looks alive; nullptr when one has to be opened.
    std::shared_ptr<connection> take_idle();
    /// Keeps a connection for the next lease.
    void keep(std::shared_ptr<connection> one);

 private:
    void grant();

    std::shared_ptr<pool> pool_;
    pool::place& place_;
    boost::asio::steady_timer turn_;
    bool granted_ = false;
};

}  // namespace allot::http
