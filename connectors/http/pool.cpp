#include "connectors/http/pool.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "connectors/http/connection.hpp"

namespace allot::http {

void pool::close_stale() {
    auto const oldest = std::chrono::steady_clock::now() - options.idle_timeout;
    for (auto& [name, where] : places) {
        std::erase_if(where.idle, [&](auto const& each) { return each->idle_since < oldest; });
    }
}

lease::lease(std::shared_ptr<pool> from, std::string const& name)
    : pool_(std::move(from)), place_(pool_->places[name]), turn_(pool_->executor) {}

lease::~lease() {
    std::erase(place_.waiting, this);
    pool_->close_stale();
    if (!granted_) return;
    --place_.in_use;
    if (place_.waiting.empty()) return;
    // Handed on at once, so that nobody who comes now can be served before those who wait.
    auto* const next = place_.waiting.front();
    place_.waiting.pop_front();
    next->grant();
}

void lease::grant() {
    ++place_.in_use;
    granted_ = true;
    turn_.cancel();
}

boost::asio::awaitable<void> lease::wait() {
    if (place_.in_use < pool_->options.connections_max && place_.waiting.empty()) {
        grant();
        co_return;
    }
    place_.waiting.push_back(this);
    turn_.expires_at(boost::asio::steady_timer::time_point::max());
    co_await turn_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
}

std::shared_ptr<connection> lease::take_idle() {
    pool_->close_stale();
    while (!place_.idle.empty()) {
        auto last = std::move(place_.idle.back());
        place_.idle.pop_back();
        if (last->silent()) return last;
    }
    return nullptr;
}

void lease::keep(std::shared_ptr<connection> one) {
    one->idle_since = std::chrono::steady_clock::now();
    place_.idle.push_back(std::move(one));
}

}  // namespace allot::http
