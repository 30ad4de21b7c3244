#pragma once

#include <cstddef>

#include "engine/runs/prepare.hpp"
#include "engine/store/run_store.hpp"

namespace allot::runs {

/// What would put back what a run changed.
struct undoing {
    /// A job of one target for each licence that the run changed, under its own line of the run's
    /// job; it bars those that are no longer as the run left them (`changed_since_run`).
    request asked;
    std::size_t users = 0;
    /// Users who had no usage location before the run and keep the one that it set: the service
    /// knows no way to take it away (Graph `user` resource: usageLocation is not nullable).
    std::size_t locations_kept = 0;
    /// Users whose direct licence is put back, and who stay in the group that the run put them in,
    /// or out of the one that it took them out of: one job cannot say both of one licence.
    std::size_t memberships_kept = 0;
};

/// Pure. What the run sent and the service took, or may have taken, is put back from the users'
/// states before it; what it did not touch is not in there. `asked.products` is left empty.
undoing undo_of(store::stored_run const& of);

}  // namespace allot::runs
