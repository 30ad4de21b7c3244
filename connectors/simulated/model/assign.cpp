#include "connectors/simulated/model/assign.hpp"

#include <algorithm>
#include <utility>

namespace allot::simulated {

namespace {

refusal refused(std::string message) {
    return {.message = std::move(message)};
}

refusal no_seats(sku_id sku) {
    return refused("Subscription with SKU " + sku.str() + " does not have any available licenses.");
}

auto holds_directly(sku_index sku) {
    return [sku](licence const& one) { return one.sku == sku && one.group == licence::direct; };
}

std::optional<refusal> remove(holdings const& in, std::vector<licence>& from, sku_id which) {
    auto const sku = in.find_sku(which);
    if (!sku) return not_valid(which);
    if (std::erase_if(from, holds_directly(*sku)) > 0) return std::nullopt;
    if (std::ranges::find(from, *sku, &licence::sku) != from.end()) {
        return refused(
            "User license is inherited from a group membership and it cannot be removed directly "
            "from the user.");
    }
    return refused("User does not have a corresponding license.");
}

std::optional<refusal> add(holdings& in, account const& to, std::vector<licence>& licences,
                           licence_add const& wanted) {
    if (auto wrong = not_given(in, wanted)) return wrong;
    auto const sku = in.find_sku(wanted.sku);
    if (to.address_clash) {
        return refused(
            "Another object with the same value for property proxyAddresses already exists.");
    }
    // Seats are looked for in what the user has now, so that one call cannot lose a seat and need
    // it again.
    if (!seated(in, to.licences, *sku)) return no_seats(wanted.sku);
    licence made;
    made.sku = *sku;
    made.disabled = in.set_of(wanted.disabled_plans);
    auto const held = std::ranges::find_if(licences, holds_directly(*sku));
    if (held == licences.end()) {
        licences.push_back(made);
    } else {
        *held = made;
    }
    return std::nullopt;
}

/// What the change would break; what is broken before it is not its fault.
std::optional<refusal> broken_rule(holdings const& in, std::span<licence const> before,
                                   std::span<licence const> after, plan_rules const& rules) {
    for (auto const& rule : rules.dependencies) {
        if (!lacks(in, after, rule) || lacks(in, before, rule)) continue;
        std::string needs;
        for (auto const plan : rule.needs) needs += (needs.empty() ? "" : ", ") + plan.str();
        return refused("License assignment failed because service plan " + rule.plan.str() +
                       " depends on the service plan(s) " + needs);
    }
    for (auto const& rule : rules.exclusions) {
        if (!clashes(in, after, rule) || clashes(in, before, rule)) continue;
        return refused("License assignment failed because service plans " + rule.one.str() + "," +
                       rule.other.str() + " are mutually exclusive.");
    }
    return std::nullopt;
}

bool has_location(account const& of, duration lag, time_point now) {
    bool const arrived = !of.location_set_at || *of.location_set_at + lag <= now;
    return of.location[0] != 0 && arrived;
}

}  // namespace

bool lacks(holdings const& in, std::span<licence const> licences, plan_dependency const& rule) {
    return in.enabled(licences, rule.plan) && std::ranges::none_of(rule.needs, [&](plan_id plan) {
               return in.enabled(licences, plan);
           });
}

bool clashes(holdings const& in, std::span<licence const> licences, plan_exclusion const& rule) {
    return in.enabled(licences, rule.one) && in.enabled(licences, rule.other);
}

bool seated(holdings const& in, std::span<licence const> has, sku_index sku) {
    auto const takes_seat = [sku](licence const& one) { return one.sku == sku && one.active; };
    if (std::ranges::any_of(has, takes_seat)) return true;
    auto const& bought = in.sku(sku).is.bought;
    bool const usable =
        bought.capability_status == "Enabled" || bought.capability_status == "Warning";
    return usable && in.sku(sku).consumed() < bought.enabled;
}

std::optional<refusal> contradiction(assignment const& wanted) {
    if (wanted.adds.empty() && wanted.removes.empty()) {
        return refused(
            "No license changes provided. At least one license to add or remove must be "
            "specified.");
    }
    for (std::size_t index = 0; index < wanted.adds.size(); ++index) {
        auto const sku = wanted.adds[index].sku;
        auto const before = std::span{wanted.adds}.first(index);
        bool const twice = std::ranges::find(before, sku, &licence_add::sku) != before.end() ||
                           std::ranges::find(wanted.removes, sku) != wanted.removes.end();
        if (twice) return refused("License " + sku.str() + " is specified more than once.");
    }
    return std::nullopt;
}

refusal not_valid(sku_id sku) {
    return refused("License " + sku.str() + " does not correspond to a valid company License.");
}

std::optional<refusal> not_given(holdings const& in, licence_add const& wanted) {
    auto const sku = in.find_sku(wanted.sku);
    if (!sku) return not_valid(wanted.sku);
    auto const& owned = in.sku(*sku);
    if (!owned.is.assignable || !owned.is.bought.for_users) return not_valid(wanted.sku);
    for (auto const plan : wanted.disabled_plans) {
        if (std::ranges::binary_search(owned.plans, plan)) continue;
        return refused("Service plan " + plan.str() + " is not part of license " +
                       wanted.sku.str() + " and cannot be disabled in it.");
    }
    return std::nullopt;
}

std::optional<refusal> assign(holdings& in, user_index to, assignment const& wanted,
                              plan_rules const& rules, duration location_lag, moment const& at) {
    if (auto wrong = contradiction(wanted)) return wrong;
    auto const& account = in.at(to);
    if (!wanted.adds.empty() && !has_location(account, location_lag, at.now)) {
        return refused("License assignment cannot be done for user with invalid usage location.");
    }
    auto licences = account.licences;
    for (auto const sku : wanted.removes) {
        if (auto wrong = remove(in, licences, sku)) return wrong;
    }
    for (auto const& one : wanted.adds) {
        if (auto wrong = add(in, account, licences, one)) return wrong;
    }
    if (auto wrong = broken_rule(in, account.licences, licences, rules)) return wrong;
    in.set_licences(to, std::move(licences), at);
    return std::nullopt;
}

}  // namespace allot::simulated
