#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>

#include "bench/throttle/schemes/peer.hpp"

/// One operation every 1 / (0.95 of the published rate), whatever comes back; what was refused or
/// failed takes a later turn, after its own Retry-After. The scheme of everybody who reads the
/// limits and divides.
namespace allot::bench {

namespace asio = boost::asio;

namespace {

constexpr double share = 0.95;

struct pacing {
    peer& of;
    again_later later;
    std::size_t in_flight = 0;
    std::exception_ptr broken;
};

asio::awaitable<void> send(pacing& shared, operation what) {
    auto copy = what;
    auto const reply = co_await perform_one(shared.of.tenant, std::move(copy));
    if (reply.kind == outcome_kind::done) co_return;
    if (reply.kind == outcome_kind::refused) {
        ++shared.of.lost;
        co_return;
    }
    auto const wait = reply.retry_after.value_or(duration::zero());
    shared.later.put(std::move(what), shared.of.time.now() + wait);
}

}  // namespace

asio::awaitable<void> fixed_pace(peer& of) {
    auto const executor = co_await asio::this_coro::executor;
    pacing shared{of, {}, 0, nullptr};
    auto const turn = std::chrono::duration_cast<duration>(
        std::chrono::duration<double>(1 / (share * of.published_rate)));
    auto const began = of.time.now();
    for (duration::rep turns = 0; !shared.broken; ++turns) {
        co_await of.time.sleep_until(began + turns * turn);
        bool const old = shared.later.ready(of.time.now());
        if (!old && !of.more()) {
            if (shared.later.empty() && shared.in_flight == 0) break;
            continue;
        }
        auto one = send(shared, old ? shared.later.take() : of.take());
        ++shared.in_flight;
        asio::co_spawn(executor, std::move(one), [&shared](std::exception_ptr error) {
            --shared.in_flight;
            if (error) shared.broken = error;
        });
    }
    if (shared.broken) std::rethrow_exception(shared.broken);
}

}  // namespace allot::bench
