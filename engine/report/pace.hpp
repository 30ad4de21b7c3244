#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "engine/reconcile/row.hpp"
#include "engine/report/summary.hpp"

namespace allot::report {

/// How fast a run wrote over its time: a chart. Keeps two numbers for each second in which
/// something came back.
class pace {
 public:
    void add(reconcile::attempt_line const& of);
    /// The chart as SVG in HTML, with the limit as a line where it is known; empty when nothing was
    /// sent.
    [[nodiscard]] std::string chart(std::optional<pacing_line> const& limits) const;

 private:
    struct counts {
        std::uint64_t accepted = 0;
        std::uint64_t refused = 0;  ///< for lack of quota
        std::uint64_t other = 0;    ///< refused for another cause, failed, lost
    };
    std::map<std::int64_t, counts> seconds_;  ///< by second since 1970
};

/// Writes a second that the limits allow in the long run; empty when none is known.
std::optional<double> writes_a_second(pacing_line const& of);

}  // namespace allot::report
