#include "engine/jobs/did_you_mean.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "engine/jobs/text.hpp"

namespace allot::jobs {

namespace {

/// Longer words are not compared: no name that we know comes near it.
constexpr std::size_t length_max = 96;
constexpr std::size_t slips_max = 3;

using distances = std::array<std::size_t, length_max + 1>;

/// The optimal string alignment distance, whatever the case. Both are at most `length_max` long.
std::size_t distance(std::string_view left, std::string_view right) {
    distances before_last{};
    distances last{};
    distances current{};
    for (std::size_t column = 0; column <= right.size(); ++column) last[column] = column;
    for (std::size_t row = 1; row <= left.size(); ++row) {
        current[0] = row;
        for (std::size_t column = 1; column <= right.size(); ++column) {
            auto const here = lower(left[row - 1]);
            auto const there = lower(right[column - 1]);
            auto best = std::min({last[column] + 1, current[column - 1] + 1,
                                  last[column - 1] + (here == there ? 0U : 1U)});
            bool const swapped = row > 1 && column > 1 && here == lower(right[column - 2]) &&
                                 there == lower(left[row - 2]);
            if (swapped) best = std::min(best, before_last[column - 2] + 1);
            current[column] = best;
        }
        before_last = last;
        last = current;
    }
    return last[right.size()];
}

}  // namespace

std::optional<std::string_view> did_you_mean(std::string_view given,
                                             std::span<std::string_view const> known) {
    if (given.empty() || given.size() > length_max) return std::nullopt;
    auto nearest = std::clamp<std::size_t>(given.size() / 3, 1, slips_max) + 1;
    std::optional<std::string_view> found;
    for (auto const word : known) {
        auto const difference =
            std::max(word.size(), given.size()) - std::min(word.size(), given.size());
        if (word.size() > length_max || difference >= nearest) continue;
        auto const slips = distance(given, word);
        if (slips >= nearest) continue;
        nearest = slips;
        found = word;
    }
    return found;
}

}  // namespace allot::jobs
