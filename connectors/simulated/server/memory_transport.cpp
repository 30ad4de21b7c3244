#include "connectors/simulated/server/memory_transport.hpp"

#include <utility>

namespace allot::simulated {

namespace {

std::string host_of(std::string const& url) {
    auto const start = url.find("://");
    auto const from = start == std::string::npos ? 0 : start + 3;
    return url.substr(from, url.find('/', from) - from);
}

/// What a client sees of a connection that did not bring a whole answer. The request was written
/// whole in each case, so that the client cannot know whether it was acted on.
transport_failure failure_of(delivery how, std::string const& host) {
    transport_failure failed;
    failed.maybe_received = true;
    switch (how) {
        case delivery::reset_before:
            failed.what = "connection reset by " + host;
            break;
        case delivery::reset_during:
            failed.what = "connection reset by " + host + " in the middle of its reply";
            break;
        case delivery::lost:
            failed.what = host + " closed the connection without a reply";
            break;
        case delivery::silent:
        case delivery::delivered:
            failed.what = "no reply from " + host + " in time";
            break;
    }
    return failed;
}

}  // namespace

boost::asio::awaitable<http::answer> memory_transport::send(http_request request) {
    auto const start = clock_.now();
    auto made = tenant_.handle(request, start, clock_.wall_now());
    bool const in_time = made.how != delivery::silent && made.delay <= request.reply_timeout;
    auto const wait = in_time ? made.delay : request.reply_timeout;
    if (wait > duration::zero()) co_await clock_.sleep_until(start + wait);
    if (in_time && made.how == delivery::delivered) {
        http::answer answered{std::move(*made.response)};
        co_return answered;
    }
    http::answer failed{failure_of(in_time ? made.how : delivery::silent, host_of(request.url))};
    co_return failed;
}

}  // namespace allot::simulated
