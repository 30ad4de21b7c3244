#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <memory>
#include <string>

#include "config/settings.hpp"
#include "connectors/graph/client/client.hpp"
#include "connectors/http/steady_clock.hpp"
#include "connectors/http/tls_transport.hpp"
#include "engine/commands/exit_status.hpp"
#include "engine/commands/progress_show.hpp"
#include "engine/execute/execute.hpp"
#include "engine/limits/learned.hpp"
#include "engine/runs/memory.hpp"
#include "engine/runs/run.hpp"
#include "engine/store/lock.hpp"
#include "engine/survey/survey.hpp"
#include "engine/throttle/governor.hpp"

namespace allot::commands {

class simulated_tenant;

/// What every command that talks to a tenant works with, wired together once: one thread, one
/// io_context.
class session {
 public:
    /// For a command that changes the tenant, `run_name` is what it is called: the tenant's lock is
    /// taken, and the run store must be usable. Others do without the store where it is not.
    /// Errors: these; an unreadable CA file; for the simulated profile, an unusable state directory
    /// or tenant file.
    static result<std::unique_ptr<session>> open(config::settings const& with,
                                                 std::string const& run_name = {});
    ~session();

    /// Runs a command's coroutine to its end, and keeps what was learned of the limits. SIGINT,
    /// SIGTERM and SIGHUP (a closed terminal, unless it was ignored from the beginning) pull the
    /// stop switch; a second SIGINT or SIGTERM ends the process at once, with `interrupted`, even
    /// while it is busy or waits for who reads its output.
    exit_status run(boost::asio::awaitable<exit_status> command);

    [[nodiscard]] survey::tools tools();
    /// Shows how a command stands for as long as the result lives.
    [[nodiscard]] progress_show show(config::settings const& chosen, standing_source source) {
        return progress_show{context_, time_, chosen, std::move(source)};
    }
    /// For a run that changes the tenant; only when it was opened for one.
    [[nodiscard]] runs::tools run_tools(survey::tools& look);
    /// What surveys of this tenant keep; null where there is no usable run store.
    [[nodiscard]] survey::memory* memory() { return memory_ ? &*memory_ : nullptr; }
    [[nodiscard]] store::run_store& kept() { return *kept_; }
    /// Lets others change the tenant: this command is through with it.
    void unlock() { lock_.reset(); }
    [[nodiscard]] graph::client& tenant() { return *tenant_; }
    [[nodiscard]] clock& time() { return time_; }
    [[nodiscard]] throttle::governor& paced() { return paced_; }
    /// What the governor began with.
    [[nodiscard]] throttle::governor_options const& believed() const { return believed_; }
    [[nodiscard]] execute::stop_switch& stop() { return stop_; }
    [[nodiscard]] schedule::options const& chosen() const { return chosen_; }
    /// For reports: the tenant's id or domain.
    [[nodiscard]] std::string const& tenant_name() const { return whose_.tenant; }
    [[nodiscard]] std::string const& client_id() const { return whose_.client_id; }

 private:
    explicit session(config::settings const& with);
    result<void> take_lock(config::settings const& with, std::string const& run_name);
    result<void> open_store(config::settings const& with, bool must);
    void keep_limits();
    void end_at_next(boost::asio::signal_set& signals);

    config::settings const& settings_;

    boost::asio::io_context context_;
    http::steady_clock time_;
    limits::owner whose_;
    throttle::governor_options believed_;
    throttle::governor paced_;
    std::optional<store::run_lock> lock_;
    std::optional<store::run_store> kept_;
    std::optional<runs::stored_memory> memory_;
    execute::stop_switch stop_;
    schedule::options chosen_;
    std::unique_ptr<simulated_tenant> simulated_;  ///< the simulated profile only
    std::unique_ptr<http::transport> transport_;
    std::unique_ptr<http::transport> logged_;  ///< over it; null: exchanges are not logged
    std::unique_ptr<graph::client> tenant_;
};

/// How the transport goes to a tenant: its CA, its proxy, its connections.
http::tls_options tls_options_of(config::connection const& to);

/// A number that nobody can foretell, for seeds and names of runs.
std::uint64_t unforeseen();

}  // namespace allot::commands
