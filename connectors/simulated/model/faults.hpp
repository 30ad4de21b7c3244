#pragma once

#include "connectors/simulated/model/options.hpp"
#include "connectors/simulated/model/random.hpp"

namespace allot::simulated {

enum class fault {
    none,
    throttled_integer,
    throttled_decimal,
    throttled_dated,
    throttled_absent,
    error_500,
    error_502,
    error_503,
    error_504,
    concurrency,
    part_missing,
    reset_before,
    reset_during,
    reply_lost,
    silent,
    slow,
    not_json,
    truncated,
    connection_close,
    empty_page
};

/// What a fault can hit.
struct fault_target {
    bool part = false;   ///< a part of a batch; else a whole request
    bool write = false;  ///< a single write
    bool list = false;   ///< a page of users
};

/// Draws what goes wrong with one request or part; one draw of the stream, whatever comes out.
fault draw_fault(random& from, fault_shares const& shares, fault_target const& target);

/// True when the request is acted on although its answer is replaced; draws when that is left to
/// chance.
bool applied_under(fault what, random& from);

}  // namespace allot::simulated
