#pragma once

#include <boost/asio/awaitable.hpp>

#include "config/settings.hpp"
#include "engine/commands/exit_status.hpp"
#include "engine/commands/session.hpp"

namespace allot::commands {

/// `skus --waste`: reads the whole tenant, and tells what of its licences is wasted.
boost::asio::awaitable<exit_status> tell_waste(session& with, config::settings const& chosen);

}  // namespace allot::commands
