#pragma once

#include <array>
#include <string_view>

#include "connectors/simulated/model/counts.hpp"

namespace allot::simulated {

struct counts_field {
    std::string_view name;
    std::uint64_t counts::*field;
};

/// The counts with their names in JSON.
inline constexpr std::array counts_fields{
    counts_field{"requests", &counts::requests},
    counts_field{"tokenRequests", &counts::token_requests},
    counts_field{"batches", &counts::batches},
    counts_field{"parts", &counts::parts},
    counts_field{"reads", &counts::reads},
    counts_field{"writesAccepted", &counts::writes_accepted},
    counts_field{"writesThrottled", &counts::writes_throttled},
    counts_field{"readsThrottled", &counts::reads_throttled},
    counts_field{"refusals", &counts::refusals},
    counts_field{"faults", &counts::faults},
    counts_field{"earlyReturns", &counts::early_returns},
    counts_field{"overlappingWrites", &counts::overlapping_writes},
    counts_field{"usersTouched", &counts::users_touched},
};

}  // namespace allot::simulated
