#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "connectors/port/result.hpp"
#include "engine/commands/exit_status.hpp"
#include "engine/jobs/reader.hpp"

namespace allot::commands {

/// Reads the job from its file or stdin, in blocks, and says what is wrong or worth knowing on
/// stderr; its errors are in the file of `--errors` too. A device, and a file that is changed
/// meanwhile, are refused. Empty when the file could not be read or has errors: `status` is what to
/// exit with then.
std::optional<jobs::job> read_job(config::settings const& with, exit_status& status);

/// Every error of a job on stderr (the first hundred, and how many more) and in the file of
/// `--errors`, where one is asked for; the status to exit with.
exit_status report_errors(config::settings const& with, std::string const& source,
                          std::vector<jobs::input_error> const& errors);

}  // namespace allot::commands
