#include "connectors/simulated/model/description.hpp"

#include <algorithm>
#include <span>
#include <unordered_map>
#include <unordered_set>

#include "connectors/simulated/model/address.hpp"

namespace allot::simulated {

namespace {

constexpr std::size_t skus_max = 1000;
constexpr std::size_t users_max = 10'000'000;
constexpr std::size_t groups_max = 10'000;

using sku_map = std::unordered_map<sku_id, std::vector<plan_id>>;

/// Of a licence that is held or given.
template <class Licence>
std::optional<std::string> error_in_sku(Licence const& one, sku_map const& skus) {
    auto const sku = skus.find(one.sku);
    if (sku == skus.end())
        return "holds the SKU " + one.sku.str() + ", which the tenant does not have";
    for (auto const plan : one.disabled_plans) {
        if (std::ranges::find(sku->second, plan) != sku->second.end()) continue;
        return "has the service plan " + plan.str() + " disabled, which is not in the SKU " +
               one.sku.str();
    }
    return std::nullopt;
}

std::optional<std::string> error_of(licence_state const& one, sku_map const& skus) {
    if (auto wrong = error_in_sku(one, skus)) return wrong;
    if (one.error == "None") return "has a licence with the error \"None\"; leave it empty";
    return std::nullopt;
}

std::optional<std::string> error_of(user const& who, sku_map const& skus) {
    if (who.upn.empty()) return "has no user principal name";
    if (!who.usage_location.empty() && who.usage_location.size() != 2) {
        return "has the usage location " + who.usage_location + ", which is not of two letters";
    }
    for (std::size_t index = 0; index < who.licences.size(); ++index) {
        auto const& one = who.licences[index];
        if (auto wrong = error_of(one, skus)) return wrong;
        for (auto const& before : std::span{who.licences}.first(index)) {
            if (before.sku == one.sku && before.by_group == one.by_group) {
                return "holds the SKU " + one.sku.str() + " twice from one source";
            }
        }
    }
    return std::nullopt;
}

std::optional<std::string> error_of(described_group const& one, sku_map const& skus,
                                    std::unordered_set<user_id> const& users) {
    if (one.name.empty()) return "has no name";
    for (std::size_t index = 0; index < one.licences.size(); ++index) {
        auto const& given = one.licences[index];
        if (auto wrong = error_in_sku(given, skus)) return wrong;
        auto const before = std::span{one.licences}.first(index);
        if (std::ranges::find(before, given.sku, &licence_add::sku) != before.end()) {
            return "holds the SKU " + given.sku.str() + " twice";
        }
    }
    std::unordered_set<user_id> members;
    for (auto const& who : one.members) {
        if (!users.contains(who)) return "has the member " + who.str() + ", who is not a user";
        if (!members.insert(who).second) return "has the member " + who.str() + " twice";
    }
    return std::nullopt;
}

}  // namespace

std::string_view name_of(group_kind kind) {
    switch (kind) {
        case group_kind::assigned:
            return "assigned";
        case group_kind::dynamic:
            return "dynamic";
        case group_kind::synced:
            return "synced";
    }
    return "";
}

std::optional<std::string> find_error(tenant_description const& of) {
    if (of.skus.size() > skus_max) return "There are more than 1,000 SKUs.";
    if (of.users.size() > users_max) return "There are more than 10,000,000 users.";
    if (!guid::parse(of.tenant_id)) return "The tenant's id is not a GUID.";
    sku_map skus;
    for (auto const& one : of.skus) {
        auto& plans = skus[one.bought.sku];
        if (!plans.empty()) return "The SKU " + one.bought.sku.str() + " is there twice.";
        if (one.bought.plans.empty()) {
            return "The SKU " + one.bought.sku.str() + " has no service plans.";
        }
        for (auto const& plan : one.bought.plans) plans.push_back(plan.id);
    }
    std::unordered_set<user_id> ids;
    std::unordered_set<std::string> upns;
    ids.reserve(of.users.size());
    upns.reserve(of.users.size());
    for (auto const& one : of.users) {
        if (auto const wrong = error_of(one.who, skus)) {
            return "The user " + one.who.id.str() + " " + *wrong + ".";
        }
        if (!ids.insert(one.who.id).second)
            return "The user " + one.who.id.str() + " is there twice.";
        if (!upns.insert(lower(one.who.upn)).second) {
            return "The user principal name " + one.who.upn + " is there twice.";
        }
    }
    if (of.groups.size() > groups_max) return "There are more than 10,000 groups.";
    std::unordered_set<group_id> group_ids;
    for (auto const& one : of.groups) {
        if (auto const wrong = error_of(one, skus, ids)) {
            return "The group " + one.id.str() + " " + *wrong + ".";
        }
        if (!group_ids.insert(one.id).second) {
            return "The group " + one.id.str() + " is there twice.";
        }
    }
    return std::nullopt;
}

}  // namespace allot::simulated
