#include "engine/plan/current.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/jobs/checks.hpp"
#include "engine/jobs/text.hpp"

namespace allot::plan {

namespace {

constexpr std::size_t told_max = 10;

/// A cell that begins so would be run by a spreadsheet, and is written with something before it.
bool is_plain_cell(std::string_view text) {
    return !text.empty() && std::string_view{"=+-@'"}.find(text.front()) == std::string_view::npos;
}

/// Read back as it is, within a list of plans too.
bool is_plan_name(std::string_view text) {
    return is_plain_cell(text) && text.find_first_of(";+,|\"") == std::string_view::npos &&
           jobs::trim(text) == text && !jobs::has_control_character(text) &&
           !jobs::equal_ignoring_case(text, "none");
}

template <class Items, class Is>
bool only_one(Items const& items, Is is) {
    return std::ranges::count_if(items, is) == 1;
}

}  // namespace

current_assignments::current_assignments(std::span<subscription const> subscriptions, wishes chosen)
    : subscriptions_{subscriptions}, wishes_{std::move(chosen)} {
    std::ranges::sort(wishes_.only);
}

std::uint32_t current_assignments::number_of(std::string text) {
    auto const known = numbers_.find(text);
    if (known != numbers_.end()) return known->second;
    auto const number = static_cast<std::uint32_t>(texts_.size());
    texts_.push_back(text);
    numbers_.emplace(std::move(text), number);
    return number;
}

std::string current_assignments::sku_name(sku_id sku) const {
    auto const owned = std::ranges::find(subscriptions_, sku, &subscription::sku);
    if (owned == subscriptions_.end()) return sku.str();
    auto const& name = owned->part_number;
    bool const plain = is_plain_cell(name) && jobs::trim(name) == name && jobs::is_sku(name) &&
                       !guid::parse(name) && only_one(subscriptions_, [&](auto const& one) {
                           return jobs::equal_ignoring_case(one.part_number, name);
                       });
    return plain ? name : sku.str();
}

/// Empty where the list could not be read back: then it says that nothing is to be changed.
std::string current_assignments::plans_of(licence_state const& held) const {
    auto const owned = std::ranges::find(subscriptions_, held.sku, &subscription::sku);
    if (owned == subscriptions_.end()) return {};
    if (held.disabled_plans.empty()) return "none";
    std::vector<std::string> names;
    for (auto const& plan : held.disabled_plans) {
        auto const known = std::ranges::find(owned->plans, plan, &service_plan::id);
        if (known == owned->plans.end()) return {};
        auto const& name = known->name;
        bool const plain = is_plan_name(name) && only_one(owned->plans, [&](auto const& one) {
                               return jobs::equal_ignoring_case(one.name, name);
                           });
        names.push_back(plain ? name : plan.str());
    }
    std::ranges::sort(names);
    return fmt::format("{}", fmt::join(names, ";"));
}

void current_assignments::add(user const& one) {
    auto const name = jobs::is_user(one.upn) && is_plain_cell(one.upn) ? one.upn : one.id.str();
    bool named = false;
    auto const location = jobs::read_usage_location(one.usage_location);
    std::vector<sku_id> done;
    for (auto const& state : one.licences) {
        auto const sku = state.sku;
        if (std::ranges::find(done, sku) != done.end()) continue;
        done.push_back(sku);
        if (!wishes_.only.empty() && !std::ranges::binary_search(wishes_.only, sku)) continue;
        licence_state const* direct = nullptr;
        std::vector<std::string> groups;
        for (auto const& other : one.licences) {
            if (other.sku != sku) continue;
            if (other.by_group) {
                if (other.active) groups.push_back(other.by_group->str());
            } else if (other.active) {
                direct = &other;
            } else {
                ++in_error_.count;
                if (in_error_.first.size() < told_max) {
                    in_error_.first.push_back(
                        fmt::format("{} {}: {}", name, sku_name(sku),
                                    other.error.empty() ? "not active" : other.error));
                }
            }
        }
        if (direct == nullptr && (groups.empty() || !wishes_.inherited)) continue;
        if (!named) users_.push_back(name);
        named = true;
        row made;
        made.user = static_cast<std::uint32_t>(users_.size() - 1);
        made.sku = number_of(sku_name(sku));
        // What a group gives, it decides upon: the row asks for no plans of its own.
        bool const alone = direct != nullptr && groups.empty();
        made.plans = number_of(alone ? plans_of(*direct) : std::string{});
        std::ranges::sort(groups);
        if (direct != nullptr) groups.insert(groups.begin(), "direct");
        made.via = number_of(fmt::format("{}", fmt::join(groups, "+")));
        if (location) made.location = *location;
        rows_.push_back(made);
        auto const owned = std::ranges::find(subscriptions_, sku, &subscription::sku);
        if (owned == subscriptions_.end()) ++not_owned_[sku];
    }
}

void current_assignments::each(std::function<void(current_row const&)> const& take) {
    std::vector<std::string> folded;
    folded.reserve(users_.size());
    for (auto const& name : users_) folded.push_back(jobs::to_lower(name));
    std::ranges::sort(rows_, [&](row const& one, row const& other) {
        auto const by_user = folded[one.user].compare(folded[other.user]);
        return by_user != 0 ? by_user < 0 : texts_[one.sku] < texts_[other.sku];
    });
    for (auto const& one : rows_) {
        current_row given;
        given.user = users_[one.user];
        given.sku = texts_[one.sku];
        given.disabled_plans = texts_[one.plans];
        given.via = texts_[one.via];
        if (one.location[0] != 0) given.usage_location = {one.location.data(), 2};
        take(given);
    }
}

}  // namespace allot::plan
