#pragma once

#include <cstdint>
#include <exception>

#include "connectors/port/result.hpp"

/// What a process is to be like that holds secrets, and is started by anything.
namespace allot::commands {

/// Opens /dev/null where standard input, output or error is closed: else a file that is opened
/// later would get its number, and what is said would be written into it. What is closed counts as
/// unable to take anything (`output_is_closed`).
void hold_standard_files();
/// Standard output was closed when the process began.
bool output_is_closed();

/// No core dump, and no other process of this user may read the memory (prctl(2),
/// PR_SET_DUMPABLE). Together with `operator delete`, which here overwrites what is given back, and
/// OpenSSL's memory, which is treated alike, a secret is in memory only while it is needed.
void keep_memory_secret();

/// As many connections of those wanted as the limit of open files leaves room for; the limit is
/// raised first as far as this process may. Errors: `could_not_run`, there is room for none.
/// `files_each`: 2 where the server is in this process.
result<std::uint32_t> connections_that_fit(std::uint32_t wanted, std::uint32_t files_each);

/// What went wrong that no part of the program has put into words.
failure failure_of(std::exception const& error);

}  // namespace allot::commands
