#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "connectors/port/directory_words.hpp"
#include "connectors/port/rare_text.hpp"
#include "connectors/port/shared.hpp"
#include "engine/plan/desired.hpp"

namespace allot::plan {

/// The group whose membership gives a SKU (`--via group`).
struct via_group {
    group_id group;
    std::string name;                     ///< display name
    std::vector<plan_id> disabled_plans;  ///< off in what the group gives; sorted
    std::vector<licence_add> also;        ///< what else it gives; sorted by SKU

    bool operator==(via_group const&) const = default;
};

/// How the user's choice on the command line bends the rules of meaning.
struct rules {
    bool always_set_usage_location = false;
    bool skip_redundant = false;
    /// Direct copies of licences that a group gives as well are taken away.
    bool drop_direct = false;
    /// For a row that names its service plans, what a group gives does not stand for a licence held
    /// directly: to undo `drop_direct`.
    bool hold_directly = false;
    std::map<sku_id, via_group> via{};  ///< SKUs that are given and taken by membership

    bool operator==(rules const&) const = default;
};

/// All that one user needs: a usage location first where one is to be set, then one call; then
/// the groups to be in and those to leave.
struct change {
    std::string usage_location;  ///< to set; empty: leave it
    std::vector<licence_add> adds;
    std::vector<sku_id> removes;
    std::vector<group_id> joins;   ///< each once
    std::vector<group_id> leaves;  ///< each once

    [[nodiscard]] bool assigns() const { return !adds.empty() || !removes.empty(); }
    [[nodiscard]] bool empty() const {
        return usage_location.empty() && !assigns() && joins.empty() && leaves.empty();
    }
    bool operator==(change const&) const = default;
};

/// What of a change is sent first. While somebody joins a group nothing is taken from him: that
/// follows once the group's licence is seen to be active.
change first_leg(change of);

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
    rare_text detail;         ///< names what `why` speaks of: the group, the other SKU
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
user_diff diff(desired const& wanted, std::uint32_t user, account const& seen,
               std::span<reason const> barred, rules const& by);

/// A SKU that the job gives through a group.
struct awaited {
    std::uint32_t target = 0;
    sku_id sku;
    group_id group;
};

/// What the user is to get through groups that he is in, and whose licence is not active for him:
/// not yet, or because it is in error.
std::vector<awaited> awaited_from_groups(desired const& wanted, std::uint32_t user,
                                         account const& seen, std::span<reason const> barred,
                                         rules const& by);

}  // namespace allot::plan
