#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "connectors/port/directory_words.hpp"

/// Licences that nobody would miss. Pure.
namespace allot::plan {

enum class waste_kind : std::uint8_t {
    disabled_account,  ///< nobody can sign in to use it
    redundant          ///< each of its service plans is on through other SKUs of the user
};

struct wasted_licence {
    sku_id sku;
    waste_kind why = waste_kind::redundant;
    /// The groups that give it, sorted. Empty: it is direct only, and can be taken back; else it
    /// comes back as long as the groups give it.
    std::vector<group_id> groups;
    std::vector<sku_id> through;  ///< redundant only: the SKUs that are left to provide the plans

    bool operator==(wasted_licence const&) const = default;
};

/// What of a user's licences is wasted: each SKU at most once, those that can be taken back first.
/// When all of it is taken away, every service plan for users that was on in an enabled account
/// still is: of two SKUs that cover each other, one is wasted, the direct one, then the one with
/// fewer plans, then the first by part number. Licences in error, and SKUs that the tenant has no
/// subscription of, are neither wasted nor do they cover. `subscriptions`: sorted by SKU.
std::vector<wasted_licence> find_waste(account const& of,
                                       std::span<subscription const> subscriptions);

}  // namespace allot::plan
