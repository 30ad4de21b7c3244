#include "connectors/port/reason.hpp"

#include <cstddef>

namespace allot {

namespace {

struct words {
    reason of;
    std::string_view code;
    std::string_view meaning;
    std::string_view advice;
};

constexpr std::array table{
    words{reason::none, "", "", ""},
    words{reason::no_seats, "no_seats", "the tenant has no free seat of this SKU",
          "Buy more seats of this SKU or free some, then run the job again."},
    words{reason::sku_not_owned, "sku_not_owned", "the tenant has no subscription of this SKU",
          "The tenant has no subscription of this SKU: buy it, or correct the row."},
    words{reason::sku_not_assignable, "sku_not_assignable",
          "a company-wide or self-service SKU, which cannot be assigned to a user",
          "This SKU cannot be assigned to users: take the row out."},
    words{reason::user_not_found, "user_not_found", "there is no such user in the tenant",
          "Check the spelling; for accounts made minutes ago use --wait-for-users."},
    words{reason::usage_location_missing, "usage_location_missing",
          "the user has no usage location, and none is given",
          "Give a usage_location in the row, or --default-usage-location."},
    words{reason::usage_location_differs, "usage_location_differs",
          "a finding: the user has another usage location than the row",
          "The user's own location was kept; use --set-usage-location always to change it."},
    words{reason::inherited_from_group, "inherited_from_group",
          "the licence comes through a group, which decides",
          "The licence comes through a group: take the user out of that group instead."},
    words{reason::needless_direct, "needless_direct",
          "a finding: a group gives the licence that the user also holds directly",
          "A group gives the same licence: --drop-direct takes the direct copy away."},
    words{
        reason::group_in_error, "group_in_error",
        "a finding: the user has the licence, and a group that is to give it as well cannot",
        "The user has the licence; only the group's copy is in error: mend that, or take the user "
        "out of the group."},
    words{reason::group_not_found, "group_not_found",
          "there is no such group in the tenant, or there are several of that name",
          "Give the group's object id, or a display name that only one group has."},
    words{reason::group_not_writable, "group_not_writable",
          "a rule or an on-premises directory decides who is in the group",
          "Its members come from a rule or from an on-premises directory: change them there, or "
          "use another group."},
    words{reason::redundant, "redundant",
          "a finding, or with --skip-redundant a cause: every service plan is active through "
          "another SKU",
          "The user already has every service plan of this SKU through another one."},
    words{reason::swap_incomplete, "swap_incomplete",
          "a removal that was held back, because the licence assigned beside it cannot be given",
          "Nothing was removed because the licence assigned beside it cannot be given."},
    words{reason::stale_plan, "stale_plan", "the user has changed since the saved plan was made",
          "The user has changed since the plan was made: make a new plan."},
    words{reason::changed_since_run, "changed_since_run",
          "the user is no longer as the run that is to be undone left him",
          "Somebody changed this after the run: decide by hand what is right now."},
    words{reason::plan_dependency, "plan_dependency",
          "a service plan needs another one that the user lacks, or would lose",
          "Assign the SKU that holds the service plan it depends on, in the same job."},
    words{reason::plan_conflict, "plan_conflict", "two service plans exclude each other",
          "Remove the SKU that holds the conflicting service plan, or disable that plan."},
    words{reason::location_prohibited, "location_prohibited",
          "the SKU is not offered in the user's usage location",
          "The SKU is not offered in the user's usage location: correct the location."},
    words{reason::uniqueness_violation, "uniqueness_violation",
          "an address of the user is already used by another object",
          "Another object uses the same proxy address: resolve the conflict first."},
    words{reason::already_member, "already_member", "the user was added to a group that he is in",
          "The user is in the group already: run `allot verify` with the job."},
    words{reason::not_a_member, "not_a_member",
          "the user was taken out of a group that he is not in",
          "The user is not in the group: run `allot verify` with the job."},
    words{reason::licence_error, "licence_error",
          "the tenant shows an error on the user's licence that has no reason of its own here",
          "Look at the user's licences in the admin centre; the tenant shows an error."},
    words{reason::refused, "refused",
          "the service refused with words that are not known; they follow the advice",
          "Read the service's message; correct the cause and run again."},
    words{reason::unreadable, "unreadable", "the user could not be read: nothing is known of him",
          "The user could not be read: run the job again later."},
    words{reason::throttled, "throttled",
          "the service kept refusing for lack of quota for longer than the patience",
          "The service had no quota left: run the job again later."},
    words{reason::service_error, "service_error",
          "the service kept failing for longer than the patience",
          "The service kept failing: run the job again later."},
    words{reason::lost_reply, "lost_reply",
          "the reply was lost, and the user could not be read back",
          "It is not known whether the change was made: run `allot verify` with the job."},
    words{reason::not_seen_in_time, "not_seen_in_time",
          "accepted, and not seen in the tenant within --verify-timeout",
          "The service accepted it but does not show it yet: run `allot verify` later."},
    words{reason::not_as_asked, "not_as_asked", "the tenant is not as the job says",
          "Run `allot apply` with the job to mend it."},
    words{reason::sign_in_refused, "sign_in_refused", "the sign-in was refused during the run",
          "Mend the sign-in, then run the job again, or `allot resume` it."},
    words{
        reason::permission_refused, "permission_refused", "the application lacks a permission",
        "Grant the application these permissions, with admin consent: "
        "LicenseAssignment.ReadWrite.All, User.Read.All (User.ReadWrite.All for usage locations), "
        "Organization.Read.All; for groups, GroupMember.Read.All to look at them and "
        "GroupMember.ReadWrite.All to change who is in them."},
    words{reason::interrupted, "interrupted", "the run ended before this target was tried",
          "The run was stopped first: run the job again."},
    words{reason::too_many_failures, "too_many_failures",
          "more users failed than --max-failures allows",
          "Correct what made others fail, or raise --max-failures; then run the job again."},
};

constexpr bool in_order() {
    for (std::size_t at = 0; at < table.size(); ++at) {
        if (table[at].of != all_reasons[at] || static_cast<std::size_t>(table[at].of) != at) {
            return false;
        }
    }
    return table.size() == all_reasons.size();
}
static_assert(in_order());

words const& words_of(reason why) {
    return table[static_cast<std::size_t>(why)];
}

}  // namespace

std::string_view code(reason why) {
    return words_of(why).code;
}

std::string_view meaning(reason why) {
    return words_of(why).meaning;
}

std::string_view advice(reason why) {
    return words_of(why).advice;
}

}  // namespace allot
