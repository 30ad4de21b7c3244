#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "connectors/port/directory_words.hpp"
#include "connectors/port/time.hpp"
#include "engine/throttle/cost.hpp"
#include "engine/throttle/quota_governor.hpp"

namespace allot::throttle {

/// The limits that the service publishes and that a run can meet.
enum class limit : std::uint8_t {
    writes,        ///< of this application in this tenant
    units,         ///< resource units of this application in this tenant
    tenant_writes  ///< of all applications in this tenant
};
inline constexpr std::array all_limits{limit::writes, limit::units, limit::tenant_writes};

/// `writes`, `units`, `tenant_writes`: in files and reports.
std::string_view name(limit of);

/// Microsoft Graph throttling limits, identity and access, of a tenant with more than 500 users,
/// read 2026-02 (learn.microsoft.com/graph/throttling-limits).
inline constexpr quota published_writes{3000, std::chrono::seconds{150}};
inline constexpr quota published_units{8000, std::chrono::seconds{10}};
inline constexpr quota published_tenant_writes{18000, std::chrono::seconds{300}};

struct governor_options {
    std::optional<belief> writes;  ///< absent: no limit
    std::optional<belief> units;
    std::optional<belief> tenant_writes;
    std::uint64_t seed = 1;  ///< for the jitter of gates without a Retry-After
};

/// All pacing in one place: a quota governor for each limit. Pure: the caller says what time it is;
/// `now` must not go back.
class governor {
 public:
    explicit governor(governor_options const& options);

    /// What an operation costs: as published, or as the service says (`x-ms-resource-unit`).
    [[nodiscard]] cost cost_of(operation_kind kind) const;

    /// The earliest time at which something of this cost may be sent; not later than `now` means
    /// now, `time_point::max()` not before something settles.
    [[nodiscard]] time_point ready_at(time_point now, cost const& of) const;
    void sent(time_point now, cost const& of);
    /// Nothing is sent before `until`: an earlier process was told to wait so long.
    void hold(time_point until);
    /// The reply to something of that cost that was sent at `sent_at`.
    void settled(time_point sent_at, time_point now, cost const& of, outcome const& reply);
    /// The reply to an operation: settles it, and learns what such an operation costs.
    void settled(time_point sent_at, time_point now, operation_kind kind, cost const& of,
                 outcome const& reply);

    struct counts {
        std::uint64_t refusals = 0;  ///< replies with 429
        std::uint64_t gates = 0;     ///< times that a gate was closed
        std::uint64_t gauged = 0;    ///< replies that said how much of a limit is used
    };
    [[nodiscard]] counts seen() const;
    /// Whether one request is to try whether a gate is open, alone.
    [[nodiscard]] bool half_open() const;
    /// When the last gate opens again; in the past when none is closed.
    [[nodiscard]] time_point gate() const;
    /// How a limit is believed to be; null for a tenant's limit that is not looked at.
    [[nodiscard]] quota_governor const* find(limit which) const;
    /// Writes a second that a run may go on at; absent without a limit.
    [[nodiscard]] std::optional<double> write_rate() const;

 private:
    [[nodiscard]] limit most_used(time_point now, cost const& of) const;

    std::array<std::optional<quota_governor>, all_limits.size()> limits_;
    std::array<double, operation_kinds> units_of_;  ///< by operation_kind
    std::uint64_t refusals_ = 0;
    std::uint64_t gauged_ = 0;
};

}  // namespace allot::throttle
