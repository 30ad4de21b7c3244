#pragma once

#include <boost/asio/io_context.hpp>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/simulated/server/memory_transport.hpp"
#include "connectors/simulated/server/virtual_clock.hpp"
#include "tests/simulation/auditor.hpp"
#include "tests/simulation/draws.hpp"
#include "tests/simulation/flow.hpp"
#include "tests/simulation/mutations.hpp"
#include "tests/simulation/observer.hpp"
#include "tests/simulation/runner.hpp"
#include "tests/simulation/store_watch.hpp"

namespace allot::simulation {

/// A client's process: everything that a crash takes with it.
struct process {
    explicit process(time_point starts) { time.advance(starts.time_since_epoch()); }

    std::optional<store::run_store> kept;
    throttle::governor_options believed;
    std::optional<throttle::governor> paced;
    execute::stop_switch stop;
    std::optional<simulated::memory_transport> straight;
    std::optional<observer> watched;
    std::unique_ptr<directory> client;
    std::unique_ptr<directory> defect;
    std::optional<surroundings> around;
    outcome_of_command outcome;
    bool finished = false;
    std::exception_ptr broken;
    // These go first, and the coroutines with them.
    boost::asio::io_context context{1};
    simulated::virtual_clock time{context.get_executor()};
};

/// A request that had left when its process crashed, and is still on its way.
struct stray {
    http_request request;
    time_point arrives;
};

/// One seed being played.
class play_of {
 public:
    play_of(scenario const& of, std::string_view mutation, bool tell)
        : of_{of},
          mutation_{mutation},
          tell_{tell},
          tenant_{of.tenant, of.service},
          audit_{of, tenant_},
          fate_{of.seed, 0xFA7E},
          store_{[this] { return may_commit(); }, defect_of_store(mutation)} {
        audit_.looks_up_intents([this](std::string_view name) { return store_.intents(name); });
    }

    result_of_seed run();

 private:
    enum class ended : std::uint8_t { well, crashed, badly };

    void command_and_wait(command what, bool may_be_cut);
    void give_until_done(command what);
    void disturb(time_point now);
    bool dies(moment at);
    bool may_commit();
    bool strays(http_request const& request);

    // process.cpp: one command in one process
    ended give(command what, bool may_be_cut);
    ended let_run(process& one, command what);
    ended start(process& one, command what);
    void hear_out(process& one, command what);
    void say(std::string const& what);
    [[nodiscard]] bool wrong() const { return !audit_.complaint().empty(); }

    scenario const& of_;
    std::string_view mutation_;
    bool tell_;
    simulated::tenant tenant_;
    auditor audit_;
    trace trace_;
    draws fate_;
    store_watch store_;
    time_point now_{};
    process* running_ = nullptr;
    bool may_be_cut_ = false;
    bool crashed_ = false;
    bool healed_ = false;
    bool whole_ = true;  ///< the last run is
    bool nothing_to_resume_ = false;
    std::map<std::string, command> kinds_;  ///< of runs
    std::string run_name_;
    std::string applied_;  ///< the last apply that came to an end
    std::uint32_t crashes_ = 0;
    std::uint32_t stops_ = 0;
    std::size_t disturbed_ = 0;
    std::vector<stray> strays_;
    result_of_seed result_;
};

}  // namespace allot::simulation
