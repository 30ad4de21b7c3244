#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/simulated/model/refusal.hpp"

namespace allot::simulated {

enum class route_kind {
    subscriptions,  ///< GET subscribedSkus
    users,          ///< GET users
    user,           ///< GET users/{id|upn}
    changes,        ///< GET users/delta
    remove_user,    ///< DELETE users/{id|upn}: allot never does; for tests of a tenant that changes
    set_location,   ///< PATCH users/{id|upn}
    assign,         ///< POST users/{id|upn}/assignLicense
    batch,          ///< POST $batch
    wrong           ///< nothing that is served
};

/// What a request to the directory is for.
struct route {
    route_kind kind = route_kind::wrong;
    std::string key;  ///< object id or UPN, decoded; of a single user's routes
    refusal why;      ///< of a wrong route

    [[nodiscard]] bool writes() const {
        return kind == route_kind::set_location || kind == route_kind::assign ||
               kind == route_kind::remove_user;
    }
};

/// The route of an address of its own, which begins with the version.
route route_of(std::string_view method, std::string_view path);
/// The route of a batch's part, whose version is the envelope's, with or without a slash before it.
route part_route_of(std::string_view method, std::string_view path);

/// The tenant in `/{tenant}/oauth2/v2.0/token`; empty when the path is another one.
std::optional<std::string> sign_in_tenant(std::string_view path);

/// Resource units that a request costs (graph-facts 1.2).
std::int64_t resource_units(route const& to, std::string_view query);

}  // namespace allot::simulated
