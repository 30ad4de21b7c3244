#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "connectors/port/directory_words.hpp"
#include "connectors/port/message.hpp"
#include "connectors/simulated/model/counts.hpp"
#include "connectors/simulated/model/description.hpp"
#include "connectors/simulated/model/options.hpp"

namespace allot::simulated {

/// How a reply travels.
enum class delivery {
    delivered,     ///< whole
    reset_before,  ///< the connection is reset; nothing was done
    reset_during,  ///< done; reset after the headers and a part of the body
    lost,          ///< done; closed without a byte
    silent         ///< nothing ever comes
};

struct reply {
    std::optional<http_response> response;  ///< there when `how` is delivered or reset_during
    duration delay{};  ///< from the request's arrival to the first byte, or the reset
    delivery how = delivery::delivered;
    bool close = false;  ///< the connection is closed after it
};

/// A write that took effect, whether or not its answer arrived. One that adds members to a group is
/// there once for each of them; one to a group's licences has a user of zeros.
struct accepted_write {
    time_point at;
    user_id user;
    operation_kind kind = operation_kind::assign_licences;
    std::optional<group_id> group = std::nullopt;  ///< that the user was added to or taken out of

    bool operator==(accepted_write const&) const = default;
};

/// A Microsoft 365 tenant with its login service, as far as `allot` can see it: users, SKUs, seats,
/// limits, lag and faults. Answers a request at a time; everything it does follows from its
/// description, its seed and the requests. Source of the shapes, codes and messages: graph-facts.
///
/// Serves `POST /{tenant}/oauth2/v2.0/token`, and below `/v1.0`: `GET subscribedSkus`, `GET users`,
/// `GET users/delta`, `GET`, `PATCH` and `DELETE users/{id|upn}`, `POST
/// users/{id|upn}/assignLicense`, `POST $batch`; of groups, `GET groups`, `GET` and `PATCH
/// groups/{id}`, `POST groups/{id}/assignLicense`, `GET groups/{id}/members` and
/// `membersWithLicenseErrors`, `POST groups/{id}/members/$ref`, `DELETE
/// groups/{id}/members/{id}/$ref`. Not thread-safe.
class tenant {
 public:
    /// Throws std::invalid_argument with the sentence of `find_error` when the description has an
    /// error.
    tenant(tenant_description of, options chosen);
    ~tenant();
    tenant(tenant&&) noexcept;
    tenant& operator=(tenant&&) noexcept;

    /// Neither time goes back from call to call. The request takes effect at `now`.
    reply handle(http_request const& request, time_point now, wall_time wall);

    /// The same for what comes to the managed identity endpoint of the machine: `GET
    /// /metadata/identity/oauth2/token`, and `GET /msi/token` of App Service.
    reply handle_identity(http_request const& request, time_point now, wall_time wall);

    /// May be changed between requests: faults healed, limits moved, permissions taken.
    options& settings();
    /// Every token issued so far is refused from now on.
    void revoke_tokens();
    /// Somebody else takes seats of a SKU, or gives them back (negative). Unknown SKUs are ignored.
    void take_seats(sku_id of, std::int64_t seats, time_point now);
    /// Somebody else deletes an account. Unknown ones are ignored.
    void remove_user(user_id of, time_point now, wall_time wall);
    /// Somebody else who shares all limits uses quota. Counted as an accepted request is when every
    /// limit has room for all of it; else it is lost to them, and counted only if
    /// `refused_requests_cost`. True when it was accepted. Neither cost is negative.
    bool take_quota(std::int64_t writes, std::int64_t units, time_point now);

    /// The user as it really is, without lag; empty for an unknown one.
    [[nodiscard]] std::optional<user> true_user(user_id of) const;
    /// All users as they really are, in the order of the description.
    [[nodiscard]] std::vector<user> true_users() const;
    /// All SKUs as they really are, in the order of the description.
    [[nodiscard]] std::vector<subscription> true_subscriptions() const;
    /// The group as it really is, and how far its processing was when the last request came; empty
    /// for an unknown one.
    [[nodiscard]] std::optional<group> true_group(group_id of) const;
    /// Who really is in the group, as they joined; empty for an unknown one.
    [[nodiscard]] std::vector<user_id> true_members(group_id of) const;
    [[nodiscard]] counts const& counted() const;
    /// Writes to the user that took effect; 0 for an unknown one.
    [[nodiscard]] std::uint32_t writes_accepted(user_id of) const;
    /// In the order they took effect; empty unless `options::keep_log`.
    [[nodiscard]] std::span<accepted_write const> log() const;
    /// The whole state, to be written down and made a tenant of again. Tokens, buckets and what lag
    /// still hides are not in it.
    [[nodiscard]] tenant_description describe() const;

 private:
    class service;
    std::unique_ptr<service> service_;
};

}  // namespace allot::simulated
