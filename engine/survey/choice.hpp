#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "connectors/port/time.hpp"
#include "engine/documents/kept_tenant.hpp"

/// Which way to a snapshot is the cheapest. Pure.
namespace allot::survey {

enum class way {
    automatic,  ///< the cheapest
    by_name,    ///< each user by name, in batches
    pages,      ///< all users of the tenant
    changes     ///< what was kept, and what has changed since
};

/// What a way costs the caller (round trips) and the service (resource units).
struct expense {
    std::uint64_t requests = 0;
    double units = 0;

    /// To compare: a round trip weighs as much as a hundred units, which the published limit gives
    /// back in an eighth of a second (8,000 in 10 s).
    [[nodiscard]] double weight() const { return static_cast<double>(requests) + units / 100; }
};

/// Asking for so many users in batches.
expense by_name_expense(std::size_t users);
/// Reading all pages of a tenant of so many users.
expense pages_expense(std::uint64_t members);

/// True when the pages are the cheaper way for so many users; empty when nobody knows how large the
/// tenant is and the pages may be.
std::optional<bool> pages_are_cheaper(std::size_t users, std::uint64_t members);

/// Up to so many are simply asked for by name: that takes at most ten requests, so that nothing
/// cleverer is worth what it would keep on disk.
inline constexpr std::size_t few_users = 200;

/// How old what was kept of a user may be. Changes of a licence are told by the service, but those
/// of its state (an error that came) need not be: this is how long one can go unnoticed.
inline constexpr duration kept_for_max = std::chrono::hours{24 * 3};
/// How old a link may be: they last seven days (graph-facts 5), less a day of safety.
inline constexpr duration link_for_max = std::chrono::hours{24 * 6};

/// What is read after a link was given may still be of before it, for as long as reads lag behind
/// writes, and would then never be told as changed. A link so old is older than any reading.
inline constexpr duration link_settles_after = std::chrono::minutes{5};

bool settled_link(documents::kept_tenant const& of, wall_time now);
bool usable_link(documents::kept_tenant const& of, wall_time now);
/// Whether what was kept of the users can stand for a reading, apart from whom the changes name.
bool usable_users(documents::kept_tenant const& of, wall_time now);
/// Whether the user must be read again, whatever has changed: a state that is in error, or not
/// active, may become better unnoticed.
bool is_doubtful(documents::kept_user const& of);

}  // namespace allot::survey
