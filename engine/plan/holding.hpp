#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "connectors/port/directory_words.hpp"
#include "engine/plan/desired.hpp"

/// What a user has of one SKU, directly and through groups.
namespace allot::plan {

struct holding {
    licence_state const* direct = nullptr;
    licence_state const* inherited = nullptr;  ///< the first that is active, else the first

    [[nodiscard]] bool direct_active() const { return direct && direct->active; }
    [[nodiscard]] bool inherited_active() const { return inherited && inherited->active; }
};

/// Points into `seen`.
holding held(account const& seen, sku_id sku);

/// The user's licence through that group; null when there is none.
licence_state const* state_through(account const& seen, sku_id sku, group_id group);

/// What the `error` of a licence assignment state means (`CountViolation`, …; graph-facts 3.1);
/// `none` for an empty one.
reason error_reason(std::string_view error);

/// Why the user's licence of this SKU is in error: the one held directly, or through that group;
/// `none` when it is not.
reason licence_error_of(account const& seen, sku_id sku,
                        std::optional<group_id> through = std::nullopt);

/// For the report: `none`, `direct`, `group`, `direct+group`, with `-PLAN` for each service plan
/// that is off and `!Error` for a licence in error.
std::string describe_holding(account const& seen, want const& of, desired const& in);

}  // namespace allot::plan
