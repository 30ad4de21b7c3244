#include "engine/throttle/governor.hpp"

#include <algorithm>

#include "engine/throttle/backoff.hpp"

namespace allot::throttle {

namespace {

using namespace std::chrono_literals;

double in_seconds(duration span) {
    return std::chrono::duration<double>(span).count();
}

duration to_duration(double seconds) {
    return std::chrono::ceil<duration>(std::chrono::duration<double>(seconds));
}

/// The share of a full bucket that is left alone, because requests do not arrive in the order and
/// at the distances in which they were sent.
constexpr double margin = 0.02;
/// A measured rate is used a little below itself, for the same cause.
constexpr double measured_share = 0.97;
/// Two refusals closer than this say nothing about the rate.
constexpr double measured_seconds_min = 2.0;
/// A learned rate is raised by this factor when half a window was clean.
constexpr double raise_factor = 1.25;
/// However little was measured, go on at this share of the published rate.
constexpr double rate_share_min = 0.02;
/// A Retry-After shorter than this is not worth the risk of another refusal.
constexpr duration gate_min = 1s;
/// A drained bucket fills in 150 s: waiting longer for want of a Retry-After is no use.
constexpr duration unannounced_gate_max = 150s;

}  // namespace

cost cost_of(operation_kind kind) {
    switch (kind) {
        case operation_kind::read_user:
            return {1, 0};
        case operation_kind::set_usage_location:
        case operation_kind::assign_licences:
            return {1, 1};
    }
    return {1, 0};
}

duration backoff(std::uint32_t tries, duration base, duration longest, random_stream& from) {
    auto bound = base;
    for (std::uint32_t doubled = 1; doubled < tries && bound < longest; ++doubled) bound *= 2;
    return to_duration(in_seconds(std::min(bound, longest)) * from.fraction());
}

bucket::bucket(quota published)
    : capacity_{std::max(1.0, published.amount * (1 - margin))},
      published_rate_{published.amount / in_seconds(published.window)},
      rate_{published_rate_},
      window_{published.window},
      level_{capacity_} {}

time_point bucket::ready_at(time_point now, double amount) const {
    if (!started_) return now;
    auto const level = std::min(capacity_, level_ + in_seconds(now - updated_) * rate_);
    // An amount above the capacity goes when the bucket is full.
    auto const missing = std::min(amount, capacity_) - level;
    // A millionth of a unit is rounding: without this a wait could end just short, for ever.
    return missing <= 1e-6 ? now : now + to_duration(missing / rate_);
}

void bucket::refill(time_point now) {
    if (started_) level_ = std::min(capacity_, level_ + in_seconds(now - updated_) * rate_);
    started_ = true;
    updated_ = now;
    if (learned() && now - raised_at_ >= window_ / 2) {
        rate_ = std::min(published_rate_, rate_ * raise_factor);
        raised_at_ = now;
    }
}

void bucket::sent(time_point now, double amount) {
    refill(now);
    level_ -= amount;
    accepted_since_ += amount;
}

void bucket::refused(time_point now, double amount) {
    refill(now);
    accepted_since_ = std::max(0.0, accepted_since_ - amount);
}

void bucket::emptied(time_point now) {
    refill(now);
    level_ = 0;
    if (emptied_at_) {
        auto const elapsed = in_seconds(now - *emptied_at_);
        if (elapsed < measured_seconds_min) return;
        auto const measured = measured_share * accepted_since_ / elapsed;
        rate_ = std::clamp(measured, rate_share_min * published_rate_, published_rate_);
    }
    raised_at_ = now;
    emptied_at_ = now;
    accepted_since_ = 0;
}

governor::governor(governor_options const& options) : random_{options.seed} {
    if (options.writes) writes_.paced.emplace(*options.writes);
    if (options.units) units_.paced.emplace(*options.units);
}

time_point governor::ready_at(time_point now, cost const& of) const {
    auto when = now;
    auto const ask = [&](lane const& which, double amount) {
        if (amount <= 0) return;
        when = std::max(when, which.gate);
        if (which.paced) when = std::max(when, which.paced->ready_at(now, amount));
    };
    ask(writes_, of.writes);
    ask(units_, of.units);
    return when;
}

void governor::sent(time_point now, cost const& of) {
    if (writes_.paced && of.writes > 0) writes_.paced->sent(now, of.writes);
    if (units_.paced && of.units > 0) units_.paced->sent(now, of.units);
}

void governor::settled(time_point sent_at, time_point now, cost const& of, outcome const& reply) {
    if (reply.kind == outcome_kind::throttled) {
        ++counts_.refusals;
        bool const writes = of.writes > 0 && reply.scope != throttle_scope::resource_units;
        // When the service does not say which limit it was, everything the request touched is
        // closed.
        bool const units = reply.scope != throttle_scope::writes || !writes;
        if (writes) close(writes_, sent_at, now, of.writes, reply.retry_after);
        if (units) close(units_, sent_at, now, of.units, reply.retry_after);
        return;
    }
    if (reply.kind == outcome_kind::done) {
        if (of.writes > 0) writes_.unannounced = 0;
        units_.unannounced = 0;
    }
    if (reply.kind == outcome_kind::transient && reply.retry_after) {
        // A 503 with a Retry-After speaks for the service, not for one request.
        auto const until = now + std::max(*reply.retry_after, gate_min);
        if (of.writes > 0) writes_.gate = std::max(writes_.gate, until);
        units_.gate = std::max(units_.gate, until);
    }
}

void governor::close(lane& which, time_point sent_at, time_point now, double amount,
                     std::optional<duration> retry_after) {
    if (which.paced) which.paced->refused(now, amount);
    // What was on its way when the gate closed tells of the same empty bucket, not of a new one.
    bool const same_gate = which.closed_before && sent_at <= which.closed_at;
    if (!same_gate) {
        if (which.paced) which.paced->emptied(now);
        which.closed_before = true;
        which.closed_at = now;
        ++counts_.gates;
        if (!retry_after) ++which.unannounced;
    }
    duration wait{};
    if (retry_after) {
        which.unannounced = 0;
        // Rounded up to a whole second: the service counts in those.
        wait = std::max<duration>(std::chrono::ceil<std::chrono::seconds>(*retry_after), gate_min);
    } else if (!same_gate) {
        wait = gate_min + backoff(which.unannounced, 2s, unannounced_gate_max, random_);
    }
    which.gate = std::max(which.gate, now + wait);
}

time_point governor::gate() const {
    return std::max(writes_.gate, units_.gate);
}

std::optional<double> governor::learned_write_rate() const {
    if (!writes_.paced || !writes_.paced->learned()) return std::nullopt;
    return writes_.paced->rate();
}

}  // namespace allot::throttle
