#pragma once

#include <cstdint>
#include <optional>

#include "connectors/port/random_stream.hpp"
#include "connectors/port/time.hpp"
#include "engine/throttle/sent_log.hpp"

namespace allot::throttle {

/// At most `amount` at once, refilled at `amount / window`: the service's token bucket. Both > 0.
struct quota {
    double amount = 0;
    duration window{};
};

/// How the service counts: in a bucket that fills steadily, or by windows in which it is used up.
enum class counting : std::uint8_t { bucket, window };

/// What earlier runs found out about a limit.
struct learned_limit {
    double share = 1;  ///< of the published limit, that was ours; 0 to 1
    double left = 1;   ///< of the capacity, that was left; 0 to 1
    counting counts = counting::bucket;
};

enum class known : std::uint8_t {
    as_published,
    not_at_all,  ///< the published figures only say what to expect by and large
    no_limit     ///< there is none, until the service refuses all the same
};

/// What is believed of a limit before anything was sent.
struct belief {
    quota published;
    double share = 1;  ///< the most of it that is to be used, 0 to 1; only if as_published
    known is = known::as_published;
    std::optional<learned_limit> learned{};  ///< by earlier runs; only if as_published
};

/// What a reply says about one limit.
struct signal {
    enum class kind : std::uint8_t {
        charged,  ///< served; also when it was refused for another cause than a limit
        refused,  ///< 429 of this limit: not served
        silent    ///< lost, or says nothing about limits: taken for charged
    };
    kind what = kind::silent;
    std::optional<duration> retry_after;  ///< refused only
    std::optional<double>
        used;  ///< share of the limit in use, as the service says; 1: at the limit
};

/// One limit of the service as we believe it to be, and the pace that follows from it. Pure: the
/// caller says what time it is; `now` never goes back.
///
/// A limit is a bucket: it holds `amount`, and fills at `amount / window`. What a full bucket holds
/// is spent at once, then the refill is followed. So a run whose limits are as published is never
/// refused, and no client can be faster.
///
/// Two figures are kept of what the bucket holds. `level` is what we believe: it fills at the rate
/// that is our share of the published one. `most` is what it can hold at most, by the published
/// figures alone.
///
/// Marks correct the belief. A mark is a moment at which it is known how full the bucket was: full
/// when the run began (a guess), empty when a request was refused, and in between where the service
/// says so (`x-ms-throttle-limit-percentage`, which comes above 80 %). Between two marks
///
///     charged = share * amount * (time / window + used at the second - used at the first)
///
/// which gives our share of the limit, be it that the limit is lower than published or that others
/// draw on it.
///
/// After a refusal nothing is sent until the gate opens: at Retry-After, or after a growing wait of
/// our own. Then one request tries whether it is open; only when it is served, others follow.
///
/// When a long time was clean, a learned share may be too low: then the pace is raised by small
/// steps, paid out of `most`, until a refusal measures anew, or `most` is used up, which proves the
/// published limit. When a refusal contradicts what is believed by far, the same is done at once
/// and quickly: it may have been one stray refusal.
///
/// A service that counts in windows refuses us just when we have used a whole limit, and for long.
/// That is how it gives itself away; from then on no more than the limit is sent in any window. One
/// whose windows are fixed serves us again earlier than our own sends would explain: then they are
/// forgotten.
///
/// Where the edge may be near, little is kept in flight: what is in flight when the first refusal
/// is on its way is refused too.
class quota_governor {
 public:
    explicit quota_governor(belief const& of, std::uint64_t seed = 1);

    /// When `amount` may be sent; not later than `now` means now. `time_point::max()`: not before
    /// something settles.
    [[nodiscard]] time_point ready_at(time_point now, double amount) const;
    void sent(time_point now, double amount);
    /// The reply to `amount` that was sent at `sent_at`.
    void settled(time_point sent_at, time_point now, double amount, signal const& reply);
    /// What was sent cost so much more (less: negative) than was said.
    void correct(double difference);
    /// Nothing is to be sent before; speaks of the service, not of this limit.
    void hold(time_point until);

    [[nodiscard]] double rate() const { return share_ * full_rate_; }  ///< a second, as believed
    [[nodiscard]] time_point gate() const { return gate_; }
    /// After a gate: one request may try whether it is open.
    [[nodiscard]] bool half_open() const { return half_open_; }
    [[nodiscard]] std::uint64_t gates() const { return gates_; }  ///< times it was closed
    /// Of the capacity, as predicted; 0 full, 1 used up.
    [[nodiscard]] double used(time_point now) const;
    /// What the next run should start from.
    [[nodiscard]] learned_limit learned(time_point now) const;
    /// True when the share that is believed in was measured, and is not all that we may use.
    [[nodiscard]] bool lowered() const { return share_ < share_max_; }
    /// True while no bound is believed in: none is known, or none is there.
    [[nodiscard]] bool unbounded() const { return unbounded_; }

 private:
    /// Why the pace is above the believed rate.
    enum class probing : std::uint8_t { no, gently, in_doubt };
    struct mark {
        time_point at{};
        double used = 0;
        bool guessed = true;
    };

    [[nodiscard]] double capacity() const { return share_ * full_; }
    [[nodiscard]] double pace() const;
    [[nodiscard]] double level_max() const;
    [[nodiscard]] double level_at(time_point now) const;
    [[nodiscard]] double in_flight_max() const;
    [[nodiscard]] time_point window_ready_at(time_point now, double amount) const;
    void advance(time_point now);
    void probe(probing how, double speed, time_point from);
    void raise(time_point now);
    void served(time_point sent_at, time_point now, double amount, signal const& reply);
    [[nodiscard]] bool fell_at_once(time_point sent_at, time_point now) const;
    void begin_windows(time_point now);
    void gauge(time_point now, double used);
    void refused(time_point now, double amount, std::optional<duration> retry_after);
    void close_gate(time_point now, std::optional<duration> retry_after);
    [[nodiscard]] bool counts_in_windows(bool tried, std::optional<duration> retry_after);
    void measure(time_point now, double used);
    void set_mark(time_point now, double used, double charged_since);

    double full_;       ///< the published amount
    double full_rate_;  ///< the published refill, a second
    duration window_;
    double share_;      ///< of the published limit, as believed
    double share_max_;  ///< the most that may be used; far above 1 when the limit is unknown
    bool unbounded_;    ///< not known, or none, and not yet met
    bool cautious_;     ///< one is there, but not known
    double level_;      ///< what is left, as of updated_
    double most_;       ///< what is left at most, as of updated_
    time_point updated_{};
    bool started_ = false;
    bool heard_ = false;  ///< something has settled

    mark mark_;
    double charged_ = 0;     ///< since the mark
    double in_flight_ = 0;   ///< sent and not settled
    double latency_ = 0.25;  ///< seconds, a moving mean

    time_point gate_{};
    time_point closed_at_{};
    std::uint64_t gates_ = 0;
    std::uint32_t unannounced_ = 0;  ///< gates in a row without a Retry-After
    bool half_open_ = false;         ///< one may try whether the gate is open

    probing probing_ = probing::no;
    double speed_ = 0;         ///< while probing: a second
    time_point probe_from_{};  ///< when it began
    time_point raised_at_{};   ///< when the speed was last raised
    duration quiet_;           ///< how long it must be clean before the pace is raised
    time_point quiet_from_{};

    bool gauged_ = false;  ///< the service says how much of the limit is used
    time_point gauge_seen_{};
    double gauge_used_ = 0;

    counting counts_ = counting::bucket;
    bool not_windows_ = false;  ///< it was thought so, and proved wrong
    double window_limit_ = 0;   ///< what was used up when the last gate closed, if a whole limit
    sent_log log_;              ///< our own sends of the last window
    random_stream random_;
};

}  // namespace allot::throttle
