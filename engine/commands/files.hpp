#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>
#include <string_view>

#include "connectors/port/result.hpp"
#include "engine/report/output_file.hpp"

namespace allot::commands {

/// Whether what is open there is a device, which can be endless, or do something when it is read;
/// a terminal and /dev/null are none.
bool is_device(struct stat const& of, int file);

/// The contents of a file that a user named; empty when there is none. Errors: `invalid_input` with
/// path and reason; a device is one.
result<std::optional<std::string>> read_file(std::string const& path);

enum class file_readers { owner, everybody };

/// A file that is written piece by piece, whole or not at all: first under a name that nobody else
/// has, `NAME.??????.part`. What is not published goes away with the object.
class new_file {
 public:
    /// Errors: `could_not_run` with path and reason; `invalid_input` as `check_replaceable`.
    static result<new_file> create(std::string path, file_readers who);
    ~new_file();
    new_file(new_file&& other) noexcept;
    new_file& operator=(new_file&&) = delete;

    /// Appends, through a buffer. Errors: the disk's.
    result<void> write(std::string_view text);
    /// Makes it durable, and gives it its name in place of an older one. Errors: the disk's.
    result<void> publish();

 private:
    new_file(report::descriptor file, std::string path, std::string part);
    result<void> flush();

    report::descriptor file_;  ///< closed: published, or moved from
    std::string path_;
    std::string part_;
    std::string buffer_;
};

/// Writes a file, whole or not at all. Errors as above.
result<void> write_file(std::string const& path, std::string_view contents,
                        file_readers who = file_readers::owner);

/// Whether a file can take the place of what has that path: nothing, or a file. Else
/// `invalid_input`: a symbolic link, a folder, a pipe or a device is not to be replaced, and
/// nothing is written through a link.
result<void> check_replaceable(std::string const& path);

/// Makes a folder, and those above it, for this user only. Errors as above.
result<void> make_folder(std::string const& path);

}  // namespace allot::commands
