#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/report/pace.hpp"
#include "engine/report/summary.hpp"
#include "engine/report/tally.hpp"

namespace allot::report {

/// `report.html`, a piece at a time: the rows come first in the file, as data for the page's own
/// script, and what is counted of them after. page.html is its frame. Pure: whoever calls decides
/// where the text goes. Call in the order of the members.
class page {
 public:
    /// `columns`: what `column_names` gives.
    explicit page(std::string run_id, std::vector<std::string> columns);

    /// The page up to its first row.
    [[nodiscard]] std::string begin() const;
    void append(std::string& out, reconcile::row const& of);
    /// What was sent for the users, those of one user one after another. Times are of the run that
    /// began then: for the chart of its pace.
    void append_attempt(std::string& out, reconcile::attempt_line const& of);
    /// The rest. `of` has counted all rows.
    [[nodiscard]] std::string end(summary const& of) const;

 private:
    std::string run_id_;
    std::vector<std::string> columns_;
    tally counted_;
    pace sent_;
    std::string sent_for_;  ///< the user of the last attempt
    bool any_row_ = false;
    bool any_attempt_ = false;
};

}  // namespace allot::report
