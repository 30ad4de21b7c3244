#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "bench/throttle/service/stage.hpp"

/// Ways to get a job through a limit: our engine, and what others publish.
namespace allot::bench {

struct trial {
    scenario const& what;
    std::uint64_t seed = 1;
    std::optional<std::size_t> write_batch;  ///< ours only: parts, instead of the default
};

struct scheme {
    std::string_view name;
    std::string_view what;    ///< for people
    std::string_view source;  ///< where its formula is published; empty for arithmetic
    measured (*play)(trial const& of);
    bool needs_limit = false;  ///< cannot be played without being told the limit
};

/// Ours first.
std::span<scheme const> schemes();
/// nullptr when there is none of that name.
scheme const* find_scheme(std::string_view name);

/// The whole engine: survey, plan, schedule, execute, reconcile.
measured play_ours(trial const& of);

}  // namespace allot::bench
