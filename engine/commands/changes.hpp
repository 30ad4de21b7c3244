#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/commands/preparation.hpp"
#include "engine/schedule/schedule.hpp"

/// From a plan to what the schedule is to do, and how long that will take.
namespace allot::commands {

plan::limit limit_of(config::cap const& cap);

/// One errand for each change, with the user as the survey saw him.
std::vector<schedule::errand> errands_of(prepared const& ready);

/// How the writing goes: all of the session's choices, and the waves.
schedule::options options_of(session const& with, config::running const& chosen);

/// How many requests the changes take, when none has to be sent twice; and what so many cost.
std::uint64_t writes_planned(plan::plan const& made);
throttle::cost cost_of_writes(std::uint64_t writes);

/// How long the changes will take.
struct outlook {
    std::optional<double> seconds;  ///< until everybody is verified; empty when it is not known
    std::string sentence;           ///< for people; empty when there is nothing to change
};
outlook foretell(session& with, config::running const& chosen, prepared const& ready,
                 std::span<schedule::errand const> errands);

}  // namespace allot::commands
