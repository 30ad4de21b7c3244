#pragma once

#include <optional>
#include <span>
#include <vector>

#include "connectors/simulated/model/holdings.hpp"
#include "connectors/simulated/model/refusal.hpp"

namespace allot::simulated {

/// What one `assignLicense` asks for.
struct assignment {
    std::vector<licence_add> adds;
    std::vector<sku_id> removes;
};

/// What binds service plans to each other.
struct plan_rules {
    std::vector<plan_dependency> dependencies;
    std::vector<plan_exclusion> exclusions;
};

/// Gives and takes licences, all or nothing (graph-facts 3.1 and 3.2). `location_lag`: see options.
/// Empty when it was done; a change to what is already so is done too.
std::optional<refusal> assign(holdings& in, user_index to, assignment const& wanted,
                              plan_rules const& rules, duration location_lag, moment const& at);

}  // namespace allot::simulated
