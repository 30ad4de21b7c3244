#pragma once

#include <string>

#include "engine/commands/session.hpp"
#include "engine/report/summary.hpp"

/// How a run's writing went, against the service's limits.
namespace allot::commands {

/// `bounded`: what the writes cost; `took`: the time from the first to the last that was accepted.
report::pacing_line pacing_of(session& with, throttle::cost const& bounded, duration took);

/// For people: the writes of this process, time, the bound, refusals, and what was learned.
std::string pacing_text(session& with, std::uint64_t writes, report::summary const& of);

}  // namespace allot::commands
