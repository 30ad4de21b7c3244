#pragma once

#include <optional>
#include <string>

#include "engine/commands/session.hpp"
#include "engine/runs/prepare.hpp"
#include "engine/store/run_store.hpp"

/// From a plan to what a run is to do, and how long that will take.
namespace allot::commands {

plan::limit limit_of(config::cap const& cap);

/// The waves that were asked for.
schedule::wave_options waves_of(config::running const& chosen);

/// How many requests the changes take, when none has to be sent twice; and what so many cost.
std::uint64_t writes_planned(plan::plan const& made);
throttle::cost cost_of_writes(std::uint64_t writes);

/// How long the changes will take.
struct outlook {
    std::optional<double> seconds;  ///< until everybody is verified; empty when it is not known
    std::string sentence;           ///< for people; empty when there is nothing to change
};
outlook foretell(session& with, config::running const& chosen, runs::prepared const& ready);

}  // namespace allot::commands
