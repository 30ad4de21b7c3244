#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

#include "bench/throttle/schemes/peer.hpp"

/// botocore's adaptive retry mode. Source: boto/botocore botocore/retries/{adaptive,bucket,
/// throttling,standard,quota}.py at 40454ea. A token bucket that holds one second of its rate, off
/// until the first 429; the rate is cut to 0.7 of what was measured at a 429 and then follows a
/// cubic curve. Retries as in standard mode: three tries in all, full-jitter back-off of up to
/// 2^(n-1) s and at most 20 s, paid from a quota of 500 tokens. It does not read Retry-After.
namespace allot::bench {

namespace asio = boost::asio;

namespace {

using namespace std::chrono_literals;

constexpr std::size_t workers = 64;
constexpr unsigned tries_max = 3;
constexpr double beta = 0.7;
constexpr double scale = 0.4;
constexpr double rate_min = 0.5;
constexpr double smoothing = 0.8;
constexpr double measure_seconds = 0.5;

double seconds_of(time_point at) {
    return std::chrono::duration<double>(at.time_since_epoch()).count();
}

/// RateClocker: how many replies a second there are.
class measured_rate {
 public:
    double record(double now) {
        auto const bucket = std::floor(now / measure_seconds) * measure_seconds;
        ++count_;
        if (bucket > last_) {
            rate_ = count_ / (bucket - last_) * smoothing + rate_ * (1 - smoothing);
            count_ = 0;
            last_ = bucket;
        }
        return rate_;
    }

 private:
    double last_ = 0;
    double count_ = 0;
    double rate_ = 0;
};

/// CubicCalculator.
class cubic {
 public:
    explicit cubic(double now) : failed_at_{now} {}

    [[nodiscard]] double succeeded(double now) const {
        return scale * std::pow(now - failed_at_ - k_, 3) + w_max_;
    }
    double failed(double rate, double now) {
        w_max_ = rate;
        k_ = std::cbrt(w_max_ * (1 - beta) / scale);
        failed_at_ = now;
        return rate * beta;
    }

 private:
    double failed_at_;
    double w_max_ = 0;
    double k_ = 0;
};

/// TokenBucket: blocks whoever wants a token that is not there.
class token_bucket {
 public:
    explicit token_bucket(clock& time) : time_{time} { set_rate(1); }

    asio::awaitable<void> acquire() {
        refill();
        if (level_ < 1) {
            auto const woken = time_.make_alarm();
            waiting_.push_back(woken.get());
            while (level_ < 1) {
                auto const wait = std::chrono::duration<double>((1 - level_) / rate_);
                // A wait that ends a rounding short would be followed by one of nothing.
                auto const until = time_.now() + std::chrono::ceil<duration>(wait) + 1us;
                co_await woken->wait_until(until);
                refill();
            }
            std::erase(waiting_, woken.get());
        }
        level_ -= 1;
    }

    [[nodiscard]] double rate() const { return rate_; }
    void set_rate(double rate) {
        refill();
        rate_ = std::max(rate, rate_min);
        capacity_ = std::max(rate, 1.0);
        level_ = std::min(level_, capacity_);
        if (!waiting_.empty()) waiting_.front()->ring();
    }

 private:
    void refill() {
        auto const now = seconds_of(time_.now());
        if (filled_at_) level_ = std::min(capacity_, level_ + (now - *filled_at_) * rate_);
        filled_at_ = now;
    }

    clock& time_;
    double rate_ = 1;
    double capacity_ = 1;
    double level_ = 0;
    std::optional<double> filled_at_;
    std::deque<alarm*> waiting_;
};

/// RetryQuota and its checker.
class retry_quota {
 public:
    bool acquire(double amount) {
        if (left_ < amount) return false;
        left_ -= amount;
        return true;
    }
    void release(double amount) { left_ = std::min(size, left_ + amount); }
    /// What another try costs.
    static double price_of(outcome const& reply) {
        return reply.seen.http_status == 0 ? 10 : 5;  // no reply in time, or any other cause
    }

 private:
    static constexpr double size = 500;
    double left_ = size;
};

struct client {
    explicit client(peer& of) : curve{seconds_of(of.time.now())}, tokens{of.time} {}

    void replied(outcome const& reply, double now) {
        auto const rate = measured.record(now);
        double wanted = 0;
        if (reply.kind == outcome_kind::throttled) {
            wanted = curve.failed(limiting ? std::min(rate, tokens.rate()) : rate, now);
            limiting = true;
        } else {
            wanted = curve.succeeded(now);
        }
        tokens.set_rate(std::min(wanted, 2 * rate));
    }

    measured_rate measured;
    cubic curve;
    token_bucket tokens;
    retry_quota quota;
    bool limiting = false;
};

/// True when it was done.
asio::awaitable<bool> one_request(peer& of, client& shared, operation what) {
    double paid = 0;
    for (unsigned tries = 1;; ++tries) {
        if (shared.limiting) co_await shared.tokens.acquire();
        auto copy = what;
        auto const reply = co_await perform_one(of.tenant, std::move(copy));
        shared.replied(reply, seconds_of(of.time.now()));
        if (reply.kind == outcome_kind::done) {
            shared.quota.release(paid > 0 ? paid : 1);
            co_return true;
        }
        if (reply.kind == outcome_kind::refused || tries == tries_max) co_return false;
        auto const price = retry_quota::price_of(reply);
        if (!shared.quota.acquire(price)) co_return false;
        paid = price;
        auto const wait = of.draw(std::min<duration>(1s * (1U << (tries - 1)), 20s));
        co_await of.time.sleep_until(of.time.now() + wait);
    }
}

asio::awaitable<void> work(peer& of, client& shared) {
    while (of.more()) {
        auto what = of.take();
        bool const done = co_await one_request(of, shared, std::move(what));
        if (!done) ++of.lost;
    }
}

}  // namespace

asio::awaitable<void> aws_adaptive(peer& of) {
    client shared{of};
    std::vector<asio::awaitable<void>> all;
    for (std::size_t one = 0; one < workers; ++one) all.push_back(work(of, shared));
    co_await together(of.time, std::move(all));
}

}  // namespace allot::bench
