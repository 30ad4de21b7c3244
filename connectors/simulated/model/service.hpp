#pragma once

#include <array>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "connectors/simulated/model/announcements.hpp"
#include "connectors/simulated/model/bodies.hpp"
#include "connectors/simulated/model/faults.hpp"
#include "connectors/simulated/model/groups.hpp"
#include "connectors/simulated/model/holdings.hpp"
#include "connectors/simulated/model/login.hpp"
#include "connectors/simulated/model/meter.hpp"
#include "connectors/simulated/model/route.hpp"
#include "connectors/simulated/model/shapes.hpp"
#include "connectors/simulated/model/tenant.hpp"

namespace allot::simulated {

/// What the tenant is made of; for this folder's own .cpp files.
class tenant::service {
 public:
    service(tenant_description of, options chosen);

    reply handle(http_request const& request, time_point now, wall_time wall);
    reply handle_identity(http_request const& request, time_point now, wall_time wall);
    void take_seats(sku_id of, std::int64_t seats, time_point now);
    bool take_quota(std::int64_t writes, std::int64_t units, time_point now);
    [[nodiscard]] tenant_description describe() const;
    /// When the last request came, without lag.
    [[nodiscard]] moment last_handled() const { return {current_.now, current_.wall, {}}; }

    options settings;
    holdings held;
    groups all_groups;
    counts counted;
    tokens issued;
    std::vector<accepted_write> log;

 private:
    /// One request to the directory: with an address of its own, or a part of a batch.
    struct call {
        route to;
        std::string_view query;
        std::string_view client_request_id;
        sent_body const* body = nullptr;  ///< null: there is none that can be read
        bool empty_page = false;
    };
    /// The HTTP request that is being handled.
    struct exchange {
        time_point now{};
        wall_time wall{};
        std::string root;
        guid request_id;
        duration reply_timeout{};        ///< how long the caller waits
        duration held_up{};              ///< by a fault, on top of the latency
        bool arrives = true;             ///< the caller gets to see what the directory answers
        duration delay{};                ///< of the answer
        std::optional<time_point> told;  ///< when the caller knows the answer; empty: it never will
        time_point answered{};           ///< when the caller stops waiting for it
        bool parallel = false;           ///< a batch whose parts do not depend on each other
        std::vector<user_index> written;  ///< users that it wrote to
    };

    /// One of the limits that a request is held against.
    struct limit {
        std::optional<quota> options::*by;
        std::string_view scope;  ///< in `x-ms-throttle-scope`
        std::string_view information;
        bool of_writes = false;  ///< else of resource units
        meter count{};
        announcements closed{};
    };
    /// What a request costs.
    struct price {
        std::int64_t writes = 0;
        std::int64_t units = 0;

        [[nodiscard]] std::int64_t of(limit const& which) const {
            return which.of_writes ? writes : units;
        }
    };

    // service.cpp: requests as a whole, and what goes wrong with them
    duration draw_latency();
    void answer_after(duration latency);
    http_response answer(http_request const& request, route const& to, fault what);
    http_response answer_whole(http_request const& request, call of);
    std::optional<http_response> answer_instead(fault what, call const& of);
    http_response sign_in_or_fail(http_request const& request, std::string_view name, fault what);
    std::optional<http_response> refuse_token(http_request const& request);
    std::optional<http_response> challenge(http_request const& request, std::string_view token);
    http_response refuse(refusal const& why, std::string_view client_request_id);
    http_response error(refusal const& why, std::string_view client_request_id);
    void finish(http_response& to, http_request const& request) const;

    // charge.cpp: limits
    bool take(price const& of, bool open);
    std::optional<http_response> charge(call const& of, price const& costs);
    http_response throttle_by_chance(fault what, call const& of);
    http_response throttled(call const& of, limit& by, duration wait, retry_after_form form);
    void append_percentage(http_response& to, price const& costs) const;

    // operations.cpp: what the directory does
    http_response serve(call const& of);
    http_response perform(call const& of);
    http_response read_subscriptions(call const& of);
    http_response read_users(call const& of);
    http_response read_user(call const& of);
    http_response write(call const& of);
    std::optional<refusal> try_write(call const& of, user_index which);
    bool begin_write(user_index which);
    void accept(std::vector<user_index> const& users, call const& of);
    [[nodiscard]] std::string context(std::string_view rest) const;
    [[nodiscard]] moment as_of() const { return {current_.now, current_.wall, settings.read_lag}; }

    // group_operations.cpp: the same of groups
    http_response read_groups(call const& of);
    http_response read_group(call const& of);
    http_response read_members(call const& of);
    http_response write_group(call const& of);
    std::variant<std::vector<user_index>, refusal> users_meant(call const& of) const;
    std::optional<refusal> try_write(call const& of, group_index which,
                                     std::vector<user_index> const& users);
    // changes.cpp
    http_response read_changes(call const& of);
    http_response forgotten(call const& of, bool gone);
    http_response remove_user(call const& of);

    // batch.cpp
    http_response answer_batch(http_request const& request);
    std::optional<http_response> answer_part(sent_part const& part, bool& failed);

    std::string tenant_id_;
    std::string domain_;
    std::string client_id_;
    plan_rules rules_;
    std::set<std::string> used_assertions_;
    std::string challenge_;  ///< the claims of the last challenge; empty: there was none

    // A stream each, so that a draw more in one of them does not shift the others.
    random faults_;
    random part_faults_;
    random latency_;
    random order_;
    random ids_;
    random waits_;

    std::array<limit, 3> limits_{
        limit{&options::writes, "Tenant_Application/Write", "WriteLimitExceeded", true},
        limit{&options::tenant_writes, "Tenant/Write", "WriteLimitExceeded", true},
        limit{&options::resource_units, "Tenant_Application/ReadWrite",
              "ResourceUnitLimitExceeded"},
    };
    exchange current_;
};

}  // namespace allot::simulated
