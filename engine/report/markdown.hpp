#pragma once

#include <cstdint>
#include <string>

#include "engine/report/summary.hpp"
#include "engine/report/tally.hpp"

namespace allot::report {

/// A run as Markdown for a ticket or a job's summary: the answer, verdicts, reasons, seats, and the
/// first people that need somebody. Tables as GitHub and GitLab have them. Pure.
class markdown {
 public:
    void add(reconcile::row const& of);
    /// `of` has counted all rows.
    [[nodiscard]] std::string text(summary const& of) const;

    static constexpr std::uint64_t lines_max = 50;

 private:
    tally counted_;
    std::string lines_;
    std::uint64_t need_ = 0;
};

}  // namespace allot::report
