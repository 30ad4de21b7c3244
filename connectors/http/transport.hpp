#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/system/result.hpp>

#include "connectors/port/message.hpp"

namespace allot::http {

using answer = boost::system::result<http_response, transport_failure>;

/// One request in, one response or failure out. No retries, no redirects followed, no cookies.
class transport {
 public:
    virtual ~transport() = default;
    virtual boost::asio::awaitable<answer> send(http_request request) = 0;
};

}  // namespace allot::http
