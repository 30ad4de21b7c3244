#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>
#include <memory>

#include "bench/throttle/schemes/peer.hpp"

/// A limit on what is in flight that grows by one and shrinks by a tenth. Source:
/// Netflix/concurrency-limits AIMDLimit.java at 00f751f, with its defaults: from 10; a drop (here
/// 429 and 503) or a reply later than 5 s takes a tenth off, at least 1; else, if at least half of
/// it is in use, one more. Its users send again what was dropped: it goes to the back of the queue.
/// It does not read Retry-After.
namespace allot::bench {

namespace asio = boost::asio;

namespace {

using namespace std::chrono_literals;

constexpr int limit_initial = 10;
constexpr double backoff_ratio = 0.9;
constexpr duration reply_max = 5s;
/// Like everybody here.
constexpr int in_flight_max = 64;

struct limiter {
    peer& of;
    std::unique_ptr<alarm> changed;
    again_later later;
    int limit = limit_initial;
    int in_flight = 0;
    std::exception_ptr broken;

    void sample(duration took, int in_flight_then, bool dropped) {
        if (dropped || took > reply_max) {
            limit = std::max(1, std::min(limit - 1, static_cast<int>(limit * backoff_ratio)));
        } else if (in_flight_then * 2 >= limit) {
            ++limit;
        }
    }
};

asio::awaitable<void> send(limiter& shared, operation what) {
    auto const sent = shared.of.time.now();
    auto const in_flight = shared.in_flight;
    auto copy = what;
    auto const reply = co_await perform_one(shared.of.tenant, std::move(copy));
    auto const now = shared.of.time.now();
    bool const dropped = reply.seen.http_status == 429 || reply.seen.http_status == 503;
    bool const ignored = !dropped && reply.kind != outcome_kind::done;
    if (!ignored) shared.sample(now - sent, in_flight, dropped);
    if (reply.kind == outcome_kind::refused) {
        ++shared.of.lost;
    } else if (reply.kind != outcome_kind::done) {
        shared.later.put(std::move(what), now);
    }
}

}  // namespace

asio::awaitable<void> aimd(peer& of) {
    auto const executor = co_await asio::this_coro::executor;
    limiter shared{of, of.time.make_alarm(), {}, limit_initial, 0, nullptr};
    for (;;) {
        while (shared.in_flight < std::min(shared.limit, in_flight_max) &&
               (of.more() || !shared.later.empty())) {
            ++shared.in_flight;
            auto one = send(shared, of.more() ? of.take() : shared.later.take());
            asio::co_spawn(executor, std::move(one), [&shared](std::exception_ptr error) {
                --shared.in_flight;
                if (error) shared.broken = error;
                shared.changed->ring();
            });
        }
        if (shared.in_flight == 0 || shared.broken) break;
        co_await shared.changed->wait_until(time_point::max());
    }
    while (shared.in_flight > 0) co_await shared.changed->wait_until(time_point::max());
    if (shared.broken) std::rethrow_exception(shared.broken);
}

}  // namespace allot::bench
