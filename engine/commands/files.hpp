#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "connectors/port/result.hpp"

namespace allot::commands {

/// A file's contents; empty when there is no such file. Errors: `could_not_run` with path and
/// reason.
result<std::optional<std::string>> read_file(std::string const& path);

enum class file_readers { owner, everybody };

/// Writes a file, whole or not at all: under another name first. Errors as above.
result<void> write_file(std::string const& path, std::string_view contents,
                        file_readers who = file_readers::owner);

/// Makes a folder, and those above it, for this user only. Errors as above.
result<void> make_folder(std::string const& path);

}  // namespace allot::commands
