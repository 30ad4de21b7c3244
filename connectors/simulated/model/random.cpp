#include "connectors/simulated/model/random.hpp"

#include <array>
#include <cstddef>

namespace allot::simulated {

namespace {

// Quantiles of a log-normal distribution with sigma 0.6, in thousandths of the median. Tables,
// because std::exp and std::log differ between libraries.

/// At 16/32 to 31/32.
constexpr std::array<std::int64_t, 16> middle{1000, 1048, 1099, 1153, 1211, 1273, 1341, 1415,
                                              1499, 1593, 1703, 1833, 1994, 2205, 2510, 3058};
/// At 31/32 + 0/1024 to 31/32 + 32/1024, the last at 99.994 %: a batch shows the slowest of many
/// draws, so the tail has to be fine.
constexpr std::array<std::int64_t, 33> tail{3058, 3084, 3110, 3138, 3167, 3197, 3228, 3261, 3295,
                                            3331, 3368, 3408, 3449, 3493, 3539, 3589, 3641, 3698,
                                            3758, 3824, 3895, 3973, 4060, 4156, 4265, 4391, 4537,
                                            4713, 4933, 5224, 5648, 6413, 10000};

/// The quantile at `part / 1024` of the way from one entry to the next.
template <std::size_t size>
std::int64_t between(std::array<std::int64_t, size> const& table, std::size_t from,
                     std::uint64_t part) {
    return table[from] +
           (table[from + 1] - table[from]) * static_cast<std::int64_t>(part % 1024) / 1024;
}

}  // namespace

duration random::around(duration median) {
    auto const drawn = next();
    if (median <= duration::zero()) return duration::zero();
    bool const above = (drawn & 1) != 0;
    auto const step = static_cast<std::size_t>(drawn >> 1 & 15);
    auto const thousandths = step < 15 ? between(middle, step, drawn >> 10)
                                       : between(tail, drawn >> 5 & 31, drawn >> 10);
    // The distribution is symmetrical: as often half of the median as twice of it.
    return duration{above ? median.count() / 1000 * thousandths
                          : median.count() * 1000 / thousandths};
}

}  // namespace allot::simulated
