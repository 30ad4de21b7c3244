#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/port/directory_words.hpp"
#include "connectors/port/random_stream.hpp"
#include "engine/jobs/job.hpp"
#include "engine/plan/plan.hpp"

/// Made-up values for the tests of this folder, and what makes two of them the same.
namespace allot::documents::testing {

class made_up {
 public:
    explicit made_up(std::uint64_t seed) : chance_{seed} {}

    bool one_in(std::uint64_t count) { return chance_.below(count) == 0; }
    std::size_t below(std::size_t end) { return static_cast<std::size_t>(chance_.below(end)); }

    /// With all that JSON must escape, and with characters of every length; may be empty.
    std::string text() {
        static constexpr std::array<std::string_view, 14> parts{
            "a", "Büro",           "\"", "\\",   "/",    "\n", "\r\n\t", "€",
            "😀", "{\"sha256\":\"", "],", "\x01", "\x7F", " "};
        std::string made;
        for (auto left = below(6); left > 0; --left) made += parts[below(parts.size())];
        if (one_in(20)) made += '\0';
        return made;
    }

    template <class Id>
    Id id() {
        Id made;
        for (auto& byte : made.value.bytes) byte = static_cast<std::uint8_t>(chance_.next());
        return made;
    }

    template <class Id>
    std::vector<Id> sorted_ids() {
        std::vector<Id> made(below(4));
        for (auto& one : made) one = id<Id>();
        std::ranges::sort(made);
        return made;
    }

    std::string location() {
        return {static_cast<char>('A' + below(26)), static_cast<char>('A' + below(26))};
    }

    std::int64_t number() {
        return one_in(5) ? static_cast<std::int64_t>(chance_.next())
                         : static_cast<std::int64_t>(below(1000)) - 500;
    }

    allot::user user() {
        allot::user made;
        made.id = id<user_id>();
        made.upn = text();
        made.account_enabled = !one_in(3);
        if (!one_in(3)) made.usage_location = location();
        made.licences.resize(below(4));
        for (auto& one : made.licences) {
            one.sku = id<sku_id>();
            one.disabled_plans = sorted_ids<plan_id>();
            if (one_in(3)) one.by_group = id<group_id>();
            one.active = !one_in(4);
            if (one_in(4)) one.error = text();
        }
        return made;
    }

    plan::change change() {
        plan::change made;
        if (one_in(3)) made.usage_location = location();
        made.adds.resize(below(4));
        for (auto& one : made.adds) {
            one.sku = id<sku_id>();
            one.disabled_plans = sorted_ids<plan_id>();
        }
        for (auto left = below(4); left > 0; --left) made.removes.push_back(id<sku_id>());
        return made;
    }

    allot::subscription subscription() {
        allot::subscription made;
        made.sku = id<sku_id>();
        made.part_number = text();
        if (!one_in(4)) made.capability_status = text();
        made.for_users = !one_in(3);
        made.enabled = number();
        made.consumed = number();
        if (one_in(2)) made.warning = number();
        if (one_in(2)) made.suspended = number();
        if (one_in(2)) made.locked_out = number();
        made.plans.resize(below(4));
        for (auto& one : made.plans) one = {id<plan_id>(), text(), !one_in(3)};
        return made;
    }

    std::vector<allot::subscription> subscriptions() {
        std::vector<allot::subscription> made(below(4));
        for (auto& one : made) one = subscription();
        return made;
    }

    jobs::job job() {
        jobs::job made;
        made.source = text();
        auto const names = [this](std::size_t count) {
            std::vector<std::string> list(count);
            for (std::size_t at = 0; at < count; ++at) list[at] = text() + std::to_string(at);
            return list;
        };
        made.skus = names(1 + below(3));
        made.extra_columns = names(below(3));
        made.plan_rules.emplace_back();
        if (one_in(2)) made.plan_rules.push_back({jobs::plan_rule::kind::none, {}});
        for (std::size_t left = below(3), at = 0; at < left; ++at) {
            made.plan_rules.push_back({jobs::plan_rule::kind::listed, names(at)});
        }
        for (auto const& name : names(1 + below(8))) made.users.add(name);
        for (auto left = below(12); left > 0; --left) made.targets.push_back(target(made));
        return made;
    }

 private:
    jobs::target target(jobs::job& in) {
        jobs::target made;
        made.line = static_cast<std::uint32_t>(chance_.next());
        made.user = static_cast<std::uint32_t>(below(in.users.size()));
        made.sku = static_cast<std::uint32_t>(below(in.skus.size()));
        made.plans = static_cast<std::uint32_t>(below(in.plan_rules.size()));
        made.has_priority = one_in(2);
        if (made.has_priority) made.priority = static_cast<std::int32_t>(chance_.next());
        if (one_in(2)) made.sku_column = static_cast<std::uint32_t>(below(100));
        if (one_in(3)) made.usage_location = {'N', 'L'};
        if (one_in(3)) made.act = jobs::action::remove;
        for (auto left = in.extra_columns.size(); left > 0; --left) in.extra_cells.add(text());
        return made;
    }

    random_stream chance_;
};

inline std::vector<std::string> listed(jobs::string_list const& of) {
    std::vector<std::string> made;
    for (std::size_t at = 0; at < of.size(); ++at) made.emplace_back(of[at]);
    return made;
}

inline bool same(jobs::job const& one, jobs::job const& other) {
    return one.source == other.source && one.targets == other.targets &&
           listed(one.users) == listed(other.users) && one.skus == other.skus &&
           one.plan_rules == other.plan_rules && one.extra_columns == other.extra_columns &&
           listed(one.extra_cells) == listed(other.extra_cells);
}

/// The text with one byte of it replaced, taken away or doubled.
inline std::string spoilt(made_up& by, std::string text) {
    auto const at = by.below(text.size());
    switch (by.below(3)) {
        case 0:
            text[at] = static_cast<char>(by.below(256));
            break;
        case 1:
            text.erase(at, 1 + by.below(3));
            break;
        default:
            text.insert(at, text.substr(at, 1 + by.below(20)));
    }
    return text;
}

}  // namespace allot::documents::testing
