#pragma once

#include "config/settings.hpp"
#include "engine/commands/exit_status.hpp"

/// One command to a file; wiring only. Each returns the exit status; results go to stdout, what
/// went wrong and how far it is to stderr.
namespace allot::commands {

exit_status check(config::settings const& with);
exit_status plan(config::settings const& with);
exit_status apply(config::settings const& with);
exit_status verify(config::settings const& with);
exit_status resume(config::settings const& with);
exit_status undo(config::settings const& with);
exit_status runs(config::settings const& with);
exit_status report(config::settings const& with);
exit_status skus(config::settings const& with);
exit_status doctor(config::settings const& with);
/// When the settings could not be read: `why` is the first step, the others are skipped.
exit_status doctor_without_settings(failure const& why, bool json);
exit_status export_job(config::settings const& with);
exit_status simulate(config::settings const& with);
exit_status completion(config::settings const& with);
exit_status man(config::settings const& with);

}  // namespace allot::commands
