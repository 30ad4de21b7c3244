#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>
#include <vector>

#include "connectors/http/transport.hpp"
#include "connectors/port/directory.hpp"
#include "engine/reconcile/row.hpp"
#include "engine/survey/survey.hpp"
#include "tests/simulation/auditor.hpp"

/// The engine's commands, without a terminal.
namespace allot::simulation {

struct outcome_of_command {
    std::string failure;  ///< why it could not be carried out; empty when it was
    bool has_rows = false;
    std::vector<reconcile::row> rows;
};

/// A Graph client of the tenant; `number` tells those of one seed apart.
std::unique_ptr<directory> make_client(scenario const& of, http::transport& through, clock& time,
                                       std::uint64_t number);

boost::asio::awaitable<void> carry_out(survey::tools with, scenario const& of, command what,
                                       schedule::wave_options waves, outcome_of_command& into);

}  // namespace allot::simulation
