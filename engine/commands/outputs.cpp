#include "engine/commands/outputs.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "engine/commands/files.hpp"

namespace allot::commands {

namespace {

struct named_file {
    std::string_view flag;  ///< empty: the job
    std::string path;
};

/// The same file, or what will be: also by another name.
bool is_same(std::string const& one, std::string const& other) {
    struct stat left {};
    struct stat right {};
    bool const both_there = ::stat(one.c_str(), &left) == 0 && ::stat(other.c_str(), &right) == 0;
    if (both_there) return left.st_dev == right.st_dev && left.st_ino == right.st_ino;
    // What may not be looked at is compared as it is written.
    auto const whole = [](std::string const& path) {
        std::error_code error;
        auto resolved = std::filesystem::weakly_canonical(path, error);
        if (!error) return resolved;
        return std::filesystem::absolute(path, error).lexically_normal();
    };
    return whole(one) == whole(other);
}

std::vector<named_file> present(std::vector<named_file> of) {
    std::erase_if(of, [](named_file const& one) { return one.path.empty() || one.path == "-"; });
    return of;
}

/// What the program itself keeps in the state folder: a run's journal, and what holds others off.
bool is_of_state(std::string const& path, std::string const& state_dir) {
    if (state_dir.empty()) return false;
    std::error_code error;
    auto const whole = std::filesystem::weakly_canonical(path, error);
    if (error) return false;
    auto const state = std::filesystem::weakly_canonical(state_dir, error);
    if (error) return false;
    auto const folder = whole.parent_path();
    if (folder == state / "locks") return true;
    return folder == state && whole.filename().string().starts_with("runs.db");
}

failure clash(named_file const& output, std::string_view with) {
    return failure{errc::invalid_input, fmt::format("{} {}: this is {}: name another file",
                                                    output.flag, output.path, with)};
}

}  // namespace

result<void> check_outputs(config::settings const& with) {
    // The log is appended to: it may be a pipe or a link, and has a say of its own.
    auto const outputs = present({{"--errors", with.input.errors_file},
                                  {"--out", with.plan.out},
                                  {"--out", with.tell.out},
                                  {"--metrics-file", with.work.metrics_file},
                                  {"--log-file", with.work.log_file}});
    auto const& tenant = with.tenant;
    auto const inputs = present(
        {{"", with.input.file},
         {"--users", with.tell.users_file},
         {"--product-names", with.product_names},
         {"--ca-file", tenant.ca_file},
         {"--client-certificate-file", tenant.certificate_file},
         {"--client-key-file", tenant.certificate_key_file},
         {"--federated-token-file", tenant.federated_token_file},
         {"--config", tenant.config_file},
         {"--state-dir", with.state_dir.empty() ? std::string{} : with.state_dir + "/runs.db"}});
    for (std::size_t at = 0; at < outputs.size(); ++at) {
        auto const& output = outputs[at];
        if (output.flag != "--log-file") {
            auto const may = check_replaceable(output.path);
            if (!may) {
                return failure{may.error().code,
                               fmt::format("{} {}", output.flag, may.error().message)};
            }
        }
        if (is_of_state(output.path, with.state_dir)) {
            return clash(output, "where the run store or a lock is kept");
        }
        for (auto const& input : inputs) {
            if (!is_same(output.path, input.path)) continue;
            return clash(output, input.flag.empty() ? std::string{"the job, which it would destroy"}
                                                    : fmt::format("what {} reads", input.flag));
        }
        for (auto const& input : with.files_read) {
            if (is_same(output.path, input)) {
                return clash(output, "a file that the settings, or a secret, were read from");
            }
        }
        for (std::size_t other = 0; other < at; ++other) {
            if (!is_same(output.path, outputs[other].path)) continue;
            return clash(output, fmt::format("what {} writes", outputs[other].flag));
        }
    }
    return {};
}

}  // namespace allot::commands
