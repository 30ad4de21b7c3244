#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/simulated/model/refusal.hpp"

namespace allot::simulated {

enum class route_kind {
    subscriptions,    ///< GET subscribedSkus
    users,            ///< GET users
    user,             ///< GET users/{id|upn}
    changes,          ///< GET users/delta
    remove_user,      ///< DELETE users/{id|upn}: allot never does; for tests of changing tenants
    set_location,     ///< PATCH users/{id|upn}
    assign,           ///< POST users/{id|upn}/assignLicense
    groups,           ///< GET groups
    group,            ///< GET groups/{id}
    members,          ///< GET groups/{id}/members
    errored_members,  ///< GET groups/{id}/membersWithLicenseErrors
    bind_members,     ///< PATCH groups/{id}
    add_member,       ///< POST groups/{id}/members/$ref
    remove_member,    ///< DELETE groups/{id}/members/{id}/$ref
    assign_group,     ///< POST groups/{id}/assignLicense
    batch,            ///< POST $batch
    wrong             ///< nothing that is served
};

/// What a request to the directory is for.
struct route {
    route_kind kind = route_kind::wrong;
    std::string key;     ///< object id or UPN, decoded; of a single user's or group's routes
    std::string member;  ///< likewise; remove_member only
    refusal why;         ///< of a wrong route

    [[nodiscard]] bool writes() const {
        return kind == route_kind::set_location || kind == route_kind::assign ||
               kind == route_kind::remove_user || writes_to_group();
    }
    [[nodiscard]] bool writes_to_group() const {
        return kind == route_kind::bind_members || kind == route_kind::add_member ||
               kind == route_kind::remove_member || kind == route_kind::assign_group;
    }
    /// A list whose pages can come empty.
    [[nodiscard]] bool lists_users() const {
        return kind == route_kind::users || kind == route_kind::members ||
               kind == route_kind::errored_members;
    }
};

/// The route of an address of its own, which begins with the version.
route route_of(std::string_view method, std::string_view path);
/// The route of a batch's part, whose version is the envelope's, with or without a slash before it.
route part_route_of(std::string_view method, std::string_view path);

/// The tenant in `/{tenant}/oauth2/v2.0/token`; empty when the path is another one.
std::optional<std::string> sign_in_tenant(std::string_view path);

/// Of what follows `groups` and begins with `/`; see group_route.cpp.
route group_route(std::string_view method, std::string_view rest);

/// Of a request to an address that is served, with the one method that is `allowed` there.
route known_route(route_kind kind, std::string_view method, std::string_view allowed);
/// Of an address with a segment in it that is not served.
route no_segment(std::string_view segment);

/// Resource units that a request costs (graph-facts 1.2).
std::int64_t resource_units(route const& to, std::string_view query);

}  // namespace allot::simulated
