#include "engine/plan/service_rules.hpp"

#include <algorithm>
#include <set>

namespace allot::plan {

namespace {

constexpr std::size_t guid_size = 36;

/// Where an id stands in a text; empty when there is none from `at` on.
struct found_id {
    std::size_t at = 0;
    guid is;
};
std::optional<found_id> next_id(std::string_view text, std::size_t at) {
    for (; at + guid_size <= text.size(); ++at) {
        if (auto const id = guid::parse(text.substr(at, guid_size))) return found_id{at, *id};
    }
    return std::nullopt;
}

/// The service plans that are on in the licences.
class plans_on {
 public:
    explicit plans_on(desired const& in) : in_{in} {}

    void add(sku_id sku, std::vector<plan_id> const& off) {
        auto const owned = std::ranges::lower_bound(in_.subscriptions, sku, {}, &subscription::sku);
        if (owned == in_.subscriptions.end() || owned->sku != sku) return;
        for (auto const& one : owned->plans) {
            if (!std::ranges::binary_search(off, one.id)) on_.insert(one.id);
        }
    }

    [[nodiscard]] bool break_rule(service_rule const& rule) const {
        if (!on_.contains(rule.plan)) return false;
        bool const beside =
            std::ranges::any_of(rule.others, [this](plan_id one) { return on_.contains(one); });
        return rule.is == reason::plan_conflict ? beside : !beside;
    }

 private:
    desired const& in_;
    std::set<plan_id> on_;
};

/// `BI_AZURE_P2 (in POWER_BI_PRO, SPE_E5)`; its id where no SKU of the tenant has it.
std::string name_of(plan_id plan, desired const& in) {
    std::string name;
    std::string skus;
    for (auto const& owned : in.subscriptions) {
        for (auto const& one : owned.plans) {
            if (one.id != plan) continue;
            name = one.name;
            skus += (skus.empty() ? "" : ", ") + owned.part_number;
        }
    }
    return name.empty() ? plan.str() + " (in no SKU of this tenant)" : name + " (in " + skus + ")";
}

std::string name_of(guid id, desired const& in) {
    for (auto const& owned : in.subscriptions) {
        if (owned.sku.value == id) return owned.part_number;
        for (auto const& one : owned.plans) {
            if (one.id.value == id) return one.name;
        }
    }
    auto const known = in.group_names.find(group_id{id});
    return known == in.group_names.end() ? std::string{} : known->second;
}

std::string sentence_of(service_rule const& rule, desired const& in) {
    auto text = name_of(rule.plan, in);
    text += rule.is == reason::plan_conflict ? " cannot be on beside " : " needs ";
    for (auto const& other : rule.others) {
        if (other != rule.others.front()) text += " or ";
        text += name_of(other, in);
    }
    return text + ". ";
}

}  // namespace

std::optional<service_rule> rule_in(reason why, std::string_view detail) {
    if (why != reason::plan_dependency && why != reason::plan_conflict) return std::nullopt;
    service_rule rule;
    rule.is = why;
    bool first = true;
    for (auto id = next_id(detail, 0); id; id = next_id(detail, id->at + guid_size)) {
        if (first) {
            rule.plan = plan_id{id->is};
        } else {
            rule.others.push_back(plan_id{id->is});
        }
        first = false;
    }
    if (rule.others.empty()) return std::nullopt;
    return rule;
}

bool breaks(service_rule const& rule, account const& seen, change const& by, desired const& in) {
    plans_on before{in};
    plans_on after{in};
    for (auto const& state : seen.licences) {
        if (!state.active) continue;
        before.add(state.sku, state.disabled_plans);
        bool const goes =
            !state.by_group &&
            (std::ranges::find(by.removes, state.sku) != by.removes.end() ||
             std::ranges::find(by.adds, state.sku, &licence_add::sku) != by.adds.end());
        if (!goes) after.add(state.sku, state.disabled_plans);
    }
    for (auto const& add : by.adds) after.add(add.sku, add.disabled_plans);
    return after.break_rule(rule) && !before.break_rule(rule);
}

std::string in_names(reason why, std::string_view detail, desired const& in) {
    std::string text;
    if (auto const rule = rule_in(why, detail)) text = sentence_of(*rule, in);
    std::size_t at = 0;
    while (auto const id = next_id(detail, at)) {
        auto const end = id->at + guid_size;
        auto const name = name_of(id->is, in);
        text += detail.substr(at, id->at - at);
        text += name.empty() ? detail.substr(id->at, guid_size) : std::string_view{name};
        at = end;
    }
    return text += detail.substr(at);
}

}  // namespace allot::plan
