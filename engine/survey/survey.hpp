#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/port/clock.hpp"
#include "connectors/port/directory.hpp"
#include "connectors/port/result.hpp"
#include "engine/execute/execute.hpp"
#include "engine/plan/plan.hpp"
#include "engine/throttle/governor.hpp"

/// The cheapest way to a snapshot (design section 5).
namespace allot::survey {

/// What a survey works with; everything must outlive it.
struct tools {
    directory& tenant;
    clock& time;
    throttle::governor& paced;
    execute::stop_switch& stop;
    schedule::options chosen;
    /// Told, as a sentence, of every passing failure that is waited for.
    std::function<void(std::string_view)> say;
};

/// All subscriptions. A failure says why they could not be read: sign-in, permission, service.
boost::asio::awaitable<result<std::vector<subscription>>> read_subscriptions(tools& with);

/// The groups of that id or display name.
boost::asio::awaitable<result<std::vector<group>>> find_groups(tools& with, std::string name);

/// The display names of these groups, as far as they can be read at once.
boost::asio::awaitable<std::map<group_id, std::string>> read_group_names(
    tools& with, std::span<group_id const> of);

struct seen_tenant {
    plan::snapshot snapshot;
    std::string way;  ///< for people: how the users were read, and why so
    std::uint64_t requests = 0;
};

/// One sighting for each name, in their order. Few are asked for one by one, in batches; many are
/// picked from the pages of all users, for as long as that takes fewer requests; whom the pages did
/// not show is asked for by name, because a list lags behind for new accounts.
boost::asio::awaitable<result<seen_tenant>> read_users(tools& with, jobs::string_list const& names);

}  // namespace allot::survey
