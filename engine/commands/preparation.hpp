#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "engine/commands/exit_status.hpp"
#include "engine/commands/session.hpp"
#include "engine/plan/plan.hpp"

namespace allot::commands {

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
    std::size_t wave_size = 0;  ///< users; 0: no waves were asked for
};

/// What `plan`, `apply` and `verify` begin with: signs in, reads subscriptions, resolves the names,
/// reads the users, plans. `ready` is empty when that failed; it was said on stderr, and `status`
/// is what to exit with.
struct preparation {
    exit_status status = could_not_run;
    std::unique_ptr<prepared> ready;
};
boost::asio::awaitable<preparation> prepare(session& with, config::settings const& chosen,
                                            jobs::job job);

/// The products that this program knows by name, in the plan's words.
std::vector<plan::product> known_products();

}  // namespace allot::commands
