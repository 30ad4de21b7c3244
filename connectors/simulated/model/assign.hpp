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

/// True when a user with these licences has a plan enabled without one that it needs.
bool lacks(holdings const& in, std::span<licence const> licences, plan_dependency const& rule);
/// True when he has both of two plans enabled that exclude each other.
bool clashes(holdings const& in, std::span<licence const> licences, plan_exclusion const& rule);
/// True when the tenant has a seat of the SKU left, or a user with these licences has one already.
bool seated(holdings const& in, std::span<licence const> has, sku_index sku);

/// What is wrong with the request itself, whoever it is for.
std::optional<refusal> contradiction(assignment const& wanted);
/// Why the tenant does not give that licence to anybody: the SKU, or a plan that is not in it.
std::optional<refusal> not_given(holdings const& in, licence_add const& wanted);
refusal not_valid(sku_id sku);

/// Gives and takes licences, all or nothing (graph-facts 3.1 and 3.2). `location_lag`: see options.
/// Empty when it was done; a change to what is already so is done too.
std::optional<refusal> assign(holdings& in, user_index to, assignment const& wanted,
                              plan_rules const& rules, duration location_lag, moment const& at);

}  // namespace allot::simulated
