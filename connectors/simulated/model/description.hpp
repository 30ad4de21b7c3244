#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/port/directory_words.hpp"
#include "connectors/simulated/model/counts.hpp"

namespace allot::simulated {

/// A SKU of the tenant. `consumed` is what the service says: seats of the described users (each
/// with at least one active licence of the SKU, whatever the sources) and of others that are not
/// described.
struct described_sku {
    subscription bought;
    bool assignable = true;  ///< false: self-service purchases, which assignLicense refuses

    bool operator==(described_sku const&) const = default;
};

/// A service plan that works only beside at least one of others. May name plans the tenant does not
/// have.
struct plan_dependency {
    plan_id plan;
    std::vector<plan_id> needs;

    bool operator==(plan_dependency const&) const = default;
};

/// Two service plans that one user cannot have enabled at once.
struct plan_exclusion {
    plan_id one;
    plan_id other;

    bool operator==(plan_exclusion const&) const = default;
};

struct described_user {
    user who;
    std::optional<wall_time> appears_at;  ///< not found and not listed before; empty: always there
    std::optional<wall_time> changed_at;  ///< of the licences; empty: long ago
    bool address_clash = false;  ///< an address of the user is taken: every addition is refused
    std::uint32_t writes_accepted = 0;

    bool operator==(described_user const&) const = default;
};

enum class group_kind {
    assigned,  ///< its members are written
    dynamic,   ///< a rule decides who is in it
    synced     ///< they come from an on-premises directory
};

/// `assigned`, `dynamic`, `synced`.
std::string_view name_of(group_kind kind);
inline constexpr std::array all_group_kinds{group_kind::assigned, group_kind::dynamic,
                                            group_kind::synced};

/// A group and what it gives its members. A licence that a user holds through a group that is
/// described is kept in line with it: see `groups`. One through another group stays as it is.
struct described_group {
    group_id id;
    std::string name;
    group_kind kind = group_kind::assigned;
    std::vector<licence_add> licences;
    std::vector<user_id> members;  ///< as they joined

    bool operator==(described_group const&) const = default;
};

/// A tenant as plain data: what it owns, who is in it, what they hold, and what it has counted.
struct tenant_description {
    std::string tenant_id;  ///< GUID
    std::string domain;     ///< `contoso.example`; the login service knows the tenant by either
    std::string client_id;  ///< the one application that may sign in
    std::vector<described_sku> skus;
    std::vector<plan_dependency> dependencies;
    std::vector<plan_exclusion> exclusions;
    std::vector<described_user> users;
    std::vector<described_group> groups;
    counts counted;

    bool operator==(tenant_description const&) const = default;
};

/// What is wrong with a description, as a sentence; empty when it can be made a tenant: ids and
/// UPNs are unique (UPNs whatever their case), users hold and groups give only SKUs that are there,
/// disabled plans belong to them, members are users.
std::optional<std::string> find_error(tenant_description const& of);

}  // namespace allot::simulated
