#pragma once

#include "connectors/port/result.hpp"

namespace allot::commands {

/// The exit statuses of design section 7; do not change.
enum exit_status : int {
    as_the_job_says = 0,
    could_not_run = 1,
    pending_or_drift = 2,
    some_targets_not = 3,
    interrupted = 4,
    input_invalid = 5,
    refused_by_cap = 6,
    sign_in_refused = 7
};

inline exit_status status_of(errc code) {
    switch (code) {
        case errc::could_not_run:
            return could_not_run;
        case errc::invalid_input:
            return input_invalid;
        case errc::refused_by_cap:
            return refused_by_cap;
        case errc::sign_in_refused:
        case errc::permission_refused:
            return sign_in_refused;
        case errc::interrupted:
            return interrupted;
    }
    return could_not_run;
}

}  // namespace allot::commands
