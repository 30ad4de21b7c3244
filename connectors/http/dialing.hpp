#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <optional>
#include <string>
#include <vector>

#include "connectors/port/time.hpp"

/// From a name to a connection. For this folder only.
namespace allot::http {

/// How long an address is waited for before the next one is tried too. Source: RFC 8305, section 5
/// ("Connection Attempt Delay": 250 ms recommended).
inline constexpr duration attempt_delay = std::chrono::milliseconds{250};

using endpoints = std::vector<boost::asio::ip::tcp::endpoint>;

/// The addresses in the order of the resolver, but the families in turn, so that one that leads
/// nowhere costs one attempt and not all of them. Source: RFC 8305, section 4.
endpoints in_turn(endpoints const& found);

/// What a name stands for, asked anew each time: nothing is remembered.
struct lookup_result {
    endpoints found;      ///< in the resolver's order; not empty when there is no problem
    std::string problem;  ///< why there is none; empty: all is well
};
/// An address is taken as it is. `port` is a number.
boost::asio::awaitable<lookup_result> look_up(boost::asio::any_io_executor executor,
                                              std::string host, std::string port, duration limit);

struct dialed {
    std::optional<boost::asio::ip::tcp::socket> socket;
    std::string problem;  ///< when there is no socket: for each address what went wrong
};
/// Tries the addresses in their order, the next one when an attempt fails or has taken
/// `attempt_delay`, none given up before another is connected; the first connection counts.
boost::asio::awaitable<dialed> dial(boost::asio::any_io_executor executor, endpoints to,
                                    duration limit);

}  // namespace allot::http
