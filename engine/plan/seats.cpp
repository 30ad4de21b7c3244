#include "engine/plan/seats.hpp"

#include <algorithm>
#include <tuple>

namespace allot::plan {

namespace {

/// A chain of swaps longer than this waits for the next run: each round is a barrier in the
/// schedule.
constexpr std::uint32_t rounds_max = 64;

}  // namespace

seats_given allot_seats(seat_demand const& demand, std::map<sku_id, std::int64_t> free) {
    seats_given given;
    given.rank_of_user.assign(demand.users, 0);
    std::vector<std::uint32_t> open(demand.users, 0);  // assignments still without a seat
    for (auto const& take : demand.takes) ++open[take.user];

    auto waiting = demand.takes;
    std::ranges::sort(waiting, {}, [](seat_take const& take) {
        return std::tuple{take.priority, take.target};
    });
    auto giving = demand.gives;
    for (std::uint32_t round = 0; round < rounds_max && !waiting.empty(); ++round) {
        bool progress = false;
        std::vector<seat_take> still;
        for (auto const& take : waiting) {
            auto& left = free[take.sku];
            if (left < take.seats) {
                still.push_back(take);
                continue;
            }
            left -= take.seats;
            --open[take.user];
            given.rank_of_user[take.user] = std::max(given.rank_of_user[take.user], round);
            progress = true;
        }
        waiting = std::move(still);
        if (waiting.empty()) break;
        std::erase_if(giving, [&](seat_give const& give) {
            if (open[give.user] != 0) return false;
            ++free[give.sku];
            progress = true;
            return true;
        });
        if (!progress) break;
    }
    for (auto const& take : waiting) given.without.push_back(take.target);
    std::ranges::sort(given.without);
    return given;
}

}  // namespace allot::plan
