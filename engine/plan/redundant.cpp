#include "engine/plan/redundant.hpp"

#include <algorithm>

namespace allot::plan {

namespace {

/// The service plans that are off in a licence once this job is done.
std::vector<plan_id> const& off_after(desired const& wanted, std::uint32_t user,
                                      licence_state const& held) {
    for (auto const& one : wanted.of(user)) {
        bool const listed = one.sku == held.sku && one.act == jobs::action::assign &&
                            one.plan_kind != jobs::plan_rule::kind::keep;
        if (listed && !held.by_group) return wanted.plan_lists[one.plans];
    }
    return held.disabled_plans;
}

subscription const* provider_of(plan_id plan, sku_id except, desired const& wanted,
                                std::uint32_t user, account const& seen) {
    for (auto const& state : seen.licences) {
        if (!state.active || state.sku == except || takes_away(wanted, user, state.sku)) continue;
        // It must be on already: what this job is to switch on may be refused.
        bool const off = std::ranges::binary_search(state.disabled_plans, plan) ||
                         std::ranges::binary_search(off_after(wanted, user, state), plan);
        if (off) continue;
        auto const found =
            std::ranges::lower_bound(wanted.subscriptions, state.sku, {}, &subscription::sku);
        if (found == wanted.subscriptions.end() || found->sku != state.sku) continue;
        if (std::ranges::any_of(found->plans, [&](auto const& p) { return p.id == plan; })) {
            return &*found;
        }
    }
    return nullptr;
}

}  // namespace

bool takes_away(desired const& wanted, std::uint32_t user, sku_id sku) {
    return std::ranges::any_of(wanted.of(user), [&](want const& one) {
        return one.act == jobs::action::remove && one.sku == sku;
    });
}

std::string redundant_through(desired const& wanted, std::uint32_t user, account const& seen,
                              want const& one) {
    auto const& off = wanted.plan_lists[one.plans];
    std::string through;
    bool any = false;
    for (auto const& plan :
         wanted.subscriptions[static_cast<std::size_t>(one.subscription)].plans) {
        if (!plan.for_users || std::ranges::binary_search(off, plan.id)) continue;
        auto const* const other = provider_of(plan.id, one.sku, wanted, user, seen);
        if (other == nullptr) return {};
        any = true;
        if (through.find(other->part_number) == std::string::npos) {
            if (!through.empty()) through += ", ";
            through += other->part_number;
        }
    }
    return any ? through : std::string{};
}

}  // namespace allot::plan
