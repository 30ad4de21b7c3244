#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "connectors/port/directory_words.hpp"
#include "connectors/port/time.hpp"
#include "engine/throttle/cost.hpp"
#include "connectors/port/random_stream.hpp"

namespace allot::throttle {

/// At most `amount` at once, refilled at `amount / window`: the service's token bucket. Both > 0.
struct quota {
    double amount = 0;
    duration window{};
};

/// One bucket as we believe it to be. The published figures say how much it holds and how fast it
/// fills; a refusal says that it is empty at that moment, whatever we believed. What was accepted
/// between two such moments is exactly what flowed in between: so after two the true rate, or our
/// share of it, is known. Rates learned so are raised again by steps when no refusal comes for half
/// a window.
class bucket {
 public:
    explicit bucket(quota published);

    /// When `amount` may be sent; not later than `now` means now.
    [[nodiscard]] time_point ready_at(time_point now, double amount) const;
    void sent(time_point now, double amount);
    /// The service refused `amount` of it: it was not charged.
    void refused(time_point now, double amount);
    /// The bucket is empty now. Called once per gate, however many refusals it brought.
    void emptied(time_point now);

    [[nodiscard]] double rate() const { return rate_; }  ///< units a second, as believed
    [[nodiscard]] bool learned() const { return rate_ < published_rate_; }

 private:
    void refill(time_point now);

    double capacity_;  ///< what may be sent at once
    double published_rate_;
    double rate_;
    duration window_;
    double level_;  ///< what is left, as of updated_
    time_point updated_{};
    bool started_ = false;
    std::optional<time_point> emptied_at_;  ///< the last time we knew it to be empty
    double accepted_since_ = 0;             ///< what was sent and not refused since then
    time_point raised_at_{};                ///< when the rate was last changed
};

struct governor_options {
    std::optional<quota> writes;  ///< absent: no limit
    std::optional<quota> units;
    std::uint64_t seed = 1;  ///< for the jitter of gates without a Retry-After
};

/// All pacing in one place: a bucket for each published limit, and one gate for each that a 429
/// closes for everyone. Pure: the caller says what time it is; `now` must not go back.
class governor {
 public:
    explicit governor(governor_options const& options);

    /// The earliest time at which something of this cost may be sent; not later than `now` means
    /// now.
    [[nodiscard]] time_point ready_at(time_point now, cost const& of) const;
    void sent(time_point now, cost const& of);
    /// Reports the reply to an operation of that cost that was sent at `sent_at`.
    void settled(time_point sent_at, time_point now, cost const& of, outcome const& reply);

    struct counts {
        std::uint64_t refusals = 0;  ///< replies with 429
        std::uint64_t gates = 0;     ///< times that a gate was closed
    };
    [[nodiscard]] counts const& seen() const { return counts_; }
    /// When the last gate opens again; in the past when none is closed.
    [[nodiscard]] time_point gate() const;
    [[nodiscard]] std::optional<double> learned_write_rate() const;

 private:
    struct lane {
        std::optional<bucket> paced;
        time_point gate{};       ///< nothing may be sent before
        time_point closed_at{};  ///< when that gate was first closed
        bool closed_before = false;
        std::uint32_t unannounced = 0;  ///< gates in a row without a Retry-After
    };
    void close(lane& which, time_point sent_at, time_point now, double amount,
               std::optional<duration> retry_after);

    lane writes_;
    lane units_;
    counts counts_;
    random_stream random_;
};

}  // namespace allot::throttle
