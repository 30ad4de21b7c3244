#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/http/transport.hpp"
#include "connectors/port/directory.hpp"
#include "connectors/simulated/model/tenant.hpp"
#include "connectors/simulated/server/virtual_clock.hpp"
#include "engine/jobs/job.hpp"
#include "engine/plan/plan.hpp"
#include "engine/reconcile/row.hpp"
#include "engine/schedule/forecast.hpp"
#include "engine/schedule/schedule.hpp"
#include "engine/throttle/governor.hpp"

/// The whole engine against a simulated tenant, over the in-memory transport and in virtual time.
namespace allot::support {

struct outside;  // time and the io_context

/// A tenant that lives on between runs; its time goes on with it.
struct world {
    world();
    ~world();
    world(world&&) noexcept;

    simulated::tenant_description described;
    simulated::options options;
    std::unique_ptr<simulated::tenant> tenant;  ///< made when first asked for
    std::unique_ptr<outside> time;

    simulated::tenant& model();
    simulated::virtual_clock& clock();
    boost::asio::io_context& context();
    /// A Graph client of the tenant that sends through the transport.
    std::unique_ptr<directory> client(http::transport& through, std::uint64_t seed);
};

struct run_options {
    throttle::governor_options limits;  ///< what the client believes
    schedule::options schedule;
    schedule::wave_options waves;  ///< of the changes
    plan::rules rules;
    bool write = true;  ///< false: only plan
    bool foresee = false;
    bool verifying = false;
    /// Pull the stop switch after so many settled users; 0: never.
    std::size_t stop_after = 0;
    std::optional<duration> stop_at;     ///< or when so much time has passed
    http::transport* through = nullptr;  ///< empty: the in-memory one, to the world's tenant
    std::uint64_t client_seed = 7;
    /// Asked now and then; true leaves the run as it is, unfinished. Empty: never.
    std::function<bool()> give_up;
};

struct run_result {
    bool finished = false;  ///< the coroutine came to its end
    std::string failure;    ///< why the survey failed, if it did
    plan::plan made;
    std::vector<reconcile::row> rows;
    schedule::schedule::progress progress;
    duration writing{};           ///< from the first write to the last acceptance
    duration changing{};          ///< from the first write until everybody has ended
    schedule::forecast foreseen;  ///< asked before the first write
    duration whole{};
    std::uint64_t refusals = 0;
    std::uint64_t gates = 0;
    std::optional<double> learned_write_rate;  ///< writes a second, where refusals taught it
    bool stopped = false;
    schedule::waves::standing waves;
    bool too_many_failed = false;
};

/// Lets everything in the world's context run to its end in virtual time, or until `give_up`.
void let_run(world& in, std::function<bool()> const& give_up);

/// Runs one job against the world.
run_result run(world& in, jobs::job const& job, run_options const& chosen);

/// Reads a job that must be without errors.
jobs::job job_of(std::string_view csv);

/// Every verdict against the tenant's true state: what `verified` and `already` say must be so, and
/// nobody outside the job may have been written to. The first sentence that is wrong; empty when
/// all is true.
std::string find_lie(world& in, jobs::job const& job, run_result const& of,
                     std::vector<user> const& before);

}  // namespace allot::support
