#pragma once

#include <string>
#include <vector>

#include "config/settings.hpp"
#include "connectors/port/result.hpp"
#include "engine/commands/exit_status.hpp"
#include "engine/jobs/reader.hpp"

namespace allot::commands {

/// Reads the job from its file or stdin, in blocks. The failure says why the file could not be
/// read; what is wrong in it stands in the result.
result<jobs::read_result> read_job(config::job_input const& from);

/// Every error of a job on stderr (the first hundred, and how many more); the status to exit with.
exit_status report_errors(std::string const& source, std::vector<jobs::input_error> const& errors);

}  // namespace allot::commands
