#include "connectors/simulated/model/random.hpp"

#include <array>

namespace allot::simulated {

duration random::around(duration median) {
    // Quantiles of a log-normal distribution with sigma 0.6, in thousandths of the median, at 0/32
    // to 32/32 (the ends at 0.05 % and 99.95 %). A table, because std::exp and std::log differ
    // between libraries.
    static constexpr std::array<std::int64_t, 33> quantiles{
        139,  327,  398,  453,  501,  546,  587,  628,  667,  706,  746,
        786,  826,  867,  910,  954,  1000, 1048, 1099, 1153, 1211, 1273,
        1341, 1415, 1499, 1593, 1703, 1833, 1994, 2205, 2510, 3058, 7202};
    constexpr std::int64_t between = 1024;
    auto const drawn = next();
    if (median <= duration::zero()) return duration::zero();
    auto const low = static_cast<std::size_t>(drawn % 32);
    auto const part = static_cast<std::int64_t>((drawn >> 5) % between);
    auto const thousandths =
        quantiles[low] + (quantiles[low + 1] - quantiles[low]) * part / between;
    return duration{median.count() / 1000 * thousandths};
}

}  // namespace allot::simulated
