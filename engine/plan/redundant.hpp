#pragma once

#include <cstdint>
#include <string>

#include "engine/plan/desired.hpp"

/// Licences that bring nothing which a user has not got by another one. Pure.
namespace allot::plan {

/// Whether a row takes the SKU from the user.
bool takes_away(desired const& wanted, std::uint32_t user, sku_id sku);

/// The other SKUs through which every service plan that `one`, of a SKU that the tenant has, would
/// bring the user is active; empty if not so. A SKU that the job takes away does not count, nor
/// does a plan that it switches off in another.
std::string redundant_through(desired const& wanted, std::uint32_t user, account const& seen,
                              want const& one);

}  // namespace allot::plan
