#include "engine/commands/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace allot::commands {

namespace {

failure failed(std::string_view what, std::string const& path) {
    return failure{errc::could_not_run,
                   fmt::format("{}: cannot be {}: {}", path, what, std::strerror(errno))};
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

result<std::optional<std::string>> read_file(std::string const& path) {
    errno = 0;
    std::ifstream file{path, std::ios::binary};
    if (!file) {
        if (errno == ENOENT) return std::optional<std::string>{};
        return failed("read", path);
    }
    std::string contents{std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
    if (file.bad()) return failed("read", path);
    return std::optional{std::move(contents)};
}

result<void> write_file(std::string const& path, std::string_view contents, file_readers who) {
    auto const part = path + ".part";
    ::unlink(part.c_str());
    auto const file =
        ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0) return failed("written", path);
    bool const readable = who == file_readers::owner || ::fchmod(file, 0644) == 0;
    bool const whole = readable && write_all(file, contents) && ::fsync(file) == 0;
    auto const error = errno;
    ::close(file);
    if (whole && ::rename(part.c_str(), path.c_str()) == 0) return {};
    if (!whole) errno = error;
    auto result = failed("written", path);
    ::unlink(part.c_str());
    return result;
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
