#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "connectors/port/id.hpp"
#include "connectors/port/reason.hpp"
#include "connectors/port/time.hpp"
#include "connectors/port/trace_id.hpp"

/// The words of design section 1 that engine and connectors share: what a tenant holds, what can be
/// asked of it, and what came back.
namespace allot {

/// One part of a SKU.
struct service_plan {
    plan_id id;
    std::string name;       ///< `BI_AZURE_P2`
    bool for_users = true;  ///< `appliesTo` is User; company plans cannot be disabled per user

    bool operator==(service_plan const&) const = default;
};

/// What the tenant bought of one SKU: the sum over its subscriptions of that SKU.
struct subscription {
    sku_id sku;
    std::string part_number;        ///< `POWER_BI_PRO`
    std::string capability_status;  ///< `Enabled`, `Warning`, `Suspended`, `Deleted`, `LockedOut`
    bool for_users = true;          ///< `appliesTo` is User; others cannot be assigned
    std::int64_t enabled = 0;       ///< seats that can be given
    std::int64_t warning = 0;       ///< seats expired but in grace
    std::int64_t suspended = 0;
    std::int64_t locked_out = 0;
    std::int64_t consumed = 0;  ///< seats in use; can exceed `enabled`
    std::vector<service_plan> plans;

    bool operator==(subscription const&) const = default;
};

/// Where one licence of a user comes from and how it is: one per (SKU, source).
struct licence_state {
    sku_id sku;
    std::vector<plan_id> disabled_plans;  ///< sorted
    std::optional<group_id> by_group;     ///< empty: assigned directly
    bool active = true;                   ///< the service's state is Active or ActiveWithError
    std::string error;                    ///< `CountViolation`, …; empty when there is none

    bool operator==(licence_state const&) const = default;
};

/// How a person's account is: what many have alike.
struct account {
    bool account_enabled = true;
    std::string usage_location;  ///< two letters, or empty when there is none
    std::vector<licence_state> licences;

    bool operator==(account const&) const = default;
};

/// A person's account as read from the tenant.
struct user : account {
    user_id id;
    std::string upn;

    bool operator==(user const&) const = default;
};

/// One account in a page of changes.
struct changed_user {
    user_id id;
    bool removed = false;    ///< deleted; it may be restored
    std::optional<user> is;  ///< as a page of users has it; empty when the page has not all of it
};

/// One SKU to add, with the service plans to switch off in it (this replaces what was off before).
struct licence_add {
    sku_id sku;
    std::vector<plan_id> disabled_plans;  ///< sorted

    bool operator==(licence_add const&) const = default;
};

/// A group that gives its members licences.
struct group {
    group_id id;
    std::string name;                   ///< display name; need not be unique
    bool dynamic = false;               ///< a rule decides who is in it: members cannot be written
    bool synced = false;                ///< its members come from an on-premises directory
    std::vector<licence_add> licences;  ///< what it gives, sorted by SKU
    /// `QueuedForProcessing`, `ProcessingInProgress`, `ProcessingComplete`; empty: not said.
    std::string processing;

    bool operator==(group const&) const = default;
};

enum class operation_kind {
    read_user,              ///< GET users/{id}
    set_usage_location,     ///< PATCH users/{id}
    assign_licences,        ///< POST users/{id}/assignLicense
    add_members,            ///< PATCH groups/{id}: all of them, or none
    remove_member,          ///< DELETE groups/{id}/members/{id}/$ref: one
    read_group,             ///< GET groups/{id}
    assign_group_licences,  ///< POST groups/{id}/assignLicense
    read_members_in_error,  ///< GET groups/{id}/membersWithLicenseErrors, the first of them
};

inline constexpr std::size_t operation_kinds = 8;

/// Those that change nothing.
constexpr bool only_reads(operation_kind kind) {
    return kind == operation_kind::read_user || kind == operation_kind::read_group ||
           kind == operation_kind::read_members_in_error;
}

/// One request part sent to the service.
struct operation {
    operation_kind kind = operation_kind::read_user;
    std::string user;               ///< object id or UPN, not escaped; a single user's operations
    std::string usage_location;     ///< set_usage_location only
    std::vector<licence_add> adds;  ///< assign_licences and assign_group_licences
    std::vector<sku_id> removes;    ///< the same
    group_id group;                 ///< a group's operations
    std::vector<user_id> members;   ///< add_members: 1 to group_members_max; remove_member: one
    /// Run only after the operation at this (smaller) index of the same batch succeeded. The
    /// service takes dependencies only in a chain over the whole batch: see graph-facts section 2.
    std::optional<std::size_t> depends_on;

    bool operator==(operation const&) const = default;
};

/// The most operations that one `perform` takes (graph-facts section 2).
inline constexpr std::size_t batch_parts_max = 20;
/// The most members that one `read_members_in_error` tells of.
inline constexpr std::size_t members_in_error_max = 100;
/// The most members that one `add_members` takes
/// (learn.microsoft.com/graph/api/group-post-members).
inline constexpr std::size_t group_members_max = 20;

enum class outcome_kind {
    done,       ///< the service says it is so
    throttled,  ///< 429: not served; `retry_after` closes the scope
    transient,  ///< not served or failed for a passing cause: try again after a back-off
    refused,    ///< refused for good: `why` says why
    lost,       ///< sent, and no usable answer: it may or may not have happened
    stopped     ///< sign-in or permission refused: the run cannot go on
};

/// Which limit a throttled reply speaks of (`x-ms-throttle-scope`, `-information`).
enum class throttle_scope { unknown, writes, resource_units, tenant_writes };

/// What to hand to Microsoft's support.
struct evidence {
    int http_status = 0;         ///< 0: no reply
    trace_id request_id;         ///< the service's
    trace_id client_request_id;  ///< ours

    bool operator==(evidence const&) const = default;
};

/// What came back for one operation, already classified. The engine never looks at a status itself.
struct outcome {
    outcome_kind kind = outcome_kind::lost;
    reason why = reason::none;            ///< for refused, stopped, and where known for others
    std::string detail;                   ///< the service's own words, or what happened
    std::optional<duration> retry_after;  ///< throttled and transient; absent: none was given
    throttle_scope scope = throttle_scope::unknown;
    std::optional<double> resource_units;  ///< charged, where the service says so
    std::optional<double> limit_fraction;  ///< `x-ms-throttle-limit-percentage`, 0.8 to 1.8
    evidence seen;
    std::optional<allot::user> read;         ///< read_user and done only
    std::optional<allot::group> read_group;  ///< read_group and done only
    /// read_members_in_error and done only: those of one page.
    std::optional<std::vector<allot::user>> read_members;
    bool more_members = false;  ///< there are further pages
    std::vector<sku_id> skus;   ///< SKUs that a refusal names, e.g. the one without seats
    /// refused only: it was the batch, as a whole; of this operation that says nothing, and it can
    /// be sent by itself.
    bool whole_batch = false;

    bool operator==(outcome const&) const = default;
};

}  // namespace allot
