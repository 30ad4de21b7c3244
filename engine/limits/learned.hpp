#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/port/result.hpp"
#include "connectors/port/time.hpp"
#include "engine/throttle/governor.hpp"

namespace allot::limits {

/// Whose limits: the service has them for each application in each tenant.
struct owner {
    std::string tenant;  ///< id or domain, as configured
    std::string client_id;

    bool operator==(owner const&) const = default;
};

/// What runs found out about one limit.
struct finding {
    owner whose;
    throttle::limit of = throttle::limit::writes;
    throttle::quota published;  ///< as it was then said to be published
    throttle::learned_limit is;
    wall_time share_at{};  ///< when the share was measured
    wall_time left_at{};   ///< when so much was left
};

/// Everything that runs found out, of all tenants.
using learned_limits = std::vector<finding>;

/// One finding to a line, as JSON. There is nothing secret in it.
std::string to_text(learned_limits const& of);

/// Reads what `to_text` writes. Errors: `could_not_run` when it is anything else.
result<learned_limits> parse(std::string_view text);

/// What a run is to begin with at `now`: what was left has been refilled since, and a share that
/// was measured too long ago says nothing any more. Empty when nothing is known, or when it was
/// found out of other published figures.
std::optional<throttle::learned_limit> recall(learned_limits const& from, owner const& whose,
                                              throttle::limit of, throttle::quota const& published,
                                              wall_time now);

/// A run that is over, as far as its limits go.
struct ended_run {
    owner whose;
    throttle::governor_options const& believed;  ///< what it began with
    throttle::governor const& paced;
    time_point now{};
    wall_time wall_now{};
};

/// Puts what the run found out in the place of what was known, and drops what is too old to matter.
/// Of limits that the run did not draw on, nothing changes. False when that was all of them.
bool remember(learned_limits& in, ended_run const& run);

}  // namespace allot::limits
