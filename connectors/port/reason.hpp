#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace allot {

/// Why a target is not simply as the job says. The code of each is stable: scripts rely on it.
enum class reason : std::uint8_t {
    none,
    // Seen before anything is written.
    no_seats,                ///< the tenant has no free seat of this SKU
    sku_not_owned,           ///< the tenant has no subscription of this SKU
    sku_not_assignable,      ///< a company-wide or self-service SKU: not assignable to a user
    user_not_found,          ///< no such user in the tenant
    usage_location_missing,  ///< the user has no usage location and the row gives none
    usage_location_differs,  ///< a finding: the row's location is not the user's; left alone
    inherited_from_group,    ///< the licence comes through a group: remove it there
    needless_direct,         ///< a finding: a group gives the licence that is also held directly
    group_not_found,         ///< no such group in the tenant, or several of that name
    group_not_writable,      ///< a rule or an on-premises directory decides who is in the group
    redundant,               ///< every service plan is already active through another SKU
    swap_incomplete,         ///< a removal whose user cannot get the licence assigned beside it
    stale_plan,              ///< the user has changed since the saved plan was made
    changed_since_run,       ///< the user is no longer as the run that is to be undone left him
    // Refusals of the service.
    plan_dependency,       ///< a service plan needs another one that the user lacks
    plan_conflict,         ///< two service plans exclude each other
    location_prohibited,   ///< the SKU is not offered in the user's usage location
    uniqueness_violation,  ///< a proxy address is already used by another object
    already_member,        ///< added to a group that he, or one of those added with him, is in
    not_a_member,          ///< taken out of a group that he is not in
    licence_error,         ///< the tenant shows an error on the user's licence
    refused,               ///< refused with a message that is not known; kept as detail
    // The run could not do or see it.
    unreadable,          ///< the user could not be read
    throttled,           ///< the service kept refusing for longer than the patience
    service_error,       ///< the service kept failing for longer than the patience
    lost_reply,          ///< the reply was lost and the user could not be read back
    not_seen_in_time,    ///< accepted, not seen in the tenant within --verify-timeout
    not_as_asked,        ///< the tenant is not as the job says
    sign_in_refused,     ///< the service refused the sign-in during the run
    permission_refused,  ///< the application lacks a permission
    interrupted,         ///< the run ended before this target was tried
    too_many_failures    ///< more users failed than --max-failures allows
};

/// All reasons, in the order above.
inline constexpr std::array all_reasons{
    reason::none,
    reason::no_seats,
    reason::sku_not_owned,
    reason::sku_not_assignable,
    reason::user_not_found,
    reason::usage_location_missing,
    reason::usage_location_differs,
    reason::inherited_from_group,
    reason::needless_direct,
    reason::group_not_found,
    reason::group_not_writable,
    reason::redundant,
    reason::swap_incomplete,
    reason::stale_plan,
    reason::changed_since_run,
    reason::plan_dependency,
    reason::plan_conflict,
    reason::location_prohibited,
    reason::uniqueness_violation,
    reason::already_member,
    reason::not_a_member,
    reason::licence_error,
    reason::refused,
    reason::unreadable,
    reason::throttled,
    reason::service_error,
    reason::lost_reply,
    reason::not_seen_in_time,
    reason::not_as_asked,
    reason::sign_in_refused,
    reason::permission_refused,
    reason::interrupted,
    reason::too_many_failures,
};

/// The stable code, as in the report's `reason` column: `no_seats`; empty for `none`.
std::string_view code(reason why);

/// One sentence on what to do; empty for `none`.
std::string_view advice(reason why);

}  // namespace allot
