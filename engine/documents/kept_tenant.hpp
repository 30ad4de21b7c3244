#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "connectors/port/directory_words.hpp"
#include "connectors/port/time.hpp"

/// What one survey of a tenant keeps for the next.
namespace allot::documents {

/// What is kept of a tenant, but for its users.
struct kept_tenant {
    std::string link;      ///< for what has changed since; empty: there is none
    wall_time link_at{};   ///< when the service gave it
    wall_time whole_at{};  ///< when the users kept were last all looked at; the epoch: none is kept
    std::uint64_t members = 0;  ///< how many users the tenant had; 0: not known
};

struct kept_user {
    user seen;
    /// He had changed just before he was read, so that the reading may have been of before it.
    bool look_again = false;
};

/// What a survey changes of what is kept: all of it or nothing. Everything must outlive the call.
struct keeping {
    kept_tenant const& head;
    bool replace = false;  ///< forget everybody else
    std::span<user_id const> gone;
    std::span<kept_user const> users;
};

}  // namespace allot::documents
