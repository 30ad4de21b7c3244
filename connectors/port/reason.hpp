#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace allot {

/// Why a target is not simply as the job says; `meaning` says what each means. The code of each is
/// stable: scripts rely on it.
enum class reason : std::uint8_t {
    none,
    // Seen before anything is written.
    no_seats,
    sku_not_owned,
    sku_not_assignable,
    user_not_found,
    usage_location_missing,
    usage_location_differs,
    inherited_from_group,
    needless_direct,
    group_in_error,
    group_not_found,
    group_not_writable,
    redundant,
    swap_incomplete,
    stale_plan,
    changed_since_run,
    // Refusals of the service.
    plan_dependency,
    plan_conflict,
    location_prohibited,
    uniqueness_violation,
    already_member,
    not_a_member,
    licence_error,
    refused,
    // The run could not do or see it.
    unreadable,
    throttled,
    service_error,
    lost_reply,
    not_seen_in_time,
    not_as_asked,
    sign_in_refused,
    permission_refused,
    interrupted,
    too_many_failures
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
    reason::group_in_error,
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

/// What it says, as a part of a sentence: `the tenant has no free seat of this SKU`; empty for
/// `none`.
std::string_view meaning(reason why);

/// One sentence on what to do; empty for `none`.
std::string_view advice(reason why);

}  // namespace allot
