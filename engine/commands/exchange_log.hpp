#pragma once

#include <memory>
#include <string>

#include "config/settings.hpp"
#include "connectors/http/transport.hpp"
#include "connectors/port/clock.hpp"

namespace allot::commands {

/// A transport that logs what goes through the other one, at the level debug; null when that is
/// not logged. With --debug-http, headers and bodies too.
std::unique_ptr<http::transport> log_exchanges(config::settings const& with,
                                               std::string const& graph_url,
                                               http::transport& through, clock& time);

}  // namespace allot::commands
