#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>

#include "config/settings.hpp"
#include "connectors/graph/client/client.hpp"
#include "connectors/http/steady_clock.hpp"
#include "engine/commands/exit_status.hpp"
#include "engine/execute/execute.hpp"
#include "engine/limits/learned.hpp"
#include "engine/survey/survey.hpp"
#include "engine/throttle/governor.hpp"

namespace allot::commands {

class simulated_tenant;

/// What every command that talks to a tenant works with, wired together once: one thread, one
/// io_context.
class session {
 public:
    /// Errors: an unreadable CA file; for the simulated profile, an unusable state directory or
    /// tenant file.
    static result<std::unique_ptr<session>> open(config::settings const& with);
    ~session();

    /// Runs a command's coroutine to its end, and keeps what was learned of the limits. SIGINT and
    /// SIGTERM pull the stop switch; a second one ends the process at once.
    exit_status run(boost::asio::awaitable<exit_status> command);

    [[nodiscard]] survey::tools tools();
    [[nodiscard]] graph::client& tenant() { return *tenant_; }
    [[nodiscard]] clock& time() { return time_; }
    [[nodiscard]] throttle::governor& paced() { return paced_; }
    /// What the governor began with.
    [[nodiscard]] throttle::governor_options const& believed() const { return believed_; }
    [[nodiscard]] execute::stop_switch& stop() { return stop_; }
    [[nodiscard]] schedule::options const& chosen() const { return chosen_; }
    /// For reports: the tenant's id or domain.
    [[nodiscard]] std::string const& tenant_name() const { return whose_.tenant; }

 private:
    explicit session(config::settings const& with);

    boost::asio::io_context context_;
    http::steady_clock time_;
    limits::owner whose_;
    throttle::governor_options believed_;
    throttle::governor paced_;
    bool keeps_limits_;
    std::string state_dir_;
    execute::stop_switch stop_;
    schedule::options chosen_;
    std::unique_ptr<simulated_tenant> simulated_;  ///< the simulated profile only
    std::unique_ptr<http::transport> transport_;
    std::unique_ptr<graph::client> tenant_;
};

/// A number that nobody can foretell, for seeds and names of runs.
std::uint64_t unforeseen();

}  // namespace allot::commands
