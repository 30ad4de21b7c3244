#include <algorithm>

#include "bench/throttle/schemes/peer.hpp"

/// rclone's pacer with the constants of its Graph backend. Source: rclone/rclone
/// lib/pacer/pacers.go (Default) at 5fd3eb4 and lib/pacer/pacer.go: one token for all workers,
/// which comes back a sleep time after it was taken; a retry doubles the sleep time, up to the
/// longest, or sets it to the Retry-After; a success takes a quarter off it, down to the shortest.
/// Statuses 429, 500, 502, 503, 504 and connection failures are tried again, ten tries in all
/// (`--low-level-retries`). Eight workers are its `--checkers`.
namespace allot::bench {

namespace asio = boost::asio;

namespace {

using namespace std::chrono_literals;

constexpr std::size_t workers = 8;
constexpr unsigned tries_max = 10;
constexpr duration sleep_min = 10ms;
constexpr duration sleep_max = 2s;
constexpr unsigned decay = 2;
constexpr unsigned attack = 1;

/// What the workers share.
struct pacer {
    duration sleep = sleep_min;
    time_point token_at{};  ///< when the token is there

    void end(outcome const& reply) {
        if (reply.kind == outcome_kind::done) {
            sleep = std::max(sleep_min, sleep * ((1U << decay) - 1) / (1U << decay));
        } else if (reply.retry_after) {
            sleep = std::max(sleep_min, *reply.retry_after);
        } else {
            sleep = std::min(sleep_max, sleep * (1U << attack) / ((1U << attack) - 1));
        }
    }
};

asio::awaitable<void> work(peer& of, pacer& pace) {
    while (of.more()) {
        auto const what = of.take();
        for (unsigned tries = 1;; ++tries) {
            while (of.time.now() < pace.token_at) co_await of.time.sleep_until(pace.token_at);
            pace.token_at = of.time.now() + pace.sleep;
            auto copy = what;
            auto const reply = co_await perform_one(of.tenant, std::move(copy));
            if (reply.kind == outcome_kind::refused) {
                ++of.lost;
                break;
            }
            pace.end(reply);
            if (reply.kind == outcome_kind::done) break;
            if (tries == tries_max) {
                ++of.lost;
                break;
            }
        }
    }
}

}  // namespace

asio::awaitable<void> rclone_pacer(peer& of) {
    pacer pace;
    std::vector<asio::awaitable<void>> all;
    for (std::size_t one = 0; one < workers; ++one) all.push_back(work(of, pace));
    co_await together(of.time, std::move(all));
}

}  // namespace allot::bench
