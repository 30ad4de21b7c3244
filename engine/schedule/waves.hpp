#pragma once

#include <cstddef>
#include <optional>

#include "connectors/port/time.hpp"
#include "engine/plan/plan.hpp"

namespace allot::schedule {

/// How many users are changed before they must be verified, and how many may fail.
struct wave_options {
    std::size_t size = 0;  ///< users of one wave; 0: all are one wave
    duration pause{};      ///< from the end of a wave to the beginning of the next
    /// When more than this fail, nothing more is written. A number counts over the whole run; a
    /// percentage is of each wave's users and counts in that wave. Empty: it goes on whatever
    /// fails.
    std::optional<plan::limit> failures_max;
};

/// In how many waves of that size so many users go.
std::size_t wave_count(std::size_t users, std::size_t size);

/// Cuts users, in the order in which they are changed, into waves: a wave begins when everybody of
/// the one before has ended, not too many of them failed, and the pause is over.
class waves {
 public:
    waves(wave_options chosen, std::size_t users);

    /// Users before this one may be changed.
    [[nodiscard]] std::size_t open_until() const;
    /// One of the users before `open_until` has ended. Not for one whom the end of the run cut
    /// short: his wave never ends.
    void ended(bool failed, time_point now);
    /// Begins the next wave when its time has come.
    void begin_next(time_point now);
    /// When the next wave begins; empty while the present one has not ended, and after the last.
    [[nodiscard]] std::optional<time_point> next_at() const { return next_at_; }

    [[nodiscard]] bool too_many_failed() const;

    struct standing {
        std::size_t count = 0;   ///< waves in all
        std::size_t begun = 0;   ///< of them; the last of these is the present one
        std::size_t done = 0;    ///< of them, those in which everybody has ended
        std::size_t failed = 0;  ///< users who count against the limit
        std::size_t users = 0;   ///< of so many
    };
    [[nodiscard]] standing stands() const;

 private:
    [[nodiscard]] std::size_t users_of_present() const;
    [[nodiscard]] bool by_share() const;

    wave_options options_;
    std::size_t users_;
    std::size_t begun_ = 0;
    std::size_t left_ = 0;  ///< of the present wave, not ended
    std::size_t failed_ = 0;
    std::size_t failed_in_wave_ = 0;
    std::optional<time_point> next_at_;
};

}  // namespace allot::schedule
