#include "bench/throttle/schemes/peer.hpp"

/// CLI for Microsoft 365, 64 of them at a time. Source: pnp/cli-microsoft365 src/request.ts at
/// 0b181f7: 429 and 503 are tried again for ever, each request for itself after its Retry-After in
/// whole seconds, or after 10 s without one; everything else ends the command.
namespace allot::bench {

namespace asio = boost::asio;

namespace {

using namespace std::chrono_literals;

constexpr std::size_t workers = 64;
constexpr duration wait_without_retry_after = 10s;

asio::awaitable<void> work(peer& of) {
    while (of.more()) {
        auto const what = of.take();
        for (;;) {
            auto copy = what;
            auto const reply = co_await perform_one(of.tenant, std::move(copy));
            if (reply.kind == outcome_kind::done) break;
            auto const status = reply.seen.http_status;
            if (status != 429 && status != 503) {
                ++of.lost;
                break;
            }
            duration wait = wait_without_retry_after;
            if (reply.retry_after) {
                wait = std::chrono::floor<std::chrono::seconds>(*reply.retry_after);
            }
            co_await of.time.sleep_until(of.time.now() + wait);
        }
    }
}

}  // namespace

asio::awaitable<void> endless_retry(peer& of) {
    return crew(of, workers, work);
}

}  // namespace allot::bench
