#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "bench/throttle/service/bound.hpp"
#include "connectors/simulated/model/options.hpp"

namespace allot::bench {

enum class work {
    writes,  ///< a licence for every user
    reads    ///< every user looked at by name
};

enum class retry_after { exact, always_150_s, missing };

/// What our own row must reach with its worst seed, as multiples and shares of one.
struct goal {
    double makespan = 0;  ///< over the bound
    double refusals = 0;  ///< over the operations sent
};

/// A service as it truly is, a job, and what clients are told of the limit.
struct scenario {
    std::string_view name;
    std::string_view what;  ///< for people
    goal own;
    work kind = work::writes;
    std::size_t users = 20'000;
    double published = 3000;  ///< operations a window
    duration window = std::chrono::seconds{150};
    bool told = true;  ///< false: our client is not told what is published
    counting counts = counting::token_bucket;
    bool refusals_cost = false;
    retry_after says = retry_after::exact;
    bool percentage = false;  ///< the service sends its percentage header
    /// Whoever comes back before a Retry-After is over is refused, even if there is room; else the
    /// service takes whatever there is room for.
    bool strict = false;
    bool faults = false;  ///< 2 % of all requests and parts go wrong
    /// What is true of the limit, its capacity as a share of the published one.
    std::vector<period> truth = {{duration{}, 1.0, 0.0}};
};

std::span<scenario const> scenarios();
/// nullptr when there is none of that name.
scenario const* find_scenario(std::string_view name);

/// The simulated tenant's options for one seed; the limit as in the first period.
simulated::options options_of(scenario const& what, std::uint64_t seed);

/// Fixed windows: how long the first has been open when the work begins. Seed 1: hardly; seed 2:
/// nearly over; the others: anything.
duration open_for(scenario const& what, std::uint64_t seed);

/// The bound of so many operations, if others take what they want.
duration bound_of(scenario const& what, std::uint64_t seed, std::size_t operations);

/// Whether others take anything of the limit.
bool shared(scenario const& what);
/// The bound of so many operations, where others took so much in each `taken_interval` since the
/// first operation.
duration bound_of(scenario const& what, std::uint64_t seed, std::size_t operations,
                  std::span<std::uint32_t const> taken);
inline constexpr duration taken_interval = std::chrono::seconds{10};

}  // namespace allot::bench
