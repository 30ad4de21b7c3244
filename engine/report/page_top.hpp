#pragma once

#include <string>

#include "engine/report/pace.hpp"
#include "engine/report/summary.hpp"
#include "engine/report/tally.hpp"

namespace allot::report {

/// What stands above the page's table, as HTML that needs no script: the answer, the verdicts and
/// reasons in numbers, the seats, the pace.
std::string page_top(summary const& of, tally const& counted, pace const& sent);

}  // namespace allot::report
