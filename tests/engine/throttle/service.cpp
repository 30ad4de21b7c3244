#include "service.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <queue>
#include <vector>

namespace allot::support {

namespace {

time_point at(double seconds) {
    return time_point{std::chrono::duration_cast<duration>(std::chrono::duration<double>(seconds))};
}

double in_seconds(time_point when) {
    return std::chrono::duration<double>(when.time_since_epoch()).count();
}

class limited_service {
 public:
    explicit limited_service(service_kind kind) : kind_{std::move(kind)}, left_{kind_.amount} {}

    /// Empty when served; else how long until the next would be.
    std::optional<double> take(double now) {
        take_for_others(now);
        return take_one(now);
    }

    double used(double now) {
        auto const amount = amount_at(now);
        switch (kind_.by) {
            case counts_by::bucket:
                return 1 - left_ / amount;
            case counts_by::sliding_window:
                return static_cast<double>(log_.size()) / amount;
            case counts_by::fixed_window:
                return counted_ / amount;
        }
        return 0;
    }

 private:
    double amount_at(double now) const {
        return kind_.amount * (kind_.share_at ? kind_.share_at(now) : 1.0);
    }

    void take_for_others(double now) {
        if (kind_.others <= 0) return;
        if (others_next_ == 0) others_next_ = kind_.others_from;
        while (others_next_ <= std::min(now, kind_.others_until)) {
            take_one(others_next_);
            others_next_ += 1 / kind_.others;
        }
    }

    std::optional<double> take_one(double now) {
        auto const amount = amount_at(now);
        switch (kind_.by) {
            case counts_by::bucket:
                return take_from_bucket(now, amount);
            case counts_by::sliding_window:
                return take_from_log(now, amount);
            case counts_by::fixed_window:
                return take_from_window(now, amount);
        }
        return std::nullopt;
    }

    std::optional<double> take_from_bucket(double now, double amount) {
        auto const rate = amount / kind_.window;
        left_ = std::min(amount, left_ + (now - filled_at_) * rate);
        filled_at_ = now;
        if (left_ >= 1) {
            left_ -= 1;
            return std::nullopt;
        }
        auto const wait = (1 - left_) / rate;
        if (kind_.refused_costs) left_ = std::max(left_ - 1, -0.8 * amount);
        return wait;
    }

    std::optional<double> take_from_log(double now, double amount) {
        while (!log_.empty() && log_.front() + kind_.window <= now) log_.pop_front();
        auto const count = static_cast<double>(log_.size());
        if (count + 1 <= amount) {
            log_.push_back(now);
            return std::nullopt;
        }
        auto const wait = log_[log_.size() - static_cast<std::size_t>(amount)] + kind_.window - now;
        if (kind_.refused_costs && count < 1.8 * amount) log_.push_back(now);
        return wait;
    }

    std::optional<double> take_from_window(double now, double amount) {
        auto const which = std::floor((now - kind_.phase) / kind_.window);
        if (which != window_) counted_ = 0;
        window_ = which;
        bool const enough = counted_ + 1 <= amount;
        if (enough || (kind_.refused_costs && counted_ < 1.8 * amount)) ++counted_;
        if (enough) return std::nullopt;
        return (which + 1) * kind_.window + kind_.phase - now;
    }

    service_kind kind_;
    double left_;
    double filled_at_ = 0;
    std::deque<double> log_;
    double window_ = -1e9;
    double counted_ = 0;
    double others_next_ = 0;
};

/// Log-normal around 250 ms (Box and Muller).
double latency(random_stream& from) {
    auto const radius = std::sqrt(-2 * std::log(1 - from.fraction()));
    return 0.25 * std::exp(0.5 * radius * std::cos(6.283185307179586 * from.fraction()));
}

struct reply {
    double arrives;
    std::uint64_t sequence;
    double sent_at;
    throttle::signal says;
    bool operator>(reply const& other) const {
        return arrives != other.arrives ? arrives > other.arrives : sequence > other.sequence;
    }
};

throttle::signal answer(limited_service& service, service_kind const& kind, double now) {
    throttle::signal says;
    auto const wait = service.take(now);
    if (!wait) {
        says.what = throttle::signal::kind::charged;
        auto const used = service.used(now);
        if (kind.says_how_much && used >= 0.8) says.used = std::floor(used * 100) / 100;
        return says;
    }
    says.what = throttle::signal::kind::refused;
    if (kind.retry_after == announces::exactly) {
        says.retry_after = std::chrono::seconds{static_cast<int>(std::max(1.0, std::ceil(*wait)))};
    } else if (kind.retry_after == announces::always_150_s) {
        says.retry_after = std::chrono::seconds{150};
    }
    return says;
}

}  // namespace

errand_result run_errand(service_kind const& kind, throttle::belief const& believed, int count,
                         std::uint64_t seed) {
    constexpr std::size_t in_flight_max = 64;
    limited_service service{kind};
    throttle::quota_governor paced{believed, seed};
    random_stream draws{seed, 1};
    std::priority_queue<reply, std::vector<reply>, std::greater<>> on_its_way;
    errand_result result;
    double now = 0;
    int left = count;
    std::uint64_t sequence = 0;
    while (left > 0 || !on_its_way.empty()) {
        if (result.refusals > count) return result;
        std::optional<time_point> wake;
        while (left > 0 && on_its_way.size() < in_flight_max) {
            auto const ready = paced.ready_at(at(now), 1);
            if (ready > at(now)) {
                if (ready != time_point::max()) wake = ready;
                break;
            }
            auto const says = answer(service, kind, now);
            paced.sent(at(now), 1);
            on_its_way.push({now + latency(draws), sequence++, now, says});
            --left;
        }
        if (!on_its_way.empty() && (!wake || on_its_way.top().arrives <= in_seconds(*wake))) {
            auto const next = on_its_way.top();
            on_its_way.pop();
            now = std::max(now, next.arrives);
            if (next.says.what == throttle::signal::kind::refused) {
                ++result.refusals;
                ++left;
            } else {
                result.seconds = now;
            }
            paced.settled(at(next.sent_at), at(now), 1, next.says);
        } else if (wake) {
            // A hair later: seconds as a double are coarser than nanoseconds.
            now = std::max(now, in_seconds(*wake) + 1e-9);
        } else {
            return result;  // nothing on its way, nothing to wait for
        }
    }
    result.finished = true;
    result.gates = paced.gates();
    result.share = paced.learned(at(now)).share;
    return result;
}

}  // namespace allot::support
