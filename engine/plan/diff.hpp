#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "connectors/port/directory_words.hpp"
#include "engine/plan/desired.hpp"

namespace allot::plan {

/// How the user's choice on the command line bends the rules of meaning.
struct rules {
    bool always_set_usage_location = false;
    bool skip_redundant = false;
};

/// All that one user needs: a usage location first where one is to be set, then one call.
struct change {
    std::string usage_location;  ///< to set; empty: leave it
    std::vector<licence_add> adds;
    std::vector<sku_id> removes;

    [[nodiscard]] bool empty() const {
        return usage_location.empty() && adds.empty() && removes.empty();
    }
    bool operator==(change const&) const = default;
};

enum class standing : std::uint8_t {
    as_desired,  ///< nothing to do; `why` may hold a finding
    to_change,   ///< in the user's change; `why` may hold a finding
    blocked,     ///< not to be tried: `why` says why
    unreadable   ///< the user could not be read
};

/// How one target stands.
struct target_standing {
    standing is = standing::as_desired;
    reason why = reason::none;
    std::string detail;       ///< names what `why` speaks of: the group, the other SKU
    bool needs_seat = false;  ///< the change takes a seat that the user has not got yet
    bool frees_seat = false;  ///< the change gives a seat back
};

struct user_diff {
    change needs;
    std::vector<target_standing> targets;  ///< one for each of the user's wants, in their order
};

/// What is between how the job wants `user` and how it was `seen`. `barred` holds, by target, why
/// it must not be tried (`no_seats`), or `none`; a barred assignment holds back the user's removals
/// with it, so that a swap never leaves a person without a licence.
user_diff diff(desired const& wanted, std::uint32_t user, allot::user const& seen,
               std::span<reason const> barred, rules const& by);

/// How the user holds a SKU, for the report: `none`, `direct`, `group`, `direct+group`, with
/// `-PLAN` for each service plan that is off and `!Error` for a licence in error.
std::string describe_holding(allot::user const& seen, want const& of, desired const& in);

/// Why the user's licence of this SKU is in error (`CountViolation`, …), directly assigned; `none`
/// when it is not.
reason licence_error_of(allot::user const& seen, sku_id sku);

}  // namespace allot::plan
