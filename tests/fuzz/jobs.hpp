#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/jobs/reader.hpp"
#include "tests/fuzz/csv_model.hpp"
#include "tests/fuzz/fuzzing.hpp"

/// What must hold of every job that is read, and of every refusal.
namespace allot::fuzzing {

inline std::vector<std::string> listed(jobs::string_list const& of) {
    std::vector<std::string> made;
    for (std::size_t at = 0; at < of.size(); ++at) made.emplace_back(of[at]);
    return made;
}

/// The same content; `placed`: and each target in the same place of its file.
inline bool same_job(jobs::job const& one, jobs::job const& other, bool placed) {
    auto const bare = [placed](std::vector<jobs::target> targets) {
        for (auto& each : targets) {
            if (!placed) each.line = each.sku_column = 0;
        }
        return targets;
    };
    return bare(one.targets) == bare(other.targets) && listed(one.users) == listed(other.users) &&
           one.skus == other.skus && one.plan_rules == other.plan_rules &&
           one.extra_columns == other.extra_columns &&
           listed(one.extra_cells) == listed(other.extra_cells);
}

/// Reads it whole and in blocks; both must come to the same.
inline jobs::read_result read_both_ways(std::string_view bytes, jobs::read_options const& options,
                                        std::uint8_t blocks) {
    std::string const own{bytes};
    auto whole = jobs::read(own, options);
    jobs::reader by_block{options};
    in_blocks(bytes, blocks, [&](std::string_view block) { by_block.feed(block); });
    auto const parts = by_block.finish();
    must(parts.errors == whole.errors, "the same errors, whatever the blocks",
         !parts.errors.empty() ? jobs::to_text("blocks", parts.errors.front()) : "blocks: none");
    must(parts.notes == whole.notes, "the same notes, whatever the blocks");
    must(same_job(parts.read, whole.read, true), "the same job, whatever the blocks");
    return whole;
}

/// Every place lies within the text, and what is said can be shown.
inline void check_places(std::string_view text, std::vector<jobs::input_error> const& list) {
    // By line, how many characters it has.
    std::vector<std::uint32_t> lengths(1, 0);
    for (std::size_t at = 0; at < text.size(); ++at) {
        bool const crlf = text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n';
        if (text[at] == '\n' || (text[at] == '\r' && !crlf)) {
            lengths.push_back(0);
        } else if ((static_cast<std::uint8_t>(text[at]) & 0xC0U) != 0x80) {
            ++lengths.back();
        }
    }
    for (auto const& one : list) {
        auto const shown = jobs::to_text("file", one);
        must(one.line <= lengths.size(), "an error's line is one of the file's", shown);
        must(one.line != 0 || one.column == 0, "a column has a line", shown);
        if (one.line != 0) {
            must(one.column <= lengths[one.line - 1] + 1, "an error's column is in its line",
                 shown);
        }
        must(!one.problem.empty() && !one.mend.empty(), "an error says what and what to do", shown);
        must(utf_8_ends(shown) == shown.size(), "an error can be shown", shown);
        auto const is_control = [](char letter) {
            auto const code = static_cast<std::uint8_t>(letter);
            return code < 0x20 || code == 0x7F;
        };
        must(std::none_of(shown.begin(), shown.end(), is_control),
             "an error has no control characters", shown);
        must(one.value.size() <= 1'000, "a value is shortened", shown);
    }
}

/// `text` is the file in UTF-8.
inline void check_result(std::string_view text, jobs::read_result const& of) {
    check_places(text, of.errors);
    check_places(text, of.notes);
    auto const& job = of.read;
    must(!of.errors.empty() || !job.targets.empty(), "targets, or an error");
    must(of.errors.empty() || job.targets.empty(), "no part of a file with errors");
    must(job.extra_cells.size() == job.targets.size() * job.extra_columns.size(),
         "a cell for each target and column");
    for (auto const& one : job.targets) {
        must(one.user < job.users.size() && one.sku < job.skus.size() &&
                 one.plans < job.plan_rules.size(),
             "a target names what the job has");
        must(one.line >= 1, "a target has a line");
        must(one.act == jobs::action::assign || one.plans == 0, "a removal has no plans");
    }
    std::size_t bytes = 0;
    for (std::size_t at = 0; at < job.extra_cells.size(); ++at) bytes += job.extra_cells[at].size();
    for (std::size_t at = 0; at < job.users.size(); ++at) bytes += job.users[at].size();
    // A default stands in each of its targets: by its square at most, over what a target takes.
    must(bytes <= text.size() * (text.size() / 16 + 8), "a job is not larger than its file");
}

}  // namespace allot::fuzzing
