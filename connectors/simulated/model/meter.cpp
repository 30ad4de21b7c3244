#include "connectors/simulated/model/meter.hpp"

#include <algorithm>

namespace allot::simulated {

namespace {

std::int64_t most_used(quota const& of) {
    return of.capacity / use_denominator * use_numerator +
           of.capacity % use_denominator * use_numerator / use_denominator;
}

double by_capacity(std::int64_t used, quota const& of) {
    return static_cast<double>(used) / static_cast<double>(of.capacity);
}

}  // namespace

token_bucket::token_bucket(quota const& by, std::int64_t used, time_point now)
    : by_{by}, filled_at_{now}, level_{(by.capacity - used) * by.window.count()} {}

void token_bucket::fill(time_point now) {
    auto const missing = full() - level_;
    auto const passed = (now - filled_at_).count();
    filled_at_ = now;
    level_ = passed > missing / by_.capacity ? full() : level_ + passed * by_.capacity;
}

void token_bucket::pass(quota const& by, duration, time_point now) {
    fill(now);
    if (by == by_) return;
    auto const old_window = by_.window;
    by_ = by;
    if (old_window != by.window) {
        // Whole tokens, rounded down, so that nobody gains by it.
        auto const nanoseconds = old_window.count();
        auto const tokens = (level_ < 0 ? level_ - nanoseconds + 1 : level_) / nanoseconds;
        level_ = std::clamp(tokens, -by.capacity, by.capacity) * by.window.count();
    }
    level_ = std::clamp(level_, lowest(), full());
}

bool token_bucket::holds(std::int64_t cost) const {
    return cost <= by_.capacity && level_ >= cost * by_.window.count();
}

void token_bucket::add(std::int64_t cost) {
    auto const room = level_ - lowest();
    auto const window = by_.window.count();
    level_ = cost > room / window ? lowest() : level_ - cost * window;
}

duration token_bucket::until_it_holds(std::int64_t cost) const {
    if (holds(cost)) return duration::zero();
    if (cost > by_.capacity) return by_.window;
    auto const missing = cost * by_.window.count() - level_;
    return duration{(missing + by_.capacity - 1) / by_.capacity};
}

std::int64_t token_bucket::used() const {
    auto const window = by_.window.count();
    return (full() - level_ + window - 1) / window;
}

double token_bucket::share() const {
    return 1 - static_cast<double>(level_) / static_cast<double>(full());
}

sliding_window::sliding_window(quota const& by, std::int64_t used, time_point now)
    : by_{by}, now_{now} {
    if (used > 0) log_.push_back({now, used});
}

void sliding_window::pass(quota const& by, duration, time_point now) {
    by_ = by;
    now_ = now;
    while (!log_.empty() && log_.front().at + by_.window <= now) {
        forgotten_ = log_.front().total;
        log_.pop_front();
    }
}

void sliding_window::add(std::int64_t cost) {
    auto const counted = std::min(cost, most_used(by_) - used());
    if (counted <= 0) return;
    auto const so_far = total() + counted;
    if (!log_.empty() && log_.back().at == now_) {
        log_.back().total = so_far;
    } else {
        log_.push_back({now_, so_far});
    }
}

duration sliding_window::until_it_holds(std::int64_t cost) const {
    if (holds(cost)) return duration::zero();
    if (cost > by_.capacity) return by_.window;
    auto const to_forget = total() + cost - by_.capacity;
    auto const last = std::ranges::lower_bound(log_, to_forget, {}, &entry::total);
    return last->at + by_.window - now_;
}

double sliding_window::share() const {
    return by_capacity(used(), by_);
}

fixed_window::fixed_window(quota const& by, std::int64_t used, time_point now)
    : by_{by}, now_{now}, ends_at_{time_point::max()}, used_{used} {}

void fixed_window::pass(quota const& by, duration window_phase, time_point now) {
    by_ = by;
    now_ = now;
    if (now >= ends_at_) used_ = 0;
    auto into = (now.time_since_epoch() - window_phase) % by_.window;
    if (into < duration::zero()) into += by_.window;
    ends_at_ = now - into + by_.window;
}

void fixed_window::add(std::int64_t cost) {
    used_ = std::max(used_, std::min(used_ + cost, most_used(by_)));
}

duration fixed_window::until_it_holds(std::int64_t cost) const {
    if (holds(cost)) return duration::zero();
    return cost > by_.capacity ? by_.window : ends_at_ - now_;
}

double fixed_window::share() const {
    return by_capacity(used_, by_);
}

template <class Count>
void meter::count_by(quota const& by, time_point now) {
    if (std::holds_alternative<Count>(count_)) return;
    auto const used = std::visit([](auto const& count) { return count.used(); }, count_);
    count_ = Count{by, std::min(used, most_used(by)), now};
}

void meter::pass(std::optional<quota> const& by, duration window_phase, time_point now) {
    if (!by) {
        count_ = unlimited{};
        return;
    }
    switch (by->counts) {
        case counting::token_bucket:
            count_by<token_bucket>(*by, now);
            break;
        case counting::sliding_window:
            count_by<sliding_window>(*by, now);
            break;
        case counting::fixed_window:
            count_by<fixed_window>(*by, now);
            break;
    }
    std::visit([&](auto& count) { count.pass(*by, window_phase, now); }, count_);
}

bool meter::holds(std::int64_t cost) const {
    return cost == 0 || std::visit([cost](auto const& count) { return count.holds(cost); }, count_);
}

void meter::add(std::int64_t cost) {
    std::visit([cost](auto& count) { count.add(cost); }, count_);
}

duration meter::until_it_holds(std::int64_t cost) const {
    if (cost == 0) return duration::zero();
    return std::visit([cost](auto const& count) { return count.until_it_holds(cost); }, count_);
}

double meter::used() const {
    return std::visit([](auto const& count) { return count.share(); }, count_);
}

}  // namespace allot::simulated
