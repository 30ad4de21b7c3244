#include "engine/jobs/collector.hpp"

#include <fmt/format.h>

#include <utility>

#include "engine/jobs/checks.hpp"
#include "engine/jobs/text.hpp"

namespace allot::jobs {

namespace {

constexpr std::uint32_t no_target = 0x7FFF'FFFF;
/// Set in a user's first target once it is in the index by user and SKU.
constexpr std::uint32_t indexed_bit = 0x8000'0000;

std::string_view text_of(record const& row, field which) {
    return trim(row.cells[index_of(which)].text);
}

/// Where the row names its user or group.
field subject_field(record const& row) {
    if (!text_of(row, field::user).empty()) return field::user;
    if (!text_of(row, field::group).empty()) return field::group;
    bool const by_group = row.cells[index_of(field::user)].is == cell::state::absent &&
                          row.cells[index_of(field::group)].is != cell::state::absent;
    return by_group ? field::group : field::user;
}

std::uint64_t hash_of(target const& row) {
    auto const key = std::uint64_t{row.user} << 32 | row.sku;
    auto const mixed = key * 0x9E3779B97F4A7C15ULL;
    return mixed ^ mixed >> 32;
}

std::uint64_t hash_of(plan_rule const& rule) {
    auto hash = static_cast<std::uint64_t>(rule.is);
    for (auto const& plan : rule.plans) hash = hash * 31 + hash_ignoring_case(plan);
    return hash;
}

}  // namespace

collector::collector(job& into, problem_list& problems) : job_(into), problems_(problems) {
    job_.plan_rules.assign(1, plan_rule{});
}

void collector::report(record const& row, field which, fault what) {
    auto const& place_in_row = row.cells[index_of(which)];
    problems_.add(row.from.at(place_in_row.offset), name_of(which), text_of(row, which),
                  std::move(what));
}

std::string_view collector::required(record const& row, field which) {
    auto const text = text_of(row, which);
    bool const is_faulty = row.cells[index_of(which)].is == cell::state::faulty;
    if (text.empty() && !is_faulty) {
        report(row, which,
               {fmt::format("no {}", name_of(which)),
                "every target needs a user, or a group, and a sku"});
    }
    return text;
}

bool collector::is_group(target const& of) const {
    return group_in(job_.users[of.user]).has_value();
}

bool collector::read_subject(record const& row, target& into) {
    auto const which = subject_field(row);
    if (which == field::user && !text_of(row, field::group).empty()) {
        report(row, field::group,
               {"both a user and a group", "a row is for one of them: leave the other cell empty"});
        return false;
    }
    auto const text = required(row, which);
    if (text.empty()) return false;
    auto const group = which == field::group ? std::optional{text} : group_in(text);
    if (group && !jobs::is_group(*group)) {
        report(row, which, group_fault(*group));
        return false;
    }
    if (group && which == field::group) {
        return find_or_add(std::string{group_prefix} + std::string{text}, into);
    }
    if (find_or_add(text, into)) return true;
    report(row, which, user_fault(text));
    return false;
}

/// False for a new one that is no user's name.
bool collector::find_or_add(std::string_view subject, target& into) {
    auto const hash = hash_ignoring_case(subject);
    auto const found = users_.find(
        hash, [&](std::uint32_t index) { return equal_ignoring_case(job_.users[index], subject); });
    if (found) {
        into.user = *found;
        return true;
    }
    if (!group_in(subject) && !is_user(subject)) return false;
    into.user = job_.users.add(subject);
    users_.add(hash, into.user);
    first_targets_.push_back(no_target);
    return true;
}

bool collector::read_sku(record const& row, target& into) {
    auto const text = required(row, field::sku);
    if (text.empty()) return false;
    into.sku_column = row.from.at(row.cells[index_of(field::sku)].offset).column;
    auto const hash = hash_ignoring_case(text);
    auto const found = skus_.find(
        hash, [&](std::uint32_t index) { return equal_ignoring_case(job_.skus[index], text); });
    if (found) {
        into.sku = *found;
        return true;
    }
    if (!is_sku(text)) {
        report(row, field::sku, sku_fault(text));
        return false;
    }
    into.sku = static_cast<std::uint32_t>(job_.skus.size());
    job_.skus.emplace_back(text);
    skus_.add(hash, into.sku);
    return true;
}

bool collector::read_action(record const& row, target& into) {
    auto const text = text_of(row, field::action);
    if (text.empty()) return row.cells[index_of(field::action)].is != cell::state::faulty;
    auto const read = jobs::read_action(text);
    if (!read) report(row, field::action, action_fault(text));
    into.act = read.value_or(action::assign);
    return read.has_value();
}

bool collector::read_plans(record const& row, target& into) {
    auto const text = text_of(row, field::disabled_plans);
    if (text.empty()) return true;
    if (into.act == action::remove) {
        report(row, field::disabled_plans,
               {"service plans given with remove",
                "leave the cell empty: a removal takes the whole licence"});
        return false;
    }
    if (text != plans_text_) {
        auto rule = read_plan_rule(text);
        if (!rule) {
            report(row, field::disabled_plans, plan_rule_fault(text));
            return false;
        }
        plans_index_ = plan_rule_index(std::move(*rule));
        plans_text_ = text;
    }
    into.plans = plans_index_;
    return true;
}

std::uint32_t collector::plan_rule_index(plan_rule rule) {
    auto const hash = hash_of(rule);
    auto const found =
        plan_rules_.find(hash, [&](std::uint32_t index) { return job_.plan_rules[index] == rule; });
    if (found) return *found;
    auto const index = static_cast<std::uint32_t>(job_.plan_rules.size());
    job_.plan_rules.push_back(std::move(rule));
    plan_rules_.add(hash, index);
    return index;
}

bool collector::read_usage_location(record const& row, target& into) {
    auto const text = text_of(row, field::usage_location);
    if (text.empty()) return true;
    if (subject_field(row) == field::group || group_in(text_of(row, field::user))) {
        report(row, field::usage_location,
               {"a usage location for a group",
                "leave the cell empty: each member has a usage location of his own"});
        return false;
    }
    auto const read = jobs::read_usage_location(text);
    if (!read) report(row, field::usage_location, usage_location_fault(text));
    into.usage_location = read.value_or(into.usage_location);
    return read.has_value();
}

bool collector::read_priority(record const& row, target& into) {
    auto const text = text_of(row, field::priority);
    if (text.empty()) return true;
    auto const read = jobs::read_priority(text);
    if (!read) report(row, field::priority, priority_fault(text));
    into.priority = read.value_or(0);
    into.has_priority = read.has_value();
    return read.has_value();
}

bool collector::is_new(record const& row, target const& candidate) {
    auto const index = static_cast<std::uint32_t>(job_.targets.size());
    auto& first = first_targets_[candidate.user];
    if (first == no_target) {
        first = index;
        return true;
    }
    // Most users have one target only: the index is for the others.
    if ((first & indexed_bit) == 0) {
        targets_.add(hash_of(job_.targets[first]), first);
        first |= indexed_bit;
    }
    auto const hash = hash_of(candidate);
    auto const found = targets_.find(hash, [&](std::uint32_t other) {
        return job_.targets[other].user == candidate.user &&
               job_.targets[other].sku == candidate.sku;
    });
    if (!found) {
        targets_.add(hash, index);
        return true;
    }
    auto const& earlier = job_.targets[*found];
    auto const which = subject_field(row);
    if (earlier.act == candidate.act) {
        auto const* const subject = is_group(candidate) ? "group" : "user";
        report(row, which,
               {fmt::format("the same {} and SKU as on line {}", subject, earlier.line),
                "keep one of the two"});
    } else {
        auto const asked = candidate.act == action::remove ? "removes" : "assigns";
        auto const before = candidate.act == action::remove ? "assigned" : "removed";
        report(row, which,
               {fmt::format("{} the SKU that is {} on line {}", asked, before, earlier.line),
                "keep the one that is meant"});
    }
    return false;
}

bool collector::add(record const& row) {
    target candidate;
    candidate.line = row.from.start.line;
    bool const has_subject = read_subject(row, candidate);
    bool const has_sku = read_sku(row, candidate);
    bool const has_action = read_action(row, candidate);
    read_plans(row, candidate);
    read_usage_location(row, candidate);
    read_priority(row, candidate);
    if (!has_subject || !has_sku || !has_action || !is_new(row, candidate)) return false;
    job_.targets.push_back(candidate);
    return true;
}

void collector::check_defaults(record& defaults) {
    target unused;
    auto const settle = [&defaults](field which, bool is_sound) {
        if (!is_sound) defaults.cells[index_of(which)] = {{}, 0, cell::state::faulty};
    };
    for (auto const which : {field::user, field::group}) {
        if (defaults.cells[index_of(which)].is != cell::state::given) continue;
        report(defaults, which,
               {fmt::format("a default for the {}", name_of(which)),
                fmt::format("name the {} in each target", name_of(which))});
        settle(which, false);
    }
    auto const sku = text_of(defaults, field::sku);
    if (!sku.empty() && !is_sku(sku)) {
        report(defaults, field::sku, sku_fault(sku));
        settle(field::sku, false);
    }
    settle(field::disabled_plans, read_plans(defaults, unused));
    settle(field::action, read_action(defaults, unused));
    settle(field::usage_location, read_usage_location(defaults, unused));
    settle(field::priority, read_priority(defaults, unused));
}

}  // namespace allot::jobs
