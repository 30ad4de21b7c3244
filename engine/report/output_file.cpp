#include "engine/report/output_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

namespace allot::report {

descriptor::~descriptor() {
    close();
}

descriptor::descriptor(descriptor&& other) noexcept : number_{std::exchange(other.number_, -1)} {}

descriptor& descriptor::operator=(descriptor&& other) noexcept {
    if (this != &other) {
        close();
        number_ = std::exchange(other.number_, -1);
    }
    return *this;
}

bool descriptor::close() {
    auto const number = std::exchange(number_, -1);
    return number < 0 || ::close(number) == 0;
}

failure disk_failure(std::string_view doing, std::string_view path) {
    auto const reason = std::generic_category().message(errno);
    return failure{errc::could_not_run, fmt::format("cannot {} {}: {}", doing, path, reason)};
}

output_file::output_file(descriptor file, std::string folder_path, std::string name)
    : file_{std::move(file)}, folder_path_{std::move(folder_path)}, name_{std::move(name)} {}

result<output_file> output_file::create(int folder, std::string const& folder_path,
                                        std::string name) {
    auto const part = name + ".part";
    // O_EXCL never follows a symbolic link.
    descriptor file{
        ::openat(folder, part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR)};
    if (!file.is_open()) {
        return disk_failure("create the report's", fmt::format("{}/{}", folder_path, part));
    }
    return output_file{std::move(file), folder_path, std::move(name)};
}

failure output_file::failed(std::string_view doing) const {
    return disk_failure(doing, fmt::format("{}/{}.part", folder_path_, name_));
}

result<void> output_file::write(std::string_view text) {
    buffer_ += text;
    return buffer_.size() < buffer_bytes ? result<void>{} : flush();
}

result<void> output_file::flush() {
    std::string_view rest = buffer_;
    while (!rest.empty()) {
        auto const written = ::write(file_.get(), rest.data(), rest.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return failed("write");
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
    buffer_.clear();
    return {};
}

result<void> output_file::make_durable() {
    if (auto const flushed = flush(); !flushed) return flushed.error();
    if (::fsync(file_.get()) != 0) return failed("write");
    if (!file_.close()) return failed("write");
    return {};
}

result<void> output_file::publish(int folder) {
    auto const part = name_ + ".part";
    if (::renameat(folder, part.c_str(), folder, name_.c_str()) != 0) return failed("rename");
    return {};
}

void output_file::discard(int folder) const {
    ::unlinkat(folder, (name_ + ".part").c_str(), 0);
}

}  // namespace allot::report
