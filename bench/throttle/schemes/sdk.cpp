#include <algorithm>
#include <span>

#include "bench/throttle/schemes/peer.hpp"

/// What programs on the Microsoft Graph SDKs do. Source: microsoft/kiota-http-go
/// retry_handler.go at 1b113dc (the .NET and JavaScript handlers have the same constants): 429, 503
/// and 504 are tried again three times, after Retry-After, else after 3 s * 2^n plus up to a
/// second; not any more when 180 s were waited for in all. Connection failures and other statuses
/// are not tried again. Inside a batch nothing is.
namespace allot::bench {

namespace asio = boost::asio;

namespace {

using namespace std::chrono_literals;

constexpr std::size_t workers = 64;
constexpr unsigned retries_max = 3;
constexpr duration delay_base = 3s;
constexpr duration waited_max = 180s;
/// As many operations in flight as the others.
constexpr std::size_t batches_in_flight = workers / batch_parts_max;

bool retriable(outcome const& reply) {
    auto const status = reply.seen.http_status;
    return status == 429 || status == 503 || status == 504;
}

/// The handler's waits between the tries of one request.
class handler {
 public:
    /// How long to wait for the next try; empty: no more tries.
    std::optional<duration> delay_after(outcome const& reply, peer& of) {
        if (!retriable(reply) || retries_ == retries_max || waited_ >= waited_max) return {};
        duration wait = delay_base * (1U << retries_) + of.draw(1s);
        if (reply.retry_after) {
            // The handler drops what is behind the point.
            wait = std::chrono::floor<std::chrono::seconds>(*reply.retry_after);
        }
        ++retries_;
        waited_ += wait;
        return wait;
    }

 private:
    unsigned retries_ = 0;
    duration waited_{};
};

asio::awaitable<void> request_by_request(peer& of) {
    while (of.more()) {
        auto const what = of.take();
        handler retrying;
        for (;;) {
            auto copy = what;
            auto const reply = co_await perform_one(of.tenant, std::move(copy));
            if (reply.kind == outcome_kind::done) break;
            auto const wait = retrying.delay_after(reply, of);
            if (!wait) {
                ++of.lost;
                break;
            }
            co_await of.time.sleep_until(of.time.now() + *wait);
        }
    }
}

/// The status of the batch itself, as far as the parts show it: one that all of them share.
bool envelope_failed(std::span<outcome const> parts) {
    auto const first = parts.front().seen.http_status;
    return (first == 503 || first == 504) && std::ranges::all_of(parts, [first](auto const& one) {
               return one.seen.http_status == first;
           });
}

asio::awaitable<void> batch_by_batch(peer& of) {
    while (of.more()) {
        std::vector<operation> batch;
        while (of.more() && batch.size() < batch_parts_max) batch.push_back(of.take());
        handler retrying;
        for (;;) {
            auto copy = batch;
            auto const replies = co_await of.tenant.perform(std::move(copy));
            std::optional<duration> wait;
            if (envelope_failed(replies)) wait = retrying.delay_after(replies.front(), of);
            if (!wait) {
                auto const done = std::ranges::count(replies, outcome_kind::done, &outcome::kind);
                of.lost += replies.size() - static_cast<std::size_t>(done);
                break;
            }
            co_await of.time.sleep_until(of.time.now() + *wait);
        }
    }
}

}  // namespace

asio::awaitable<void> sdk_retry(peer& of) {
    return crew(of, workers, request_by_request);
}

asio::awaitable<void> sdk_batches(peer& of) {
    return crew(of, batches_in_flight, batch_by_batch);
}

}  // namespace allot::bench
