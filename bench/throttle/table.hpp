#pragma once

#include <span>
#include <string>

#include "bench/throttle/runs.hpp"

namespace allot::bench {

/// All seeds of one scheme in one scenario: the worst of each figure.
struct row {
    scheme const* by = nullptr;
    trial of;  ///< of the first seed
    bool finished = true;
    double bound = 0;  ///< seconds, of the worst ratio
    double ratio = 0;
    double refused_share = 0;
    std::uint64_t refused = 0;
    std::uint64_t requests = 0;
    std::uint64_t lost = 0;

    /// Whether it reaches the scenario's goal, which only our own must.
    [[nodiscard]] bool reaches_goal() const;
};

/// One row for each run of runs that differ only in their seed and follow each other.
std::vector<row> rows_of(std::span<run const> runs);

/// Markdown: a line for each scenario, a column for each scheme.
std::string schemes_table(std::span<row const> rows);
/// Markdown: what the schemes of these rows are, and where that is from.
std::string notes(std::span<row const> rows);
/// Markdown: our own against their goals.
std::string goals_table(std::span<row const> rows);
/// Markdown: our own by parts in a batch.
std::string batch_sizes_table(std::span<row const> rows);
/// One line about one run.
std::string in_words(run const& of);

}  // namespace allot::bench
