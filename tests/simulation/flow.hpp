#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>
#include <vector>

#include "connectors/http/transport.hpp"
#include "connectors/port/directory.hpp"
#include "engine/reconcile/row.hpp"
#include "engine/runs/run.hpp"
#include "tests/simulation/auditor.hpp"

/// The engine's commands, without a terminal.
namespace allot::simulation {

/// One command as it is given.
struct order {
    command what = command::plan;
    std::string name;    ///< of the new run
    std::string undoes;  ///< undo only: the run to be undone
    schedule::wave_options waves;
};

struct outcome_of_command {
    std::string failure;  ///< why it could not be carried out; empty when it was
    bool nothing_to_resume = false;
    bool has_rows = false;
    std::vector<reconcile::row> rows;
    bool whole = true;  ///< nothing is left for a resume
};

/// What the command works with; outlives it.
struct surroundings {
    scenario const& of;
    survey::tools look;
    store::run_store& kept;
    throttle::governor_options const& believed;
};

/// What the client believes of the limits when it starts: as chosen, and as earlier runs found out.
throttle::governor_options believed_now(scenario const& of, store::run_store& kept, wall_time now);

/// A Graph client of the tenant; `number` tells those of one seed apart.
std::unique_ptr<directory> make_client(scenario const& of, http::transport& through, clock& time,
                                       std::uint64_t number);

boost::asio::awaitable<void> carry_out(surroundings& with, order given, outcome_of_command& into);

}  // namespace allot::simulation
