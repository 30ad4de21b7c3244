#pragma once

#include <cstddef>
#include <cstdint>

#include "connectors/simulated/model/description.hpp"

namespace allot::simulated {

struct tenant_wishes {
    std::size_t users = 100;  ///< at most 9,999,999
    std::uint64_t seed = 1;
    /// Free seats of POWER_BI_PRO beyond what its users already hold.
    std::int64_t power_bi_pro_free = 100'000;
};

/// A plausible tenant `contoso.example`: `user00001@contoso.example` and so on, with ids that
/// follow from their numbers. Of each hundred some have no usage location, some hold
/// POWER_BI_STANDARD, SPE_E3, SPE_E5, POWER_BI_PRO directly (some with a disabled plan) or through
/// a group. From 8 users on, users 3 to 6 have names that need care: a guest (`#EXT#`), an
/// apostrophe, a plus, a leading `$`; user 7's licence is in error. Two groups give licences:
/// `Power BI analysts`, and `Contractors`, whose members a rule decides; it has none.
tenant_description make_tenant(tenant_wishes const& wishes);

/// The id of user `number` (from 1) of a made tenant.
user_id made_user_id(std::uint32_t number);

}  // namespace allot::simulated
