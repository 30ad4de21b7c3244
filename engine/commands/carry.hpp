#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/commands/session.hpp"
#include "engine/report/report_folder.hpp"
#include "engine/runs/run.hpp"

/// What the commands that change a tenant have in common: refusing or asking, carrying a run out,
/// and its report.
namespace allot::commands {

/// The head of a run that is about to begin: its name, and what the settings say of it.
store::run_head new_head(config::settings const& chosen);

/// What names a job from run to run: its file's whole path; `-` for stdin.
std::string path_of_job(std::string const& file);

/// Foretells, refuses or asks, writes the run down and carries it out.
boost::asio::awaitable<exit_status> begin(session& with, config::settings const& chosen,
                                          std::unique_ptr<runs::prepared> ready,
                                          store::run_head head, report::report_folder& folder);

/// Carries the run out to its end or interruption, writes its report and what the store is to know
/// of it. Says how it went.
boost::asio::awaitable<exit_status> carry_out(session& with, config::settings const& chosen,
                                              runs::run& going, report::report_folder& folder);

}  // namespace allot::commands
