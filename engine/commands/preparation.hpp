#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>

#include "config/settings.hpp"
#include "engine/commands/exit_status.hpp"
#include "engine/commands/products.hpp"
#include "engine/commands/session.hpp"
#include "engine/runs/prepare.hpp"

namespace allot::commands {

/// What is asked with the settings' rules, of that job.
runs::request request_of(config::settings const& chosen, jobs::job job);

/// What `plan`, `apply`, `undo` and `verify` begin with: signs in, reads, plans. `ready` is empty
/// when that failed; it was said on stderr, and `status` is what to exit with.
struct preparation {
    exit_status status = could_not_run;
    std::unique_ptr<runs::prepared> ready;
};
boost::asio::awaitable<preparation> prepare(session& with, runs::request of,
                                            config::settings const& chosen);

}  // namespace allot::commands
