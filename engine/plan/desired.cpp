#include "engine/plan/desired.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "engine/jobs/did_you_mean.hpp"

namespace allot::plan {

namespace {

using jobs::input_error;

std::string lower(std::string_view text) {
    std::string lowered{text};
    for (auto& c : lowered) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
    return lowered;
}

/// What a SKU name in the job stands for.
struct named_sku {
    bool known = false;
    sku_id sku;
    std::int32_t subscription = -1;
};

/// Every spelling of every SKU that the tenant owns or the world knows.
class sku_names {
 public:
    sku_names(std::span<subscription const> subscriptions, std::span<product const> products) {
        for (auto const& one : products) {
            named_sku const meant{true, one.sku, -1};
            // Names are not unique in the published list: what comes first stays.
            names_.try_emplace(lower(one.part_number), meant);
            if (one.name.empty()) continue;
            names_.try_emplace(lower(one.name), meant);
            product_names_.try_emplace(one.sku, one.name);
        }
        for (std::size_t index = 0; index < subscriptions.size(); ++index) {
            auto const& owned = subscriptions[index];
            named_sku const meant{true, owned.sku, static_cast<std::int32_t>(index)};
            names_[lower(owned.part_number)] = meant;
            names_[owned.sku.str()] = meant;
            suggestions_.push_back(owned.part_number);
            if (auto const found = product_names_.find(owned.sku); found != product_names_.end()) {
                names_[lower(found->second)] = meant;
                suggestions_.push_back(found->second);
            }
        }
        // A part number of the table whose id the tenant owns under another spelling.
        for (auto& [name, meant] : names_) {
            if (meant.subscription >= 0) continue;
            auto const owned =
                std::ranges::find(subscriptions, meant.sku, [](auto const& s) { return s.sku; });
            if (owned != subscriptions.end()) {
                meant.subscription = static_cast<std::int32_t>(owned - subscriptions.begin());
            }
        }
    }

    [[nodiscard]] named_sku find(std::string_view name) const {
        if (auto const found = names_.find(lower(name)); found != names_.end()) {
            return found->second;
        }
        if (auto const sku = sku_id::parse(name)) return named_sku{true, *sku, -1};
        return {};
    }

    [[nodiscard]] std::string mend(std::string_view name) const {
        if (auto const near = jobs::did_you_mean(name, suggestions_)) {
            return fmt::format("did you mean {}?", *near);
        }
        return "`allot skus` lists what the tenant owns";
    }

 private:
    std::unordered_map<std::string, named_sku> names_;
    std::map<sku_id, std::string_view> product_names_;
    std::vector<std::string_view> suggestions_;
};

/// The plans that a row lists, resolved in its SKU; or what is wrong with them.
struct resolved_plans {
    std::vector<plan_id> ids;
    std::string unknown;
    std::string mend;
};

resolved_plans resolve_plans(jobs::plan_rule const& rule, subscription const& of) {
    resolved_plans resolved;
    for (auto const& name : rule.plans) {
        auto const wanted = lower(name);
        auto const found = std::ranges::find_if(of.plans, [&](service_plan const& candidate) {
            return lower(candidate.name) == wanted || candidate.id.str() == wanted;
        });
        if (found != of.plans.end()) {
            resolved.ids.push_back(found->id);
            continue;
        }
        std::vector<std::string_view> names;
        for (auto const& candidate : of.plans) names.push_back(candidate.name);
        auto const near = jobs::did_you_mean(name, names);
        resolved.unknown = name;
        resolved.mend =
            near ? fmt::format("did you mean {}?", *near)
                 : fmt::format("the plans of {} are {}", of.part_number, fmt::join(names, ", "));
        return resolved;
    }
    std::ranges::sort(resolved.ids);
    // clang before 16 cannot read what std::ranges::unique returns in libstdc++.
    resolved.ids.erase(std::unique(resolved.ids.begin(), resolved.ids.end()), resolved.ids.end());
    return resolved;
}

class resolver {
 public:
    resolver(jobs::job const& job, resolution& into) : job_{job}, into_{into} {}

    void add(want one, jobs::target const& row) {
        auto& wanted = into_.wanted;
        auto const& rule = job_.plan_rules[row.plans];
        one.plan_kind = rule.is;
        if (rule.is == jobs::plan_rule::kind::listed && one.subscription >= 0) {
            one.plans = list_of(row, wanted.subscriptions[std::size_t(one.subscription)]);
        }
        wanted.wants.push_back(one);
    }

    void error(jobs::target const& row, std::string_view field, std::string_view value,
               std::string problem, std::string mend) {
        input_error found;
        found.line = row.line;
        found.column = field == "sku" ? row.sku_column : 0;
        found.field = field;
        found.value = value;
        found.problem = std::move(problem);
        found.mend = std::move(mend);
        into_.errors.push_back(std::move(found));
    }

 private:
    /// The index of the row's list of plans, resolved once for each pair of rule and SKU.
    std::uint32_t list_of(jobs::target const& row, subscription const& in) {
        auto const [known, is_new] = lists_.try_emplace({row.plans, in.sku}, list{});
        auto& entry = known->second;
        if (is_new) {
            auto resolved = resolve_plans(job_.plan_rules[row.plans], in);
            entry.unknown = std::move(resolved.unknown);
            entry.mend = std::move(resolved.mend);
            entry.index = static_cast<std::uint32_t>(into_.wanted.plan_lists.size());
            into_.wanted.plan_lists.push_back(std::move(resolved.ids));
        }
        if (!entry.unknown.empty()) {
            error(row, "disabled_plans", entry.unknown,
                  fmt::format("no service plan of {}", in.part_number), entry.mend);
        }
        return entry.index;
    }

    struct list {
        std::uint32_t index = 0;
        std::string unknown;
        std::string mend;
    };

    jobs::job const& job_;
    resolution& into_;
    std::map<std::pair<std::uint32_t, sku_id>, list> lists_;
};

/// The targets' indices, users in job order and a user's targets in file order.
std::vector<std::uint32_t> by_user(jobs::job const& job, std::vector<std::uint32_t>& first) {
    first.assign(job.users.size() + 1, 0);
    for (auto const& row : job.targets) ++first[row.user + 1];
    for (std::size_t user = 1; user < first.size(); ++user) first[user] += first[user - 1];
    auto next = first;
    std::vector<std::uint32_t> order(job.targets.size());
    for (std::uint32_t index = 0; index < job.targets.size(); ++index) {
        order[next[job.targets[index].user]++] = index;
    }
    return order;
}

}  // namespace

std::string desired::sku_name(want const& one) const {
    if (one.subscription < 0) {
        auto const known = unowned.find(one.sku);
        return known == unowned.end() ? one.sku.str() : known->second;
    }
    return subscriptions[static_cast<std::size_t>(one.subscription)].part_number;
}

std::string desired::group_name(group_id of) const {
    auto const known = group_names.find(of);
    return known == group_names.end() ? of.str() : known->second;
}

named_sku_result find_sku(std::string_view name, std::span<subscription const> subscriptions,
                          std::span<product const> products) {
    sku_names const names{subscriptions, products};
    auto const found = names.find(name);
    if (found.known) return {found.sku, {}};
    return {std::nullopt, names.mend(name)};
}

resolution resolve(jobs::job const& job, std::vector<subscription> subscriptions,
                   std::span<product const> products, std::string_view default_location) {
    resolution resolved;
    auto& wanted = resolved.wanted;
    std::ranges::sort(subscriptions, {}, &subscription::sku);
    wanted.subscriptions = std::move(subscriptions);
    wanted.plan_lists.emplace_back();
    sku_names const names{wanted.subscriptions, products};
    std::vector<named_sku> meant;
    for (auto const& name : job.skus) meant.push_back(names.find(name));

    for (auto const& one : meant) {
        if (!one.known || one.subscription >= 0) continue;
        auto const known = std::ranges::find(products, one.sku, &product::sku);
        if (known != products.end() && !known->part_number.empty()) {
            wanted.unowned.emplace(one.sku, known->part_number);
        }
    }
    for (std::uint32_t user = 0; user < job.users.size(); ++user) {
        if (!jobs::group_in(job.users[user])) continue;
        wanted.groups.resize(job.users.size());
        wanted.groups[user] = true;
    }
    wanted.locations.assign(job.users.size(), std::array<char, 2>{});
    wanted.default_location = default_location;
    wanted.wants.reserve(job.targets.size());
    resolver rows{job, resolved};
    auto const order = by_user(job, wanted.first);
    for (std::size_t at = 0; at < order.size(); ++at) {
        auto const& row = job.targets[order[at]];
        auto const& name = job.skus[row.sku];
        want one;
        one.target = order[at];
        one.act = row.act;
        one.sku = meant[row.sku].sku;
        one.subscription = meant[row.sku].subscription;
        if (!meant[row.sku].known) {
            rows.error(row, "sku", name, "no such SKU", names.mend(name));
        }
        for (auto before = wanted.first[row.user]; before < at; ++before) {
            auto const& earlier = wanted.wants[before];
            if (meant[row.sku].known && earlier.sku == one.sku) {
                rows.error(row, "sku", name, "the same user and SKU again",
                           fmt::format("it is the SKU of line {} under another name: keep one",
                                       job.targets[earlier.target].line));
            }
        }
        if (row.usage_location[0] != 0) {
            auto& location = wanted.locations[row.user];
            if (location[0] != 0 && location != row.usage_location) {
                rows.error(row, "usage_location", std::string_view{row.usage_location.data(), 2},
                           "another usage location for the same user",
                           fmt::format("an earlier row says {}: keep one",
                                       std::string_view{location.data(), 2}));
            }
            location = row.usage_location;
        }
        rows.add(one, row);
    }
    std::ranges::stable_sort(resolved.errors, {}, &input_error::line);
    return resolved;
}

}  // namespace allot::plan
