#include "engine/plan/waste.hpp"

#include <algorithm>
#include <tuple>

namespace allot::plan {

namespace {

/// A SKU that the user has, whatever the ways it comes.
struct held_sku {
    subscription const* is = nullptr;
    std::vector<plan_id> on;  ///< plans for users that are on, sorted
    std::vector<group_id> groups;
    bool direct = false;

    [[nodiscard]] bool reclaimable() const { return groups.empty(); }
    [[nodiscard]] bool has(plan_id plan) const { return std::ranges::binary_search(on, plan); }
};

/// A plan is on when one of the ways has it on.
void switch_on(held_sku& in, licence_state const& by) {
    for (auto const& plan : in.is->plans) {
        if (!plan.for_users || in.has(plan.id)) continue;
        if (std::ranges::find(by.disabled_plans, plan.id) != by.disabled_plans.end()) continue;
        in.on.insert(std::ranges::upper_bound(in.on, plan.id), plan.id);
    }
}

std::vector<held_sku> all_held(account const& of, std::span<subscription const> subscriptions) {
    std::vector<held_sku> all;
    for (auto const& state : of.licences) {
        auto const owned =
            std::ranges::lower_bound(subscriptions, state.sku, {}, &subscription::sku);
        bool const known = owned != subscriptions.end() && owned->sku == state.sku;
        if (!known || !state.active) continue;
        auto found = std::ranges::find(all, &*owned, &held_sku::is);
        if (found == all.end()) {
            all.emplace_back().is = &*owned;
            found = all.end() - 1;
        }
        if (state.by_group) {
            found->groups.push_back(*state.by_group);
        } else {
            found->direct = true;
        }
        switch_on(*found, state);
    }
    for (auto& one : all) std::ranges::sort(one.groups);
    std::ranges::sort(all, [](held_sku const& one, held_sku const& other) {
        return std::tuple{!one.reclaimable(), one.on.size(), std::string_view{one.is->part_number},
                          one.is->sku} < std::tuple{!other.reclaimable(), other.on.size(),
                                                    std::string_view{other.is->part_number},
                                                    other.is->sku};
    });
    return all;
}

}  // namespace

std::vector<wasted_licence> find_waste(account const& of,
                                       std::span<subscription const> subscriptions) {
    auto const all = all_held(of, subscriptions);
    std::vector<wasted_licence> wasted;
    std::vector<bool> left(all.size(), true);
    auto const provider = [&](plan_id plan, std::size_t except) {
        for (auto at = all.size(); at-- > 0;) {
            if (left[at] && at != except && all[at].has(plan)) return &all[at];
        }
        return static_cast<held_sku const*>(nullptr);
    };
    for (std::size_t at = 0; at < all.size(); ++at) {
        auto const& one = all[at];
        bool const redundant =
            of.account_enabled && !one.on.empty() &&
            std::ranges::all_of(one.on, [&](plan_id plan) { return provider(plan, at); });
        if (of.account_enabled && !redundant) continue;
        left[at] = false;
        auto const why = redundant ? waste_kind::redundant : waste_kind::disabled_account;
        wasted.push_back({one.is->sku, why, one.groups, {}});
    }
    // Who provides is known when all that is wasted is.
    for (auto& one : wasted) {
        if (one.why != waste_kind::redundant) continue;
        auto const at = static_cast<std::size_t>(
            std::ranges::find(all, one.sku, [](held_sku const& h) { return h.is->sku; }) -
            all.begin());
        for (auto const plan : all[at].on) {
            auto const* const by = provider(plan, at);
            if (std::ranges::find(one.through, by->is->sku) == one.through.end()) {
                one.through.push_back(by->is->sku);
            }
        }
    }
    return wasted;
}

}  // namespace allot::plan
