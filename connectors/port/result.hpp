#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>
#include <string>

namespace allot {

/// Why something that was asked for as a whole could not be had, by the exit statuses of design
/// section 7; the message is what the user reads.
enum class errc {
    could_not_run,       ///< network, service, disk: exit 1
    invalid_input,       ///< usage, job file, configuration: exit 5
    refused_by_cap,      ///< a cap, a lock, no --yes: exit 6
    sign_in_refused,     ///< exit 7
    permission_refused,  ///< signed in, and may not: exit 7
    interrupted          ///< by who runs it: exit 4
};

/// A failure with a sentence that says what is wrong, where, and what to do.
struct failure {
    errc code = errc::could_not_run;
    std::string message;
};

[[noreturn]] void throw_exception_from_error(failure const& error,
                                             boost::source_location const& at);

template <class T>
using result = boost::system::result<T, failure>;

}  // namespace allot
