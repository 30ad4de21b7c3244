#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/plan/plan.hpp"
#include "engine/survey/survey.hpp"

/// A run from its beginning to its end, for every command that has one: without a terminal, without
/// files but the run store.
namespace allot::runs {

/// What is asked of a tenant.
struct request {
    jobs::job job;
    plan::rules by;
    std::string default_location;             ///< for users without one; two letters or empty
    std::span<plan::product const> products;  ///< must outlive the preparation
    /// `--via group`: by which group each SKU of the job is given and taken, both as written; read
    /// into `by.via`. Every SKU that the job assigns must be among them.
    struct group_of_sku {
        std::string sku;    ///< part number, id or product name
        std::string group;  ///< id or display name
    };
    std::vector<group_of_sku> groups;
    survey::look look;  ///< how the users are read
    /// What earlier surveys kept may serve for `look`: not for who asks how things are now, nor for
    /// who compares with an earlier reading.
    bool may_remember = false;
    /// How the service is asked for each of the job's users; empty: as the job names them.
    std::optional<jobs::string_list> ids;
    /// Says, once the users are read, what must not be tried, by target: those that are not `none`.
    /// Empty: nothing.
    std::function<std::vector<reason>(plan::snapshot const& seen)> bars;
    /// Changes that the plan may have; users whose change would be another one are barred
    /// (`stale_plan`). Empty: any.
    std::optional<std::vector<plan::user_change>> only;
};

/// A job, the tenant as it was seen, and the plan between them.
struct prepared {
    jobs::job job;
    plan::desired wanted;
    plan::rules by;
    plan::snapshot before;
    plan::plan made;
    std::string way;  ///< how the users were read
    wall_time looked_at{};
    std::uint64_t requests = 0;
};

/// `ready` is empty when it failed: either `failed` says why, or the job has `errors`.
struct preparation {
    std::optional<failure> failed;
    std::vector<jobs::input_error> errors;
    std::unique_ptr<prepared> ready;
};

/// Reads the subscriptions, resolves the job's names, reads the users, plans.
boost::asio::awaitable<preparation> prepare(survey::tools& with, request of);

}  // namespace allot::runs
