#pragma once

#include <optional>
#include <string_view>

#include "connectors/port/directory_words.hpp"
#include "connectors/port/message.hpp"
#include "connectors/port/time.hpp"

/// What reply headers say about the service's limits.
/// Source: learn.microsoft.com/graph/throttling-limits.
namespace allot::graph::wire {

/// The longest wait that is believed; more is a mistake of the service or of its clock.
inline constexpr duration retry_after_max = std::chrono::hours{1};

/// `Retry-After`: seconds, also with a fraction, or an IMF-fixdate, which counts from the reply's
/// own `Date` where it has one and from `wall_now` else. Rounded up to milliseconds, 0 to
/// `retry_after_max`. Empty when there is none or it cannot be read.
std::optional<duration> retry_after(http_headers const& headers, wall_time wall_now);

/// `x-ms-throttle-information`, else `x-ms-throttle-scope`.
throttle_scope scope_of(http_headers const& headers);

/// The dearest request that is believed; the published costs are 1 to 5.
inline constexpr double resource_units_max = 1000;
/// The largest share of a limit in use that is believed; the published ones are 0.8 to 1.8.
inline constexpr double limit_fraction_max = 2;

/// A header that is a number from 0 to `most`, else empty.
std::optional<double> number_header(http_headers const& headers, std::string_view name,
                                    double most);

}  // namespace allot::graph::wire
