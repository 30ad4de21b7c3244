#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "engine/throttle/quota_governor.hpp"

/// A service with one limit, and a client that does nothing but follow a quota governor. Much
/// smaller than the simulated tenant: for the governor alone.
namespace allot::support {

enum class counts_by : std::uint8_t { bucket, sliding_window, fixed_window };
enum class announces : std::uint8_t { exactly, always_150_s, nothing };

struct service_kind {
    counts_by by = counts_by::bucket;
    double amount = 3000;
    double window = 150;  ///< seconds
    double phase = 0;     ///< seconds; fixed windows begin there
    announces retry_after = announces::exactly;
    bool refused_costs = false;
    bool says_how_much = false;  ///< the percentage header, above 80 %
    /// Share of the amount that there is at a time (seconds); absent: always all of it.
    std::function<double(double)> share_at;
    /// Another application's writes a second, from and until (seconds).
    double others = 0;
    double others_from = 0;
    double others_until = 0;
};

struct errand_result {
    bool finished = false;
    double seconds = 0;  ///< until the last was served
    int refusals = 0;
    std::uint64_t gates = 0;
    double share = 1;  ///< as believed at the end
};

/// Sends `count` writes, at most 64 at a time, each answered after about 250 ms.
errand_result run_errand(service_kind const& service, throttle::belief const& believed, int count,
                         std::uint64_t seed);

}  // namespace allot::support
