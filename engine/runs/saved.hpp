#pragma once

#include <string>

#include "engine/documents/saved_plan.hpp"
#include "engine/runs/prepare.hpp"

namespace allot::runs {

/// What applying a saved plan asks: its job, under its rules, for its users by their ids, and no
/// change that is not in it. Users who are not as the plan saw them are barred (`stale_plan`); what
/// the plan blocked stays blocked. Errors: `refused_by_cap` when this program would not have made
/// that plan of what the plan says it saw.
result<request> request_of(documents::saved_plan of, std::span<plan::product const> products);

}  // namespace allot::runs
