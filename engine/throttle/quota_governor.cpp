#include "engine/throttle/quota_governor.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/throttle/backoff.hpp"
#include "engine/throttle/seconds.hpp"

namespace allot::throttle {

namespace {

using namespace std::chrono_literals;

// The figures below were chosen with bench/throttle; none of them is sharp.

/// The share of a full bucket that is left alone, because requests do not arrive in the order and
/// at the distances in which they were sent.
constexpr double margin = 0.02;
/// A learned rate is followed a little below itself, so that the bucket is not met again by chance.
constexpr double learned_pace = 0.99;
/// After a refusal so much of the bucket is left to fill first.
constexpr double cushion = 0.01;
/// Where the service says how much is used, the use is held this far below the limit.
constexpr double gauge_margin = 0.03;
/// The service is silent below 80 % use; this much is then there for certain.
constexpr double silence_means = 0.2 - gauge_margin;
/// However little was measured, go on at this share of the published rate.
constexpr double share_min = 0.02;
/// Near the edge no more is in flight, if the pace does not need more.
constexpr double edge_in_flight = 8;
/// While nothing is known of the limit.
constexpr double unknown_in_flight = 16;
/// Below this share of the capacity a learned limit may be near its edge.
constexpr double edge_level = 0.2;
constexpr double no_bound = 1e9;

/// Probing: gently begins a tenth above the rate and stays there for long, because most of the time
/// the limit is still as it was measured.
constexpr double gentle_start = 1.1;
constexpr duration gentle_start_lasts = 40s;
constexpr double gentle_step = 1.2;
constexpr duration gentle_step_after = 4s;
/// In doubt most of the bucket may be there: find out soon.
constexpr double doubt_start = 1.25;
constexpr double doubt_step = 1.5;
constexpr duration doubt_step_after = 1s;
/// A refusal while so much of the bucket should be left is doubted.
constexpr double doubtful_share = 0.1;
/// A service that wants us to wait longer than this means it.
constexpr duration doubtful_wait = 30s;
/// The doubt was right when so much more was served than an empty bucket could have given.
constexpr double doubt_proof = 0.03;

/// Two refusals closer than this say nothing about the rate.
constexpr duration measured_min = 2s;
/// A wait this long is not that of a bucket, which has the next unit in a moment.
constexpr duration window_wait_min = 5s;
/// A whole limit was used up, give or take.
constexpr double window_match = 0.025;

/// A Retry-After shorter than this is not worth the risk of another refusal.
constexpr duration gate_min = 1s;

/// Rounded up to a whole second: the service counts in those.
duration announced_wait(duration retry_after) {
    return std::max<duration>(std::chrono::ceil<std::chrono::seconds>(retry_after), gate_min);
}

/// Far above any limit; only its ratio to 1 matters.
constexpr double share_unknown = 1e6;

}  // namespace

quota_governor::quota_governor(belief const& of, std::uint64_t seed)
    : full_{of.published.amount},
      full_rate_{of.published.amount / in_seconds(of.published.window)},
      window_{of.published.window},
      share_{of.is == known::as_published ? of.share : 1},
      share_max_{of.is == known::as_published ? of.share : share_unknown},
      unbounded_{of.is != known::as_published},
      cautious_{of.is == known::not_at_all},
      level_{0},
      most_{0},
      quiet_{of.published.window},
      log_{of.published.window},
      random_{seed} {
    double left = 1;
    if (of.learned && !unbounded_) {
        share_ = std::clamp(of.learned->share, std::min(share_min, share_max_), share_max_);
        counts_ = of.learned->counts;
        left = of.learned->left;
    }
    level_ = left * capacity() * (1 - margin);
    most_ =
        unbounded_ ? std::numeric_limits<double>::max() : left * full_ * share_max_ * (1 - margin);
    mark_.used = 1 - left;
}

/// Units a second at which the level fills.
double quota_governor::pace() const {
    if (probing_ != probing::no) return speed_;
    return lowered() ? learned_pace * rate() : rate();
}

/// While probing nothing is saved up: the speed is what is tried.
double quota_governor::level_max() const {
    auto const whole = probing_ != probing::no ? 0.2 * speed_ : capacity() * (1 - margin);
    return std::max(1.0, whole);
}

/// The service's bucket is full until our first request is there, which no one sees before a reply:
/// the first may have waited for a sign-in.
double quota_governor::level_at(time_point now) const {
    if (!heard_) return level_;
    return std::min(level_max(), level_ + in_seconds(now - updated_) * pace());
}

double quota_governor::in_flight_max() const {
    if (half_open_) return 1;
    auto const needed = 2 + 1.2 * latency_ * pace();
    if (unbounded_) {
        return cautious_ ? std::max(unknown_in_flight, 2 * latency_ * full_rate_) : no_bound;
    }
    // While probing the edge is sought: no more than the speed needs.
    if (probing_ != probing::no) return 1 + latency_ * speed_;
    auto const careful = std::max(edge_in_flight, needed);
    if (counts_ == counting::window) {
        return lowered() && log_.total() > 0.9 * capacity() ? careful : no_bound;
    }
    if (lowered() && level_ < edge_level * capacity()) return careful;
    // The last of the bucket is spent with ever less in flight.
    return std::max(careful, 0.3 * level_);
}

time_point quota_governor::ready_at(time_point now, double amount) const {
    // What costs more than may be in flight goes alone.
    constexpr double alone_max = 3;
    auto const room = in_flight_ > 0 ? in_flight_max() : std::max(in_flight_max(), alone_max);
    if (in_flight_ + amount > room) return time_point::max();
    auto when = std::max(now, gate_);
    if (!started_ || unbounded_) return when;
    if (counts_ == counting::window) return std::max(when, window_ready_at(now, amount));
    // An amount above the capacity goes when the bucket is full. A millionth of a unit is rounding:
    // without this a wait could end just short, for ever.
    auto const missing = std::min(amount, level_max()) - level_at(now);
    if (missing > 1e-6 && !heard_ && in_flight_ > 0) return time_point::max();
    if (missing > 1e-6) when = std::max(when, now + to_duration(missing / pace()));
    if (probing_ != probing::no) {
        auto const lacking =
            amount - (most_ + in_seconds(now - updated_) * full_rate_ * share_max_);
        if (lacking > 1e-6) {
            when = std::max(when, now + to_duration(lacking / (full_rate_ * share_max_)));
        }
    }
    return when;
}

time_point quota_governor::window_ready_at(time_point now, double amount) const {
    // One may try whether the windows of the service have moved on.
    if (half_open_) return now;
    auto const limit = capacity() * (1 - margin / 2);
    return log_.at_most(std::max(0.0, limit - amount), now);
}

double quota_governor::used(time_point now) const {
    if (unbounded_ || !started_) return 0;
    if (counts_ == counting::window) return std::clamp(log_.total() / capacity(), 0.0, 1.0);
    return std::clamp(1 - level_at(now) / capacity(), 0.0, 1.0);
}

learned_limit quota_governor::learned(time_point now) const {
    return {std::min(1.0, share_), 1 - used(now), counts_};
}

void quota_governor::advance(time_point now) {
    if (!started_) {
        started_ = true;
        updated_ = mark_.at = quiet_from_ = gauge_seen_ = now;
    }
    auto const passed = in_seconds(now - updated_);
    log_.forget_old(now);
    if (!unbounded_) {
        level_ = level_at(now);
        most_ =
            std::min(most_ + passed * full_rate_ * share_max_, full_ * share_max_ * (1 - margin));
    }
    updated_ = now;
    if (now < gate_ || half_open_) {
        quiet_from_ = raised_at_ = std::max(quiet_from_, now);
        return;
    }
    if (counts_ == counting::window || unbounded_) return;
    if (probing_ != probing::no) {
        raise(now);
    } else if (lowered() && now - quiet_from_ >= quiet_) {
        probe(probing::gently, gentle_start * rate(), now);
    }
}

void quota_governor::probe(probing how, double speed, time_point from) {
    probing_ = how;
    speed_ = speed;
    probe_from_ = raised_at_ = from;
    level_ = std::min(level_, 1.0);
}

void quota_governor::raise(time_point now) {
    bool const doubted = probing_ == probing::in_doubt;
    auto const refilled = full_rate_ * share_max_ * in_seconds(now - mark_.at);
    bool const proved = doubted && charged_ - refilled >= doubt_proof * full_ * share_max_;
    if (proved || most_ < 1) {
        probing_ = probing::no;
        share_ = share_max_;
        level_ = most_;
        quiet_ = window_;
        quiet_from_ = now;
        return;
    }
    auto const after = doubted                                  ? doubt_step_after
                       : now - probe_from_ < gentle_start_lasts ? gentle_start_lasts
                                                                : gentle_step_after;
    if (now - raised_at_ < after) return;
    speed_ *= doubted ? doubt_step : gentle_step;
    raised_at_ = now;
}

void quota_governor::sent(time_point now, double amount) {
    advance(now);
    in_flight_ += amount;
    level_ -= amount;
    most_ -= amount;
    charged_ += amount;
    log_.add(now, amount);
}

void quota_governor::correct(double difference) {
    level_ -= difference;
    most_ -= difference;
    charged_ += difference;
}

void quota_governor::hold(time_point until) {
    gate_ = std::max(gate_, until);
}

void quota_governor::settled(time_point sent_at, time_point now, double amount,
                             signal const& reply) {
    advance(now);
    heard_ = true;
    in_flight_ = std::max(0.0, in_flight_ - amount);
    if (reply.what == signal::kind::silent) return;
    latency_ += 0.05 * (in_seconds(now - sent_at) - latency_);
    // What was on its way when the gate closed tells of that same edge, not of a new one.
    bool const old = gates_ > 0 && sent_at <= closed_at_;
    if (reply.what == signal::kind::charged) {
        if (!old) served(sent_at, now, amount, reply);
        return;
    }
    log_.take_back(amount);
    if (old) {
        // It may have been charged all the same.
        level_ -= amount;
        if (reply.retry_after) hold(now + announced_wait(*reply.retry_after));
        return;
    }
    charged_ = std::max(0.0, charged_ - amount);
    refused(now, amount, reply.retry_after);
}

void quota_governor::served(time_point sent_at, time_point now, double amount,
                            signal const& reply) {
    if (half_open_ && counts_ == counting::window && log_.total() > amount &&
        log_.first_leaves(now) > now + measured_min) {
        // Served although nothing of ours has left the window: the service has begun a new one.
        log_.clear();
        log_.add(sent_at, amount);
    }
    half_open_ = false;
    unannounced_ = 0;
    if (counts_ == counting::window) return;
    if (reply.used) {
        gauge(now, *reply.used);
    } else if (gauged_ && !not_windows_ && fell_at_once(sent_at, now)) {
        begin_windows(now);
    } else if (gauged_) {
        auto const there = std::min(silence_means * capacity() - in_flight_, most_);
        if (probing_ == probing::no) level_ = std::max(level_, there);
        if (lowered() && now - gauge_seen_ >= window_ / 10) {
            share_ = std::min(share_max_, 1.25 * share_);
            gauge_seen_ = now;
        }
    }
}

/// The use of a bucket falls no faster than it refills; that of a window falls at once, to below
/// the 80 % at which the service begins to speak of it.
bool quota_governor::fell_at_once(time_point sent_at, time_point now) const {
    constexpr double silent_below = 0.8;
    constexpr double steps = 0.08;  // of the gauge, and of what came in between
    auto const refilled = in_seconds(now - gauge_seen_) / in_seconds(window_);
    return sent_at >= gauge_seen_ && gauge_used_ - silent_below > refilled + steps;
}

void quota_governor::begin_windows(time_point now) {
    counts_ = counting::window;
    share_ = std::min(1.0, share_max_);
    probing_ = probing::no;
    set_mark(now, 0, 0);
    // Unless what is now free was ours, it is the service that has begun a new window.
    if (log_.first_leaves(now) > now + measured_min) {
        log_.clear();
        log_.add(now, in_flight_);
    }
}

void quota_governor::gauge(time_point now, double used) {
    gauged_ = true;
    gauge_seen_ = now;
    gauge_used_ = used;
    // Enough must have been charged in between for the steps of the gauge (0.01) not to matter.
    if (mark_.guessed || charged_ - in_flight_ >= 0.1 * capacity()) {
        measure(now, used);
        constexpr double near_enough = 0.97;
        if (share_ > near_enough * share_max_) share_ = share_max_;
        set_mark(now, used, in_flight_);
        if (lowered()) {
            probing_ = probing::no;
            quiet_from_ = now;
        }
    }
    most_ = std::min(most_, (1 - used + 0.01) * full_ * share_max_ - in_flight_);
    if (probing_ == probing::no) {
        level_ = std::min(most_, (1 - used - gauge_margin) * capacity() - in_flight_);
    }
}

/// The first refusal since the gate was last open.
void quota_governor::refused(time_point now, double amount, std::optional<duration> retry_after) {
    bool const tried = half_open_;
    if (now - gauge_seen_ > window_ / 4) gauged_ = false;
    closed_at_ = now;
    close_gate(now, retry_after);
    half_open_ = true;
    quiet_from_ = gate_;
    bool const was_window = counts_ == counting::window;
    if (counts_in_windows(tried, retry_after)) {
        if (!was_window) share_ = window_limit_ / full_;
        counts_ = counting::window;
        probing_ = probing::no;
        set_mark(now, 1, 0);
        return;
    }
    if (was_window) {
        counts_ = counting::bucket;
        not_windows_ = true;
    }
    if (tried) {
        // Still closed: that says nothing new of the rate.
        level_ -= amount;
        return;
    }
    bool const doubtful =
        gate_ - now < doubtful_wait && most_ > doubtful_share * full_ * share_max_;
    if (doubtful && !lowered() && !unbounded_ && probing_ == probing::no) {
        if (mark_.guessed && charged_ > 0.25 * full_ * share_max_) measure(now, 1);
        probe(probing::in_doubt, doubt_start * rate(), gate_);
        level_ = 0;
        set_mark(now, 1, 0);
        return;
    }
    auto const before = share_;
    auto const since = now - mark_.at;
    // Doubted for a moment only: what was measured over the whole burst is the better figure.
    bool const known_better = probing_ == probing::in_doubt && lowered() && since < window_ / 10;
    if (since >= measured_min && !known_better) measure(now, 1);
    if (probing_ == probing::gently) {
        // Found where it was: look more seldom.
        bool const same = share_ > 0.9 * before && share_ < 1.1 * before;
        quiet_ = same ? std::min<duration>(2 * quiet_, 2 * window_) : window_;
    }
    probing_ = probing::no;
    level_ = -cushion * capacity() - amount;
    most_ = 0;
    // A short time measures badly: it goes on from the older mark, which is as sure.
    if (mark_.guessed || since >= window_ / 10) set_mark(now, 1, 0);
}

void quota_governor::close_gate(time_point now, std::optional<duration> retry_after) {
    ++gates_;
    if (retry_after) {
        unannounced_ = 0;
        // Rounded up to a whole second: the service counts in those.
        hold(now +
             std::max<duration>(std::chrono::ceil<std::chrono::seconds>(*retry_after), gate_min));
        return;
    }
    ++unannounced_;
    // A bucket is full again after a window; a window may open at any time.
    auto const longest = counts_ == counting::window ? window_ / 8 : window_;
    auto wait = std::min<duration>(longest, gate_min * (1 << std::min(unannounced_, 20U)));
    wait = wait / 2 + to_duration(in_seconds(wait / 2) * random_.fraction());
    hold(now + gate_min + wait);
}

bool quota_governor::counts_in_windows(bool tried, std::optional<duration> retry_after) {
    auto const own = log_.total() - in_flight_;
    auto const near = [own](double limit) { return std::abs(own - limit) < window_match * limit; };
    if (counts_ == counting::window) return tried || own > 0.9 * capacity();
    if (!tried) {
        auto const whole = full_ * std::min(1.0, share_max_);
        window_limit_ = near(capacity()) ? capacity() : near(whole) ? whole : 0;
    }
    // Where the service says itself that a whole limit is used, ours need not match.
    constexpr double all_used = 0.95;
    if (gauged_ && gauge_used_ >= all_used) window_limit_ = full_ * std::min(1.0, share_max_);
    if (not_windows_ || unbounded_ || window_limit_ <= 0) return false;
    return retry_after ? *retry_after >= window_wait_min : tried;
}

void quota_governor::measure(time_point now, double used) {
    auto const span = in_seconds(now - mark_.at) / in_seconds(window_) + used - mark_.used;
    if (span <= 0) return;
    // What is in flight was sent after the request that told us, and will fare as it did.
    auto const charged = std::max(0.0, charged_ - in_flight_);
    share_ = std::clamp(charged / (full_ * span), std::min(share_min, share_max_), share_max_);
    if (unbounded_) {
        unbounded_ = false;
        most_ = full_ * share_max_;
        level_ = 0;
    }
}

void quota_governor::set_mark(time_point now, double used, double charged_since) {
    mark_ = {now, used, false};
    charged_ = charged_since;
}

}  // namespace allot::throttle
