#include "connectors/port/reason.hpp"

namespace allot {

std::string_view code(reason why) {
    switch (why) {
        case reason::none:
            return "";
        case reason::no_seats:
            return "no_seats";
        case reason::sku_not_owned:
            return "sku_not_owned";
        case reason::sku_not_assignable:
            return "sku_not_assignable";
        case reason::user_not_found:
            return "user_not_found";
        case reason::usage_location_missing:
            return "usage_location_missing";
        case reason::usage_location_differs:
            return "usage_location_differs";
        case reason::inherited_from_group:
            return "inherited_from_group";
        case reason::needless_direct:
            return "needless_direct";
        case reason::group_not_found:
            return "group_not_found";
        case reason::group_not_writable:
            return "group_not_writable";
        case reason::redundant:
            return "redundant";
        case reason::swap_incomplete:
            return "swap_incomplete";
        case reason::stale_plan:
            return "stale_plan";
        case reason::changed_since_run:
            return "changed_since_run";
        case reason::plan_dependency:
            return "plan_dependency";
        case reason::plan_conflict:
            return "plan_conflict";
        case reason::location_prohibited:
            return "location_prohibited";
        case reason::uniqueness_violation:
            return "uniqueness_violation";
        case reason::already_member:
            return "already_member";
        case reason::not_a_member:
            return "not_a_member";
        case reason::licence_error:
            return "licence_error";
        case reason::refused:
            return "refused";
        case reason::unreadable:
            return "unreadable";
        case reason::throttled:
            return "throttled";
        case reason::service_error:
            return "service_error";
        case reason::lost_reply:
            return "lost_reply";
        case reason::not_seen_in_time:
            return "not_seen_in_time";
        case reason::not_as_asked:
            return "not_as_asked";
        case reason::sign_in_refused:
            return "sign_in_refused";
        case reason::permission_refused:
            return "permission_refused";
        case reason::interrupted:
            return "interrupted";
        case reason::too_many_failures:
            return "too_many_failures";
    }
    return "";
}

std::string_view advice(reason why) {
    switch (why) {
        case reason::none:
            return "";
        case reason::no_seats:
            return "Buy more seats of this SKU or free some, then run the job again.";
        case reason::sku_not_owned:
            return "The tenant has no subscription of this SKU: buy it, or correct the row.";
        case reason::sku_not_assignable:
            return "This SKU cannot be assigned to users: take the row out.";
        case reason::user_not_found:
            return "Check the spelling; for accounts made minutes ago use --wait-for-users.";
        case reason::usage_location_missing:
            return "Give a usage_location in the row, or --default-usage-location.";
        case reason::usage_location_differs:
            return "The user's own location was kept; use --set-usage-location always to change "
                   "it.";
        case reason::inherited_from_group:
            return "The licence comes through a group: take the user out of that group instead.";
        case reason::needless_direct:
            return "A group gives the same licence: --drop-direct takes the direct copy away.";
        case reason::group_not_found:
            return "Give the group's object id, or a display name that only one group has.";
        case reason::group_not_writable:
            return "Its members come from a rule or from an on-premises directory: change them "
                   "there, or use another group.";
        case reason::redundant:
            return "The user already has every service plan of this SKU through another one.";
        case reason::swap_incomplete:
            return "Nothing was removed because the licence assigned beside it cannot be given.";
        case reason::stale_plan:
            return "The user has changed since the plan was made: make a new plan.";
        case reason::changed_since_run:
            return "Somebody changed this after the run: decide by hand what is right now.";
        case reason::plan_dependency:
            return "Assign the SKU that holds the service plan it depends on, in the same job.";
        case reason::plan_conflict:
            return "Remove the SKU that holds the conflicting service plan, or disable that plan.";
        case reason::location_prohibited:
            return "The SKU is not offered in the user's usage location: correct the location.";
        case reason::uniqueness_violation:
            return "Another object uses the same proxy address: resolve the conflict first.";
        case reason::already_member:
            return "The user is in the group already: run `allot verify` with the job.";
        case reason::not_a_member:
            return "The user is not in the group: run `allot verify` with the job.";
        case reason::licence_error:
            return "Look at the user's licences in the admin centre; the tenant shows an error.";
        case reason::refused:
            return "Read the service's message; correct the cause and run again.";
        case reason::unreadable:
            return "The user could not be read: run the job again later.";
        case reason::throttled:
            return "The service had no quota left: run the job again later.";
        case reason::service_error:
            return "The service kept failing: run the job again later.";
        case reason::lost_reply:
            return "It is not known whether the change was made: run `allot verify` with the job.";
        case reason::not_seen_in_time:
            return "The service accepted it but does not show it yet: run `allot verify` later.";
        case reason::not_as_asked:
            return "Run `allot apply` with the job to mend it.";
        case reason::sign_in_refused:
            return "Mend the sign-in, then run the job again, or `allot resume` it.";
        case reason::permission_refused:
            return "Grant the application these permissions, with admin consent: "
                   "LicenseAssignment.ReadWrite.All, User.Read.All (User.ReadWrite.All for usage "
                   "locations), Organization.Read.All and, to change who is in a group, "
                   "GroupMember.ReadWrite.All.";
        case reason::interrupted:
            return "The run was stopped first: run the job again.";
        case reason::too_many_failures:
            return "Correct what made others fail, or raise --max-failures; then run the job "
                   "again.";
    }
    return "";
}

}  // namespace allot
