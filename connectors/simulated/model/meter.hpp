#pragma once

#include <deque>
#include <optional>
#include <variant>

#include "connectors/simulated/model/options.hpp"

/// What of a quota is used, in each of the ways to count (see `counting`). Whole numbers only, so
/// that a wait is exact. Costs are not negative; time does not go back.
namespace allot::simulated {

/// Use of a quota never grows beyond 9 / 5 of its capacity (graph-facts 1.3: 1.8).
inline constexpr std::int64_t use_numerator = 9;
inline constexpr std::int64_t use_denominator = 5;

/// No limit.
struct unlimited {
    void pass(quota const&, duration, time_point) {}
    [[nodiscard]] bool holds(std::int64_t) const { return true; }
    void add(std::int64_t) {}
    [[nodiscard]] duration until_it_holds(std::int64_t) const { return {}; }
    [[nodiscard]] std::int64_t used() const { return 0; }
    [[nodiscard]] double share() const { return 0; }
};

/// Tokens that come back all the time; below zero when refused requests took more than there were.
class token_bucket {
 public:
    /// `used`: tokens that are gone.
    token_bucket(quota const& by, std::int64_t used, time_point now);
    /// Fills up to `now`. A bucket whose limit moves keeps its tokens, as far as it can hold them.
    void pass(quota const& by, duration window_phase, time_point now);
    [[nodiscard]] bool holds(std::int64_t cost) const;
    void add(std::int64_t cost);
    [[nodiscard]] duration until_it_holds(std::int64_t cost) const;
    /// What is gone, rounded up.
    [[nodiscard]] std::int64_t used() const;
    /// What is gone by the capacity.
    [[nodiscard]] double share() const;

 private:
    void fill(time_point now);
    [[nodiscard]] std::int64_t full() const { return by_.capacity * by_.window.count(); }
    [[nodiscard]] std::int64_t lowest() const { return -(full() / use_denominator * 4); }

    quota by_;
    time_point filled_at_;
    /// In units of 1 / window nanoseconds of a token, so that a nanosecond fills `capacity` of
    /// them.
    std::int64_t level_ = 0;
};

/// A log of what was used in the last `window`.
class sliding_window {
 public:
    sliding_window(quota const& by, std::int64_t used, time_point now);
    /// A limit that moves finds what the log holds; what an older, shorter window has forgotten
    /// stays forgotten.
    void pass(quota const& by, duration window_phase, time_point now);
    [[nodiscard]] bool holds(std::int64_t cost) const { return used() + cost <= by_.capacity; }
    void add(std::int64_t cost);
    [[nodiscard]] duration until_it_holds(std::int64_t cost) const;
    [[nodiscard]] std::int64_t used() const { return total() - forgotten_; }
    [[nodiscard]] double share() const;

 private:
    struct entry {
        time_point at;
        std::int64_t total;  ///< of all costs ever, this one included
    };
    [[nodiscard]] std::int64_t total() const {
        return log_.empty() ? forgotten_ : log_.back().total;
    }

    quota by_;
    time_point now_;
    std::deque<entry> log_;  ///< in the order of time
    std::int64_t forgotten_ = 0;
};

/// A count that begins anew with each aligned window.
class fixed_window {
 public:
    fixed_window(quota const& by, std::int64_t used, time_point now);
    /// When the limit or the phase moves, what is used stays used to the end of the window that it
    /// is by then.
    void pass(quota const& by, duration window_phase, time_point now);
    [[nodiscard]] bool holds(std::int64_t cost) const { return used_ + cost <= by_.capacity; }
    void add(std::int64_t cost);
    [[nodiscard]] duration until_it_holds(std::int64_t cost) const;
    [[nodiscard]] std::int64_t used() const { return used_; }
    [[nodiscard]] double share() const;

 private:
    quota by_;
    time_point now_;
    time_point ends_at_;
    std::int64_t used_ = 0;
};

/// A quota that may be of any kind, or none, and may change from request to request.
class meter {
 public:
    /// Brings the count up to `now`, by the quota as it is now. Nothing is used of a quota that was
    /// not there before; one that counts in another way than before takes over what is used.
    void pass(std::optional<quota> const& by, duration window_phase, time_point now);
    [[nodiscard]] bool holds(std::int64_t cost) const;
    /// Counts a cost, whether or not there is room for it, up to the most that can be used.
    void add(std::int64_t cost);
    /// How long until it holds `cost`, if nothing else comes; 0 when it does. Of a cost above the
    /// capacity, which it never holds: the window.
    [[nodiscard]] duration until_it_holds(std::int64_t cost) const;
    /// What is used by the capacity: 0 to 1.8; 0 without a quota.
    [[nodiscard]] double used() const;

 private:
    template <class Count>
    void count_by(quota const& by, time_point now);

    std::variant<unlimited, token_bucket, sliding_window, fixed_window> count_;
};

}  // namespace allot::simulated
