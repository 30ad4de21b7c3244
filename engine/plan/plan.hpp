#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "connectors/port/result.hpp"
#include "engine/plan/diff.hpp"
#include "engine/plan/snapshot.hpp"

namespace allot::plan {

/// The seats of one SKU that the job touches.
struct seat_count {
    sku_id sku;
    std::string part_number;
    std::int64_t owned = 0;     ///< enabled units
    std::int64_t used = 0;      ///< consumed units, before
    std::int64_t free = 0;      ///< max(0, owned - used)
    std::int64_t needed = 0;    ///< users of this job who need a seat they have not got
    std::int64_t released = 0;  ///< seats that removals of this job give back
    std::int64_t short_by = 0;  ///< users who get none

    bool operator==(seat_count const&) const = default;
};

/// One user's change. `rank` orders changes when seats are short: those of a rank may be sent only
/// after all of the ranks before were accepted, because they live on the seats given back there.
struct user_change {
    std::uint32_t user = 0;
    std::uint32_t rank = 0;
    shared<change> needs;
};

/// Counts for the closing line. Targets, but for `locations` (users).
struct change_counts {
    std::uint64_t assign = 0;  ///< a licence the user has not got
    std::uint64_t modify = 0;  ///< one he has, with other service plans off
    std::uint64_t remove = 0;
    std::uint64_t locations = 0;
    std::uint64_t as_desired = 0;
    std::uint64_t blocked = 0;
    std::uint64_t unreadable = 0;

    [[nodiscard]] std::uint64_t changes() const { return assign + modify + remove; }
};

/// How many licences of people the plan is about, for the caps: a group's row is about each of its
/// members that it touches, and about one at least.
struct people_counts {
    std::uint64_t all = 0;
    std::uint64_t changes = 0;
    std::uint64_t removals = 0;
};

/// One change per user, plus findings.
struct plan {
    std::vector<target_standing> targets;  ///< in job order
    std::vector<user_change> changes;      ///< by rank, then in job order
    std::vector<seat_count> seats;         ///< sorted by part number
    std::vector<reason> barred;            ///< by target, for diff()
    change_counts counts;
    people_counts people;
};

/// The difference between the desired and the seen. Seats are given in the order of `priority`,
/// then of the file; removals give theirs back first. `barred` says by target what must not be
/// tried, and why; empty: all may be. The errors are rows of the job that turn out to name one user
/// twice (by id and by UPN).
struct made_plan {
    plan made;
    std::vector<jobs::input_error> errors;
};
made_plan make_plan(jobs::job const& job, desired const& wanted, snapshot const& seen,
                    rules const& by, std::vector<reason> barred = {});

/// A cap as the user wrote it: a number, or a percentage of the job's targets.
struct limit {
    std::uint64_t amount = 0;
    bool percent = false;
};

/// Refuses (`errc::refused_by_cap`) a plan with more changes or removals than the caps allow; the
/// message says the count, the cap and the flag that lifts it.
result<void> check_caps(plan const& made, std::optional<limit> max_changes, limit max_removals);

/// `Plan: 3 to assign, 1 to change, 0 to remove; 12 as desired, 2 blocked.`
std::string closing_line(change_counts const& counts);

}  // namespace allot::plan
