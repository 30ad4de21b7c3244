#include "engine/documents/job.hpp"

#include <fmt/format.h>

#include "connectors/port/json_text.hpp"
#include "engine/documents/job_members.hpp"

namespace allot::documents {

namespace {

using jobs::plan_rule;

void append_rule(std::string& out, plan_rule const& of) {
    switch (of.is) {
        case plan_rule::kind::keep:
            out += "\"keep\"";
            break;
        case plan_rule::kind::none:
            out += "\"none\"";
            break;
        case plan_rule::kind::listed:
            append_texts(out, of.plans);
            break;
    }
}

bool take_rule(json_element const& from, plan_rule& to) {
    std::string word;
    if (take(from, word)) {
        to.is = word == "none" ? plan_rule::kind::none : plan_rule::kind::keep;
        return word == "none" || word == "keep";
    }
    to.is = plan_rule::kind::listed;
    return take(from, to.plans);
}

}  // namespace

void append_job_head(std::string& out, jobs::job const& of) {
    out += "\"source\":";
    append_json_string(out, of.source);
    out += ",\n\"columns\":";
    append_texts(out, of.extra_columns);
    out += ",\n\"skus\":";
    append_texts(out, of.skus);
    out += ",\n\"plan_rules\":[";
    for (auto const& one : of.plan_rules) {
        if (&one != of.plan_rules.data()) out += ',';
        append_rule(out, one);
    }
    out += "],\n";
}

void append_target_members(object_text& made, jobs::job const& of, std::size_t index) {
    auto const& one = of.targets[index];
    made.number("line", one.line);
    made.text("user", of.users[one.user]);
    made.text("sku", of.skus[one.sku]);
    if (one.act == jobs::action::remove) made.text("action", "remove");
    auto const& rule = of.plan_rules[one.plans];
    if (rule.is != plan_rule::kind::keep) append_rule(made.member("disabled_plans"), rule);
    if (one.usage_location[0] != 0) {
        made.text("location", {one.usage_location.data(), one.usage_location.size()});
    }
    if (one.has_priority) made.number("priority", one.priority);
    made.number_if_any("column", one.sku_column);
    auto const columns = of.extra_columns.size();
    if (columns == 0) return;
    auto separator = '[';
    auto& out = made.member("cells");
    for (auto at = index * columns; at < (index + 1) * columns; ++at) {
        out += separator;
        append_json_string(out, of.extra_cells[at]);
        separator = ',';
    }
    out += ']';
}

bool job_builder::read_head(line_reader& from) {
    bool const begun = from.member("source", job_.source) &&
                       from.member("columns", job_.extra_columns) && from.member("skus", job_.skus);
    if (!begun) return false;
    for (auto const& sku : job_.skus) {
        auto const index = static_cast<std::uint32_t>(skus_.size());
        if (!skus_.try_emplace(sku, index).second) return false;
    }
    json_array rules;
    if (!from.member("plan_rules", rules)) return false;
    for (auto const one : rules) {
        if (!add_rule(one)) return false;
    }
    return true;
}

bool job_builder::add_rule(json_element const& from) {
    plan_rule rule;
    if (!take_rule(from, rule)) return false;
    // The first says that a row has no rule of its own.
    if ((rule.is == plan_rule::kind::keep) != job_.plan_rules.empty()) return false;
    auto const index = static_cast<std::uint32_t>(job_.plan_rules.size());
    if (!rules_.try_emplace({rule.is, rule.plans}, index).second) return false;
    job_.plan_rules.push_back(std::move(rule));
    return true;
}

bool job_builder::add_user(std::string_view name) {
    auto const index = job_.users.add(name);
    return users_.try_emplace(job_.users[index], index).second;
}

std::optional<std::uint32_t> job_builder::find_user(std::string_view name) const {
    auto const found = users_.find(name);
    if (found == users_.end()) return std::nullopt;
    return found->second;
}

bool job_builder::read_rule(json_object const& from, jobs::target& to) const {
    plan_rule rule;
    json_element given;
    if (from.at_key("disabled_plans").get(given) == simdjson::SUCCESS && !take_rule(given, rule)) {
        return false;
    }
    auto const found = rules_.find({rule.is, rule.plans});
    if (found == rules_.end()) return false;
    to.plans = found->second;
    return true;
}

bool job_builder::read_cells(json_object const& from) {
    std::vector<std::string> cells;
    if (!read_if_given(from, "cells", cells) || cells.size() != job_.extra_columns.size()) {
        return false;
    }
    for (auto const& cell : cells) job_.extra_cells.add(cell);
    return true;
}

bool job_builder::add_target(json_object const& from) {
    jobs::target made;
    std::string user;
    std::string sku;
    std::string action;
    std::string location;
    std::optional<std::int32_t> priority;
    bool const whole = read(from, "line", made.line) && read(from, "user", user) &&
                       read(from, "sku", sku) && read_if_given(from, "action", action) &&
                       read_rule(from, made) &&
                       read_location_if_given(from, "location", location) &&
                       read_if_given(from, "priority", priority) &&
                       read_if_given(from, "column", made.sku_column) && read_cells(from);
    if (!whole || !(action.empty() || action == "remove")) return false;
    auto const known_user = find_user(user);
    auto const known_sku = skus_.find(sku);
    if (!known_user || known_sku == skus_.end()) return false;
    made.user = *known_user;
    made.sku = known_sku->second;
    if (!action.empty()) made.act = jobs::action::remove;
    if (!location.empty()) made.usage_location = {location[0], location[1]};
    made.has_priority = priority.has_value();
    made.priority = priority.value_or(0);
    job_.targets.push_back(made);
    return true;
}

void append_job(std::string& out, jobs::job const& of) {
    out += '{';
    append_job_head(out, of);
    append_rows(out, "users", indexes(of.users.size()), [&of](std::string& to, std::uint32_t user) {
        append_json_string(to, of.users[user]);
    });
    out += ",\n";
    append_rows(out, "targets", of.targets, [&of](std::string& to, jobs::target const& one) {
        object_text made{to};
        append_target_members(made, of, static_cast<std::size_t>(&one - of.targets.data()));
    });
    out += '}';
}

result<jobs::job> parse_job(std::string_view text) {
    line_reader from{text};
    job_builder builder;
    bool const whole =
        builder.read_head(from) &&
        from.texts("users", "],",
                   [&](std::string const& name) { return builder.add_user(name); }) &&
        from.rows("targets", "]}", [&](json_object const& row) { return builder.add_target(row); });
    if (!whole || !from.at_end()) {
        return failure{errc::could_not_run,
                       fmt::format("what is kept of a job is not as allot writes it, in line {}",
                                   from.line())};
    }
    return builder.finish();
}

}  // namespace allot::documents
