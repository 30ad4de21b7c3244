#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/port/directory_words.hpp"
#include "engine/jobs/job.hpp"
#include "engine/jobs/reader.hpp"

/// The difference between the desired and the seen (design section 3). Pure.
namespace allot::plan {

/// A SKU that the world knows, owned by the tenant or not.
struct product {
    sku_id sku;
    std::string_view part_number;
    std::string_view name;  ///< `Power BI Pro`; may be empty
};

/// One target with its names resolved.
struct want {
    std::uint32_t target = 0;        ///< index into job::targets
    std::int32_t subscription = -1;  ///< index into desired::subscriptions; -1: the tenant has none
    sku_id sku;
    std::uint32_t plans = 0;  ///< index into desired::plan_lists
    jobs::action act = jobs::action::assign;
    jobs::plan_rule::kind plan_kind = jobs::plan_rule::kind::keep;
};

/// How everything that the job names should be, by user. What it does not mention is not in here.
struct desired {
    std::vector<subscription> subscriptions;       ///< the tenant's, sorted by SKU
    std::vector<want> wants;                       ///< users in job order; a user's in file order
    std::vector<std::uint32_t> first;              ///< user u's wants: [first[u], first[u + 1])
    std::vector<std::array<char, 2>> locations;    ///< by user, from the rows; zeros: none given
    std::string default_location;                  ///< for users without one; two letters or empty
    std::vector<std::vector<plan_id>> plan_lists;  ///< sorted; the first is empty
    std::map<group_id, std::string> group_names;   ///< of those that are known by name
    std::vector<bool> groups;                      ///< by user: it is a group; empty: none is

    [[nodiscard]] bool is_group(std::uint32_t user) const {
        return user < groups.size() && groups[user];
    }
    [[nodiscard]] std::span<want const> of(std::uint32_t user) const {
        return std::span{wants}.subspan(first[user], first[user + 1] - first[user]);
    }
    std::map<sku_id, std::string> unowned;  ///< part numbers of SKUs that the tenant has not

    /// The part number where the tenant has the SKU or the world knows it, else the SKU's id.
    [[nodiscard]] std::string sku_name(want const& of) const;
    /// The group's display name where it is known, else its id.
    [[nodiscard]] std::string group_name(group_id of) const;
};

/// The SKU that a name stands for among the tenant's, as in `resolve`; else the mend.
struct named_sku_result {
    std::optional<sku_id> sku;
    std::string mend;  ///< `did you mean POWER_BI_PRO?`
};
named_sku_result find_sku(std::string_view name, std::span<subscription const> subscriptions,
                          std::span<product const> products);

struct resolution {
    desired wanted;                         ///< whole only when `errors` is empty
    std::vector<jobs::input_error> errors;  ///< unknown SKUs and plans, with their lines
};

/// Resolves the job's SKU and plan names against the tenant's subscriptions: part number, id, or
/// product name, whatever their case. A name that the tenant has not but `products` knows, and any
/// well-formed id, is kept: it becomes `sku_not_owned` where it is to be assigned. Rows of one user
/// that name one SKU twice, or two usage locations, are errors. `default_location` (two letters or
/// empty) is for users who have none and whose rows give none.
resolution resolve(jobs::job const& job, std::vector<subscription> subscriptions,
                   std::span<product const> products, std::string_view default_location);

}  // namespace allot::plan
