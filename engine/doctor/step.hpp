#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "connectors/port/result.hpp"

/// What `allot doctor` finds, step by step, as values: the looking itself is done elsewhere.
namespace allot::doctor {

enum class standing {
    ok,
    warn,    ///< a run can start, but something should be mended
    fail,    ///< no run can start
    skipped  ///< could not be tried, because of a step before
};

struct step {
    std::string name;  ///< `clock`, `TLS graph.microsoft.com:443`
    standing status = standing::ok;
    std::string detail;               ///< what was found
    std::string mend;                 ///< what to do; empty when all is well
    errc kind = errc::could_not_run;  ///< of a failure: which exit status it means
};

/// `ok`, `warn`, `FAIL`, `skipped`.
std::string_view name(standing of);

/// The first failure's kind decides what the whole amounts to; nullptr when a run could start.
step const* first_failure(std::vector<step> const& steps);

/// A step that waits for another one that failed.
step skipped(std::string name, std::string_view because_of);

/// One line for each step and one for its mend.
std::string as_text(std::vector<step> const& steps);
/// An array of objects with `step`, `status` (as above, in lower case), `detail` and `mend`.
std::string as_json(std::vector<step> const& steps);

}  // namespace allot::doctor
