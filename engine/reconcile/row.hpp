#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/port/reason.hpp"
#include "connectors/port/time.hpp"

namespace allot::reconcile {

/// The final word on one target (design section 7).
enum class verdict {
    already,       ///< was as desired; nothing sent
    verified,      ///< changed, and seen in the tenant
    would_change,  ///< dry run
    unverified,    ///< accepted, not seen within the time
    blocked,       ///< not tried; the reason says why
    failed,        ///< tried, refused for good; the reason says why
    drifted,       ///< `verify`: not as the job says
    cancelled      ///< the run ended before it was tried
};

inline constexpr std::array all_verdicts{
    verdict::already, verdict::verified, verdict::would_change, verdict::unverified,
    verdict::blocked, verdict::failed,   verdict::drifted,      verdict::cancelled,
};

/// `already`, `verified`, …: the report's `verdict` column.
std::string_view name(verdict of);

/// One target in the report, in the columns' order; cells are plain text, empty where there is
/// nothing.
struct row {
    std::uint32_t line = 0;
    std::string user;  ///< as the job writes it
    std::string user_id;
    std::string sku;     ///< the part number where the tenant has the SKU, else as written
    std::string action;  ///< `assign`, `remove`
    verdict is = verdict::already;
    reason why = reason::none;
    std::string detail;  ///< the service's own words; they follow the advice
    std::string before;  ///< the user's licences of this SKU before: `direct`, `group`, `direct
                         ///< -BI_AZURE_P2`, `none`
    std::string after;   ///< the same after
    std::uint32_t attempts = 0;
    int http_status = 0;  ///< of the last reply; 0: none
    std::string request_id;
    std::string changed_at;  ///< ISO 8601, UTC
    std::string verified_at;
    std::vector<std::string> extra;  ///< the job's unknown columns

    bool operator==(row const&) const = default;
};

/// What came back for one write of a user, as evidence.
struct attempt_line {
    std::string user;  ///< as in the rows
    wall_time at{};
    std::string what;  ///< `assign`, `set_usage_location`, …
    std::string came;  ///< `done`, `throttled`, `transient`, `refused`, `lost`, `stopped`
    reason why = reason::none;
    int http_status = 0;  ///< 0: none
    std::string request_id;
    std::string client_request_id;  ///< ours; where the service gave none of its own
    std::optional<std::chrono::milliseconds> retry_after;
    std::string detail;  ///< the service's own words
};

}  // namespace allot::reconcile
