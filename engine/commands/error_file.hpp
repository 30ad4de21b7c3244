#pragma once

#include <optional>
#include <string>

#include "config/settings.hpp"
#include "connectors/port/result.hpp"
#include "engine/commands/files.hpp"
#include "engine/jobs/reader.hpp"

namespace allot::commands {

/// One error as a line: CSV `line,column,field,value,problem,mend`, or a JSON object of the same
/// members. Line and column are 0 where the error has none.
void append_error(std::string& to, jobs::input_error const& one, bool json);

/// What `--errors` names: every error of a job, one to a line, in the order of their finding.
class error_file {
 public:
    /// Empty when nothing is to be written. Errors: `new_file`'s.
    static result<std::optional<error_file>> open(config::settings const& with);

    /// A failure is kept for `publish`.
    void add(jobs::input_error const& one);
    /// Takes the place of an older one; without errors it has its header only, as CSV.
    result<void> publish();

 private:
    error_file(new_file file, bool json);

    new_file file_;
    bool json_ = false;
    result<void> written_;
    std::string line_;  ///< kept for its memory
};

}  // namespace allot::commands
