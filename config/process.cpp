#include "config/process.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>

namespace allot::config {

namespace {

constexpr std::size_t file_bytes_max = 1U << 20U;

failure reason_alone(int error) {
    return failure{errc::invalid_input, std::generic_category().message(error)};
}

/// Closes what it opened, however the reading ends.
struct open_file {
    int descriptor;
    explicit open_file(char const* path) : descriptor{::open(path, O_RDONLY | O_CLOEXEC)} {}
    ~open_file() {
        if (descriptor >= 0) ::close(descriptor);
    }
    open_file(open_file const&) = delete;
    open_file& operator=(open_file const&) = delete;
};

result<std::optional<std::string>> read_file(std::string const& path) {
    open_file const file{path.c_str()};
    if (file.descriptor < 0) {
        // Without its folder there is no such file either.
        if (errno == ENOENT || errno == ENOTDIR) return std::optional<std::string>{};
        return reason_alone(errno);
    }
    std::string contents;
    // It may be a secret's: what is left of it on the stack is overwritten.
    struct buffer : std::array<char, 4096> {
        ~buffer() { ::explicit_bzero(data(), size()); }
    } piece{};
    while (true) {
        auto const got = ::read(file.descriptor, piece.data(), piece.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return reason_alone(errno);
        if (got == 0) return std::optional{std::move(contents)};
        contents.append(piece.data(), static_cast<std::size_t>(got));
        if (contents.size() > file_bytes_max) return reason_alone(EFBIG);
    }
}

}  // namespace

surroundings process_surroundings(int argument_count, char const* const* arguments) {
    surroundings made;
    for (int index = 1; index < argument_count; ++index) {
        made.arguments.emplace_back(arguments[index]);
    }
    made.variable = [](std::string const& name) -> std::optional<std::string> {
        auto const* const value = std::getenv(name.c_str());
        if (value == nullptr) return std::nullopt;
        return std::string{value};
    };
    for (auto const* const* each = environ; *each != nullptr; ++each) {
        std::string_view const text = *each;
        if (text.starts_with("ALLOT_"))
            made.own_variables.emplace_back(text.substr(0, text.find('=')));
    }
    made.file = read_file;
    return made;
}

}  // namespace allot::config
