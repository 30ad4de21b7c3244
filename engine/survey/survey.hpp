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
#include "engine/survey/choice.hpp"
#include "engine/survey/memory.hpp"
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
    /// Told, now and then, of how many users are read by now: of those asked for, or of all where
    /// nobody was.
    std::function<void(std::uint64_t users)> watch{};
};

/// All subscriptions. A failure says why they could not be read: sign-in, permission, service.
boost::asio::awaitable<result<std::vector<subscription>>> read_subscriptions(tools& with);

/// The groups of that id or display name.
boost::asio::awaitable<result<std::vector<group>>> find_groups(tools& with, std::string name);

/// Their ids, with commas between.
std::string ids_of(std::span<group const> of);

/// The display names of these groups, as far as they can be read at once.
boost::asio::awaitable<std::map<group_id, std::string>> read_group_names(
    tools& with, std::span<group_id const> of);

/// How the users are to be read.
struct look {
    way by = way::automatic;
    /// What earlier surveys kept, and this one may keep for later ones; must outlive the survey.
    /// Null: everybody is looked at, and nothing is kept.
    memory* kept = nullptr;
};

struct seen_tenant {
    plan::snapshot snapshot;
    std::string way;  ///< for people: how the users were read, why so, and what it cost
    std::uint64_t requests = 0;
    /// By user: the sighting is of an earlier survey, and nothing has been heard of since. Empty:
    /// all were looked at now.
    std::vector<bool> from_memory;
    documents::kept_tenant head;  ///< what is kept now
};

/// One sighting for each name, in their order, in the cheapest way (choice.hpp). Few are asked for
/// one by one, in batches; many are picked from the pages of all users, for as long as that takes
/// fewer requests; whom the pages did not show is asked for by name, because a list lags behind for
/// new accounts. With a memory, many are taken from what was kept, and only those are read of whom
/// something has changed, or may have.
///
/// What is kept is replaced by whole readings only. It is trusted from the second survey on that
/// follows changes, minutes after the first: what that one read may be older than the link it got,
/// by as much as reads lag behind, and would never be told.
boost::asio::awaitable<result<seen_tenant>> read_users(tools& with, jobs::string_list const& names,
                                                       look how = {});

/// Looks now at users whose sighting is of an earlier survey; `which` are indices into `names`.
/// A change may be planned only on what was seen so.
boost::asio::awaitable<result<void>> look_now(tools& with, jobs::string_list const& names,
                                              std::vector<std::uint32_t> which, look how,
                                              seen_tenant& into);

/// Hands over all users of the tenant, page by page, and says how many pages there were. Errors: a
/// page that could not be read for good, or `stopped`: then `take` has not seen everybody.
boost::asio::awaitable<result<std::uint64_t>> each_user(tools& with,
                                                        std::function<void(user&&)> take);

}  // namespace allot::survey
