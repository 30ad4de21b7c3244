#include "engine/runs/groups.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_set>

namespace allot::runs {

namespace asio = boost::asio;

namespace {

failure wrong(std::string message) {
    return failure{errc::invalid_input, std::move(message)};
}

/// The one group that was meant, if it can give the SKU.
result<plan::via_group> usable(std::vector<group> const& found, request::group_of_sku const& asked,
                               sku_id sku) {
    if (found.empty()) {
        return wrong(
            fmt::format("groups: {} = {}: the tenant has no such group; give its object "
                        "id, or its display name as it is written there",
                        asked.sku, asked.group));
    }
    if (found.size() > 1) {
        return wrong(
            fmt::format("groups: {} = {}: several groups have this name; give the object "
                        "id of the one that is meant: {}",
                        asked.sku, asked.group, survey::ids_of(found)));
    }
    auto const& one = found.front();
    if (one.dynamic || one.synced) {
        return wrong(fmt::format(
            "groups: {} = {}: {} decides who is in this group, so nobody can be added to it here; "
            "name a group with assigned membership",
            asked.sku, asked.group, one.dynamic ? "a rule" : "an on-premises directory"));
    }
    auto const gives = std::ranges::find(one.licences, sku, &licence_add::sku);
    if (gives == one.licences.end()) {
        return wrong(
            fmt::format("groups: {} = {}: this group does not give that licence; assign it "
                        "to the group first, or name another group",
                        asked.sku, asked.group));
    }
    plan::via_group made{one.id, one.name, gives->disabled_plans, {}};
    for (auto const& other : one.licences) {
        if (other.sku != sku) made.also.push_back(other);
    }
    return made;
}

}  // namespace

asio::awaitable<result<std::map<sku_id, plan::via_group>>> find_groups(
    survey::tools& with, request const& of, plan::desired const& wanted) {
    std::map<sku_id, plan::via_group> through;
    std::map<sku_id, request::group_of_sku const*> asked;
    for (auto const& one : of.groups) {
        auto const found = plan::find_sku(one.sku, wanted.subscriptions, of.products);
        if (!found.sku) {
            co_return wrong(fmt::format("groups: {}: no such SKU; {}", one.sku, found.mend));
        }
        if (!asked.emplace(*found.sku, &one).second) {
            co_return wrong(fmt::format("groups: {}: this SKU is named twice: keep one", one.sku));
        }
    }
    std::set<sku_id> needed;
    for (auto const& one : wanted.wants) {
        // A row whose target is a group is not for its members one by one.
        if (wanted.is_group(of.job.targets[one.target].user)) continue;
        bool const named = asked.contains(one.sku);
        if (!named && one.act == jobs::action::assign) {
            co_return wrong(
                fmt::format("--via group: no group is named for {}: add it to `groups` (SKU = "
                            "GROUP), or assign "
                            "it in a job of its own",
                            wanted.sku_name(one)));
        }
        if (named) needed.insert(one.sku);
    }
    for (auto const sku : needed) {
        auto const& one = *asked.at(sku);
        auto name = one.group;
        auto found = co_await survey::find_groups(with, std::move(name));
        if (!found) co_return found.error();
        auto made = usable(*found, one, sku);
        if (!made) co_return made.error();
        through.emplace(sku, std::move(*made));
    }
    co_return through;
}

asio::awaitable<std::map<group_id, std::string>> name_groups(survey::tools& with,
                                                             plan::desired const& wanted,
                                                             plan::snapshot const& seen) {
    std::set<sku_id> skus;
    for (auto const& one : wanted.wants) skus.insert(one.sku);
    std::set<group_id> ids;
    std::unordered_set<account const*> looked_at;
    for (std::size_t user = 0; user < seen.size(); ++user) {
        if (!seen.is_seen(user) || !looked_at.insert(&*seen.account_of(user)).second) continue;
        for (auto const& state : seen.account_of(user)->licences) {
            if (state.by_group && skus.contains(state.sku)) ids.insert(*state.by_group);
        }
    }
    std::vector<group_id> const asked{ids.begin(), ids.end()};
    co_return co_await survey::read_group_names(with, asked);
}

}  // namespace allot::runs
