#include "engine/commands/hook.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <system_error>

#include "engine/report/output_file.hpp"

extern char** environ;

namespace allot::commands {

namespace {

constexpr std::chrono::minutes longest{5};

/// What the command has no business with; and what would have it call itself.
constexpr std::array withheld{std::string_view{"ALLOT_CLIENT_SECRET"},
                              std::string_view{"ALLOT_CLIENT_CERTIFICATE_PASSWORD"},
                              std::string_view{"ALLOT_PROXY"},
                              std::string_view{"ALLOT_PROXY_PASSWORD"},
                              std::string_view{"ALLOT_ON_FINISH"},
                              std::string_view{"AZURE_CLIENT_SECRET"},
                              std::string_view{"AZURE_CLIENT_CERTIFICATE_PASSWORD"},
                              std::string_view{"IDENTITY_HEADER"}};

/// `HTTPS_PROXY=http://user:password@proxy:8080`, in either case, and its like.
bool has_proxy_login(std::string_view name, std::string_view entry) {
    bool const of_proxy = name.ends_with("_proxy") || name.ends_with("_PROXY");
    return of_proxy && entry.find('@') != std::string_view::npos;
}

failure failed(std::string why) {
    return failure{errc::could_not_run, std::move(why)};
}

failure failed_with(std::string_view what, int error) {
    return failed(fmt::format("{}: {}", what, std::generic_category().message(error)));
}

std::vector<std::string> environment_of(hook_call const& of) {
    std::vector<std::string> all;
    for (char** each = environ; *each != nullptr; ++each) {
        std::string const entry{*each};
        auto const name = std::string_view{entry}.substr(0, entry.find('='));
        bool const ours = std::ranges::any_of(
            of.variables, [&](auto const& variable) { return variable.first == name; });
        if (ours || std::ranges::find(withheld, name) != withheld.end()) continue;
        if (has_proxy_login(name, entry)) continue;
        all.push_back(entry);
    }
    for (auto const& [name, value] : of.variables) {
        if (!value.empty()) all.push_back(fmt::format("{}={}", name, value));
    }
    return all;
}

/// A file in memory with the text, to be read from its beginning: unlike a pipe, it takes all of it
/// although nobody reads.
result<report::descriptor> input_of(std::string_view text) {
    report::descriptor file{::memfd_create("allot", MFD_CLOEXEC)};
    if (!file.is_open()) return failed_with("its input cannot be made", errno);
    while (!text.empty()) {
        auto const written = ::write(file.get(), text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return failed_with("its input cannot be made", errno);
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    ::lseek(file.get(), 0, SEEK_SET);
    return file;
}

result<pid_t> start(hook_call const& of, int input) {
    auto entries = environment_of(of);
    std::vector<char*> environment;
    for (auto& each : entries) environment.push_back(each.data());
    environment.push_back(nullptr);
    std::string shell = "/bin/sh";
    std::string flag = "-c";
    std::string command = of.command;
    std::array<char*, 4> arguments{shell.data(), flag.data(), command.data(), nullptr};
    posix_spawn_file_actions_t files{};
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
    // Standard output is for results.
    posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
    posix_spawnattr_t how{};
    posix_spawnattr_init(&how);
    sigset_t none{};
    sigset_t usual{};
    ::sigemptyset(&none);
    ::sigemptyset(&usual);
    for (auto const signal : {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGWINCH}) {
        ::sigaddset(&usual, signal);
    }
    posix_spawnattr_setsigmask(&how, &none);
    posix_spawnattr_setsigdefault(&how, &usual);
    posix_spawnattr_setpgroup(&how, 0);
    posix_spawnattr_setflags(
        &how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    pid_t child = 0;
    auto const error =
        ::posix_spawn(&child, shell.c_str(), &files, &how, arguments.data(), environment.data());
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&how);
    if (error != 0) return failed_with("/bin/sh cannot be started", error);
    return child;
}

/// False when it has not ended by then.
bool ends_in_time(pid_t child) {
    // glibc 2.36 declares its pidfd_open for C only.
    report::descriptor const watched{static_cast<int>(::syscall(SYS_pidfd_open, child, 0))};
    if (!watched.is_open()) return true;  // then waitpid waits for as long as it takes
    auto const until = std::chrono::steady_clock::now() + longest;
    for (;;) {
        auto const left =
            std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
        if (left.count() <= 0) return false;
        pollfd what{watched.get(), POLLIN, 0};
        if (::poll(&what, 1, static_cast<int>(left.count())) > 0) return true;
    }
}

}  // namespace

result<void> call_hook(hook_call const& of) {
    auto const input = input_of(of.input);
    if (!input) return input.error();
    auto const child = start(of, input->get());
    if (!child) return child.error();
    bool const in_time = ends_in_time(*child);
    if (!in_time) ::kill(-*child, SIGKILL);
    int status = 0;
    while (::waitpid(*child, &status, 0) < 0 && errno == EINTR) continue;
    if (!in_time) return failed("the command took longer than 5 minutes and was stopped");
    if (WIFSIGNALED(status)) {
        return failed(fmt::format("the command was ended by signal {}", WTERMSIG(status)));
    }
    if (WEXITSTATUS(status) == 0) return {};
    return failed(fmt::format("the command failed with exit status {}", WEXITSTATUS(status)));
}

}  // namespace allot::commands
