#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/port/result.hpp"
#include "connectors/port/time.hpp"
#include "engine/jobs/job.hpp"
#include "engine/plan/plan.hpp"

/// The file that `allot plan --out` writes and `allot apply` carries out: a public format.
///
/// It is one JSON object in UTF-8, for people and scripts to read, and for nobody to edit: it says
/// what was looked at and agreed to, and `sha256` tells when a byte of it has changed. A member
/// stands on each line, and in the lists a row on each line, in this order:
///
///     allot_plan    the version of this format: 1
///     id            the plan's own GUID
///     made_at       when (ISO 8601, UTC)
///     tenant        of which tenant
///     no_changes    true when nothing is to be written
///     counts        targets by what is to become of them: assign, modify (other service plans),
///                   remove, as_desired, blocked, unreadable; locations counts users
///     job_hash      of the job file's contents
///     job_path      the job file's whole path, which names the job from run to run; left out by
///                   who does not know it
///     rules         always_set_usage_location, skip_redundant, default_usage_location (or empty)
///     seats         of each SKU that the job touches: sku, part_number, owned, used, free, needed,
///                   released, short_by
///     subscriptions what the tenant had of each SKU
///     source, columns, skus, plan_rules
///                   of the job: the file's name, the columns that are carried along, the SKUs and
///                   the kinds of `disabled_plans` that its rows name
///     users         in the job's order: `user` as the job names it; `seen` as the tenant had it
///                   (id, upn, location, licences: sku, off, group, …), or `not_seen` (not_found or
///                   unreadable) and `detail`
///     targets       the job's rows: line, user, sku, action (when remove), disabled_plans,
///                   location, priority, column, cells; then `standing` (as_desired, to_change,
///                   blocked, unreadable), `why` and `detail`; `needs_seat`, `frees_seat`; `barred`
///                   when it must not be tried
///     changes       what is to be written for each user, in the order of sending: user, rank,
///                   location, add (sku, off), remove
///     sha256        over all bytes before this member, in lower-case hexadecimal digits
///
/// Members that are false, zero or empty are left out of the rows. A later version has another
/// number.
namespace allot::documents {

/// All that `apply` needs to know whether the plan still holds, and to carry it out.
struct saved_plan {
    std::string id;  ///< a GUID's text, drawn by the caller
    wall_time made_at{};
    std::string tenant;
    std::string job_hash;  ///< hexadecimal digits, made by the caller
    std::string job_path;  ///< may be empty
    plan::rules by;
    std::string default_location;  ///< two letters or empty
    jobs::job job;
    std::vector<subscription> subscriptions;
    plan::snapshot seen;  ///< one sighting for each user of the job
    plan::plan made;
};

/// The SHA-256 of a text in lower-case hexadecimal digits: handed in, since this part is pure.
using hash = std::function<std::string(std::string_view)>;

/// The file's text.
std::string to_text(saved_plan const& of, hash const& sha256);

/// Reads what `to_text` writes. The names of the job are resolved again by the caller, with
/// `plan::resolve`. Errors: `refused_by_cap` when it was altered after it was made or its parts
/// contradict each other; `invalid_input` when it is no plan or of a newer format.
result<saved_plan> parse_plan(std::string_view text, hash const& sha256);

/// Whether the beginning of a file (64 bytes suffice) is that of a plan, even of one that was
/// written anew by another tool: else it is a job.
bool looks_like_plan(std::string_view first_bytes);

}  // namespace allot::documents
