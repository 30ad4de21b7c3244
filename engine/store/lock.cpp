#include "engine/store/lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <simdjson.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <system_error>

#include "connectors/port/json_text.hpp"

namespace allot::store {

namespace {

constexpr duration between_looks = std::chrono::seconds{1};
constexpr std::size_t line_bytes_max = 4096;

failure disk_failure(std::string_view doing, std::string_view path) {
    auto const reason = std::generic_category().message(errno);
    return failure{errc::could_not_run, fmt::format("cannot {} {}: {}", doing, path, reason)};
}

/// Letters, digits, hyphens and dots stay, as in a domain; no two tenants become one.
std::string file_name(std::string_view tenant) {
    std::string name;
    for (auto const c : tenant) {
        bool const plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
                           (c == '.' && !name.empty());
        if (plain) {
            name += c;
        } else {
            name += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return name + ".lock";
}

std::string host_name() {
    std::array<char, 256> name{};
    // The last byte stays zero, also when the name was cut.
    if (::gethostname(name.data(), name.size() - 1) != 0) return "unknown";
    return name.data();
}

std::string line_of(lock_holder const& holder) {
    return fmt::format("{{\"run\":{},\"command\":{},\"pid\":{},\"host\":{},\"since\":\"{}\"}}\n",
                       json_string(holder.run), json_string(holder.command), ::getpid(),
                       json_string(host_name()), iso_8601(holder.since));
}

/// Fit to be shown: there may be anything in the file.
std::string shown(std::string_view text) {
    std::string made{text};
    for (auto& c : made) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
    }
    return made;
}

/// `apply 20260105-080001-7f3a, process 1234 on host H, since 2026-…Z`; empty when the file does
/// not say it all.
std::optional<std::string> holder_in(int file) {
    std::array<char, line_bytes_max> bytes{};
    auto const length = ::pread(file, bytes.data(), bytes.size(), 0);
    if (length <= 0) return std::nullopt;
    simdjson::dom::parser parser;
    simdjson::dom::object members;
    if (parser.parse(bytes.data(), static_cast<std::size_t>(length)).get(members) !=
        simdjson::SUCCESS) {
        return std::nullopt;
    }
    std::string_view run;
    std::string_view command;
    std::string_view host;
    std::string_view since;
    std::int64_t process = 0;
    bool const whole = members.at_key("run").get(run) == simdjson::SUCCESS &&
                       members.at_key("command").get(command) == simdjson::SUCCESS &&
                       members.at_key("pid").get(process) == simdjson::SUCCESS &&
                       members.at_key("host").get(host) == simdjson::SUCCESS &&
                       members.at_key("since").get(since) == simdjson::SUCCESS;
    if (!whole) return std::nullopt;
    return fmt::format("{} {}, process {} on host {}, since {}", shown(command), shown(run),
                       process, shown(host), shown(since));
}

failure held_by_another(std::string_view tenant, int file, std::string_view path) {
    auto const holder = holder_in(file);
    auto const who = holder ? *holder : fmt::format("{} does not say which", path);
    return failure{errc::refused_by_cap,
                   fmt::format("another run holds the lock of tenant {}: {}. Wait for it "
                               "(--lock-timeout 1h) or stop it.",
                               tenant, who)};
}

/// Opens the lock's file, making it and its folder where they are not there; readable by their
/// owner only. A link in their place is an error, and what is no file never blocks.
result<int> open_file(std::string const& folder, std::string const& path) {
    if (::mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
        return disk_failure("make the folder", folder);
    }
    auto const at = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (at < 0) return disk_failure("open the folder", folder);
    auto const name = path.substr(folder.size() + 1);
    auto const file =
        ::openat(at, name.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
                 S_IRUSR | S_IWUSR);
    auto const reason = errno;
    ::close(at);
    errno = reason;
    if (file < 0) return disk_failure("open the lock", path);
    return file;
}

}  // namespace

run_lock::~run_lock() {
    if (file_ >= 0) ::close(file_);
}

run_lock& run_lock::operator=(run_lock&& other) noexcept {
    if (this == &other) return *this;
    if (file_ >= 0) ::close(file_);
    file_ = std::exchange(other.file_, -1);
    return *this;
}

result<run_lock> run_lock::try_take(std::string const& state_dir, std::string_view tenant,
                                    lock_holder const& holder) {
    auto const folder = state_dir + "/locks";
    auto const path = folder + "/" + file_name(tenant);
    auto const opened = open_file(folder, path);
    if (!opened) return opened.error();
    run_lock made{*opened};
    struct stat found {};
    if (::fstat(made.file_, &found) != 0) return disk_failure("look at the lock", path);
    if (!S_ISREG(found.st_mode)) {
        return failure{errc::could_not_run, fmt::format("the lock {} is not a file", path)};
    }
    int locked = 0;
    do {
        locked = ::flock(made.file_, LOCK_EX | LOCK_NB);
    } while (locked != 0 && errno == EINTR);
    if (locked != 0 && errno == EWOULDBLOCK) return held_by_another(tenant, made.file_, path);
    if (locked != 0) return disk_failure("take the lock", path);
    // What it says helps others, and nothing rests on it: a full disk does not matter here.
    auto const line = line_of(holder);
    if (::ftruncate(made.file_, 0) == 0) {
        [[maybe_unused]] auto const written = ::pwrite(made.file_, line.data(), line.size(), 0);
    }
    return made;
}

boost::asio::awaitable<result<run_lock>> take_lock(clock& time, std::string state_dir,
                                                   std::string tenant, lock_holder holder,
                                                   duration timeout) {
    auto const until = time.now() + timeout;
    while (true) {
        holder.since = time.wall_now();
        auto taken = run_lock::try_take(state_dir, tenant, holder);
        bool const busy = !taken && taken.error().code == errc::refused_by_cap;
        if (!busy || time.now() >= until) co_return taken;
        auto const next = std::min(until, time.now() + between_looks);
        co_await time.sleep_until(next);
    }
}

}  // namespace allot::store
