#pragma once

#include <span>

#include "engine/schedule/schedule.hpp"

namespace allot::schedule {

/// How long errands will take, from the moment that was asked about.
struct forecast {
    duration accepted{};  ///< until the service has accepted the last change
    duration ended{};     ///< until everybody is verified
};

/// Runs this very schedule in virtual time against a service that answers every request after
/// `reply_after`, refuses nothing, and shows every change at once. `paced` follows the limits as
/// they are believed to be at `now`. Of many users only the first are played; the rest is taken to
/// go at the pace of the later of those.
forecast foresee(throttle::governor paced, options const& chosen, std::span<errand const> errands,
                 aim const& aimed, time_point now);

/// The median of what is taken for the service in bench/.
inline constexpr duration reply_after = std::chrono::milliseconds{250};

}  // namespace allot::schedule
