#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "connectors/port/id.hpp"

namespace allot::plan {

/// A target that needs a seat its user has not got; or several, for the members of a group.
struct seat_take {
    std::uint32_t target = 0;
    std::uint32_t user = 0;
    std::int32_t priority = 0;  ///< lower goes first; then the order of the targets
    sku_id sku;
    std::int64_t seats = 1;  ///< all of them or none
};

/// A seat that a user's removal gives back, once the user's own assignments can be made.
struct seat_give {
    std::uint32_t user = 0;
    sku_id sku;
};

struct seat_demand {
    std::size_t users = 0;
    std::vector<seat_take> takes;
    std::vector<seat_give> gives;
};

struct seats_given {
    std::vector<std::uint32_t> without;  ///< targets that get no seat, ascending
    std::vector<std::uint32_t>
        rank_of_user;  ///< 0, or the round whose given-back seats the user lives on
};

/// Gives out the free seats of each SKU in the order of priority, then of the file. Where they do
/// not suffice, what removals give back is given out in rounds: a user whose assignments all have
/// their seats gives back what his removals free, for the next round. So no change relies on a seat
/// that is not there when it is sent.
seats_given allot_seats(seat_demand const& demand, std::map<sku_id, std::int64_t> free);

}  // namespace allot::plan
