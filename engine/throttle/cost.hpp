#pragma once

#include "connectors/port/directory_words.hpp"

namespace allot::throttle {

/// What one request costs against the service's two quotas.
struct cost {
    double units = 0;  ///< resource units
    double writes = 0;

    cost& operator+=(cost const& other) {
        units += other.units;
        writes += other.writes;
        return *this;
    }
    bool operator==(cost const&) const = default;
};

/// The published cost of an operation (Microsoft Graph throttling limits, identity and access, read
/// 2026-02).
cost cost_of(operation_kind kind);

/// A page of users with $select.
inline constexpr cost users_page_cost{1, 0};
/// A page of users/delta: not in the published table, so the least that anything costs.
inline constexpr cost changes_page_cost{1, 0};
inline constexpr cost subscriptions_cost{3, 0};
/// Groups by id, or by name with $select.
inline constexpr cost groups_cost{1, 0};
/// A page of a group's members with $select.
inline constexpr cost members_cost{2, 0};

}  // namespace allot::throttle
