#include "engine/plan/holding.hpp"

#include <algorithm>

namespace allot::plan {

holding held(account const& seen, sku_id sku) {
    holding found;
    for (auto const& state : seen.licences) {
        if (state.sku != sku) continue;
        if (!state.by_group) {
            found.direct = &state;
        } else if (!found.inherited || (state.active && !found.inherited->active)) {
            found.inherited = &state;
        }
    }
    return found;
}

licence_state const* state_through(account const& seen, sku_id sku, group_id group) {
    auto const found = std::ranges::find_if(seen.licences, [&](licence_state const& state) {
        return state.sku == sku && state.by_group == group;
    });
    return found == seen.licences.end() ? nullptr : &*found;
}

reason error_reason(std::string_view error) {
    if (error.empty()) return reason::none;
    if (error == "CountViolation") return reason::no_seats;
    if (error == "MutuallyExclusiveViolation") return reason::plan_conflict;
    if (error == "DependencyViolation") return reason::plan_dependency;
    if (error == "ProhibitedInUsageLocationViolation") return reason::location_prohibited;
    if (error == "UniquenessViolation") return reason::uniqueness_violation;
    return reason::licence_error;
}

reason licence_error_of(account const& seen, sku_id sku, std::optional<group_id> through) {
    auto const* const state = through ? state_through(seen, sku, *through) : held(seen, sku).direct;
    return state == nullptr ? reason::none : error_reason(state->error);
}

std::string describe_holding(account const& seen, want const& of, desired const& in) {
    auto const has = held(seen, of.sku);
    if (!has.direct && !has.inherited) return "none";
    std::string text = has.direct ? (has.inherited ? "direct+group" : "direct") : "group";
    auto const& main = has.direct ? *has.direct : *has.inherited;
    for (auto const& plan : main.disabled_plans) {
        std::string name = plan.str();
        if (of.subscription >= 0) {
            for (auto const& known : in.subscriptions[std::size_t(of.subscription)].plans) {
                if (known.id == plan) name = known.name;
            }
        }
        text += " -" + name;
    }
    if (!main.active || !main.error.empty()) {
        text += " !" + (main.error.empty() ? std::string{"Disabled"} : main.error);
    }
    return text;
}

}  // namespace allot::plan
