#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/progress/standing.hpp"

namespace allot::progress {

/// The lines of a block for a terminal of so many columns, none of them longer, without line ends.
/// With `colour` parts of them stand between escape sequences that take no room. What comes from
/// outside is made harmless.
std::vector<std::string> block(standing const& of, std::size_t columns, bool colour);

/// The same in one line without end, for a log.
std::string line(standing const& of);

/// Takes a block away that was the last thing drawn, on a terminal that now has so many columns:
/// lines that are longer than it have been wrapped. Leaves the cursor where the block began.
std::string erasure(std::vector<std::string> const& drawn, std::size_t columns);

}  // namespace allot::progress
