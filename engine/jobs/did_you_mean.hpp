#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace allot::jobs {

/// The known word that `given` most likely stands for: the nearest by single characters inserted,
/// left out, replaced or swapped with their neighbour, whatever their case. Empty when none is near
/// enough: one slip in every three characters, at most three. Of equally near ones, the first.
std::optional<std::string_view> did_you_mean(std::string_view given,
                                             std::span<std::string_view const> known);

}  // namespace allot::jobs
