#include "engine/commands/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

namespace allot::commands {

namespace {

failure failed(std::string_view what, std::string const& path, errc as = errc::could_not_run) {
    return failure{as, fmt::format("{}: cannot be {}: {}", path, what, std::strerror(errno))};
}

bool write_all(int file, std::string_view contents) {
    while (!contents.empty()) {
        auto const written = ::write(file, contents.data(), contents.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        contents.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace

bool is_device(struct stat const& of, int file) {
    if (S_ISBLK(of.st_mode)) return true;
    bool const is_null = of.st_rdev == ::makedev(1, 3);  // Linux, admin-guide/devices.txt
    return S_ISCHR(of.st_mode) && !is_null && ::isatty(file) == 0;
}

result<std::optional<std::string>> read_file(std::string const& path) {
    report::descriptor const file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY)};
    if (!file.is_open() && errno == ENOENT) return std::optional<std::string>{};
    struct stat is {};
    if (!file.is_open() || ::fstat(file.get(), &is) != 0)
        return failed("read", path, errc::invalid_input);
    if (is_device(is, file.get())) {
        return failure{errc::invalid_input,
                       fmt::format("{}: cannot be read: it is a device, not a file", path)};
    }
    std::string contents;
    std::string block(report::output_file::buffer_bytes, '\0');
    for (;;) {
        auto const count = ::read(file.get(), block.data(), block.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return failed("read", path, errc::invalid_input);
        if (count == 0) return std::optional{std::move(contents)};
        contents.append(block, 0, static_cast<std::size_t>(count));
    }
}

new_file::new_file(report::descriptor file, std::string path, std::string part)
    : file_{std::move(file)}, path_{std::move(path)}, part_{std::move(part)} {}

new_file::new_file(new_file&& other) noexcept = default;

new_file::~new_file() {
    if (file_.is_open()) ::unlink(part_.c_str());
}

result<new_file> new_file::create(std::string path, file_readers who) {
    if (auto const may = check_replaceable(path); !may) return may.error();
    constexpr std::string_view ending = ".part";
    auto part = fmt::format("{}.XXXXXX{}", path, ending);
    // It is made anew, for this user only (mkostemps(3)).
    report::descriptor file{::mkostemps(part.data(), static_cast<int>(ending.size()), O_CLOEXEC)};
    if (!file.is_open()) return failed("written", path);
    new_file made{std::move(file), std::move(path), std::move(part)};
    if (who == file_readers::everybody && ::fchmod(made.file_.get(), 0644) != 0) {
        return failed("written", made.path_);
    }
    return made;
}

result<void> new_file::write(std::string_view text) {
    buffer_ += text;
    return buffer_.size() < report::output_file::buffer_bytes ? result<void>{} : flush();
}

result<void> new_file::flush() {
    if (!write_all(file_.get(), buffer_)) return failed("written", path_);
    buffer_.clear();
    return {};
}

result<void> new_file::publish() {
    if (auto const flushed = flush(); !flushed) return flushed.error();
    bool const whole = ::fsync(file_.get()) == 0 && ::rename(part_.c_str(), path_.c_str()) == 0;
    if (!whole) return failed("written", path_);
    if (!file_.close()) return failed("written", path_);
    return {};
}

result<void> write_file(std::string const& path, std::string_view contents, file_readers who) {
    auto made = new_file::create(path, who);
    if (!made) return made.error();
    if (auto const written = made->write(contents); !written) return written.error();
    return made->publish();
}

result<void> check_replaceable(std::string const& path) {
    struct stat is {};
    if (::lstat(path.c_str(), &is) != 0 || S_ISREG(is.st_mode)) return {};
    std::string_view what = "is a device, a pipe or a socket: name a file";
    if (S_ISLNK(is.st_mode)) what = "is a symbolic link: name the file that it leads to";
    if (S_ISDIR(is.st_mode)) what = "is a folder: name a file in it";
    return failure{errc::invalid_input, fmt::format("{}: {}", path, what)};
}

result<void> make_folder(std::string const& path) {
    std::string made;
    for (auto const& piece : std::filesystem::path{path}) {
        made = made.empty() ? piece.string() : (std::filesystem::path{made} / piece).string();
        if (made.empty() || made == "/") continue;
        if (::mkdir(made.c_str(), 0700) != 0 && errno != EEXIST) return failed("made", made);
    }
    if (!std::filesystem::is_directory(path)) {
        errno = ENOTDIR;
        return failed("made", path);
    }
    return {};
}

}  // namespace allot::commands
