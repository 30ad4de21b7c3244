#pragma once

#include <string>
#include <string_view>

#include "connectors/port/result.hpp"

namespace allot::report {

/// A file descriptor that closes itself.
class descriptor {
 public:
    explicit descriptor(int number = -1) : number_{number} {}
    ~descriptor();
    descriptor(descriptor&& other) noexcept;
    descriptor& operator=(descriptor&& other) noexcept;

    [[nodiscard]] int get() const { return number_; }
    [[nodiscard]] bool is_open() const { return number_ >= 0; }
    /// Closes now; false, with errno set, when the system reports a late write error.
    bool close();

 private:
    int number_;
};

/// One file of the report, written under a temporary name in an open folder.
class output_file {
 public:
    /// Makes `<name>.part` anew, readable by its owner only; `folder_path` is for messages.
    static result<output_file> create(int folder, std::string const& folder_path, std::string name);

    /// Appends, through a buffer.
    result<void> write(std::string_view text);
    /// Everything is on the disk after it; nothing can be written any more.
    result<void> make_durable();
    /// Gives the file its final name.
    result<void> publish(int folder);
    /// Takes the temporary file away.
    void discard(int folder) const;

    /// What an append writes into: flushed by `write`.
    static constexpr std::size_t buffer_bytes = std::size_t{64} * 1024;

 private:
    output_file(descriptor file, std::string folder_path, std::string name);
    result<void> flush();
    [[nodiscard]] failure failed(std::string_view doing) const;

    descriptor file_;
    std::string folder_path_;
    std::string name_;
    std::string buffer_;
};

/// `DOING PATH: REASON`, with the reason from errno.
failure disk_failure(std::string_view doing, std::string_view path);

}  // namespace allot::report
