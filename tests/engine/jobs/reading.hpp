#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/jobs/reader.hpp"

/// Jobs and errors in words that a test can compare.
namespace allot::jobs::testing {

using lines = std::vector<std::string>;

inline std::string describe(plan_rule const& rule) {
    if (rule.is == plan_rule::kind::keep) return "keep";
    if (rule.is == plan_rule::kind::none) return "none";
    std::string text;
    for (auto const& plan : rule.plans) text += (text.empty() ? "" : "+") + plan;
    return text;
}

/// `2: assign POWER_BI_PRO to ann@contoso.com`, and then whatever else the row says.
inline std::string describe(job const& of, std::size_t index) {
    auto const& row = of.targets[index];
    bool const assigns = row.act == action::assign;
    auto text = fmt::format("{}: {} {} {} {}", row.line, assigns ? "assign" : "remove",
                            of.skus[row.sku], assigns ? "to" : "from", of.users[row.user]);
    if (row.plans != 0) text += " plans " + describe(of.plan_rules[row.plans]);
    if (row.usage_location[0] != 0) text += " in " + std::string{row.usage_location.data(), 2};
    if (row.has_priority) text += fmt::format(" priority {}", row.priority);
    for (std::size_t at = 0; at < of.extra_columns.size(); ++at) {
        text += fmt::format(" {}=<{}>", of.extra_columns[at],
                            of.extra_cells[index * of.extra_columns.size() + at]);
    }
    return text;
}

inline lines describe(std::string_view source, std::vector<input_error> const& list) {
    lines result;
    for (auto const& error : list) result.push_back(to_text(source, error));
    return result;
}

/// The errors, or the targets when there is none.
inline lines describe(read_result const& result) {
    if (!result.errors.empty()) return describe(result.read.source, result.errors);
    lines rows;
    for (std::size_t at = 0; at < result.read.targets.size(); ++at) {
        rows.push_back(describe(result.read, at));
    }
    return rows;
}

inline read_options options_for(std::string source, encoding encoded = encoding::automatic) {
    read_options options;
    options.source = std::move(source);
    options.encoded = encoded;
    return options;
}

inline lines read_csv(std::string_view bytes) {
    return describe(read(bytes, options_for("job.csv")));
}
inline lines read_json(std::string_view bytes) {
    return describe(read(bytes, options_for("job.json")));
}

/// What a whole job of one row `ann@contoso.com,POWER_BI_PRO` on line 2 reads as.
inline lines const ann_alone{"2: assign POWER_BI_PRO to ann@contoso.com"};

}  // namespace allot::jobs::testing
