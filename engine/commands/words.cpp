#include <filesystem>
#include <string>

#include "config/completion.hpp"
#include "config/manual.hpp"
#include "engine/commands/commands.hpp"
#include "engine/commands/console.hpp"
#include "engine/jobs/manual.hpp"
#include "engine/store/folder.hpp"
#include "engine/store/run_store.hpp"

/// `completion` and `man`: what allot says of itself, and the names that it knows.
namespace allot::commands {

namespace {

constexpr std::size_t runs_completed_max = 200;

/// One to a line, as they are typed. What cannot be read is left out: nobody who presses a key
/// wants to be told of it.
void say_names(std::vector<std::string> const& names) {
    for (auto const& each : names) say(printable(each) + "\n");
}

std::vector<std::string> names_of_store(config::settings const& with) {
    auto const path = with.state_dir + "/runs.db";
    std::error_code error;
    if (with.state_dir.empty() || !std::filesystem::exists(path, error)) return {};
    if (!store::check_folder_to_read(with.state_dir)) return {};
    auto opened = store::run_store::open_to_read(path);
    if (!opened) return {};
    if (with.topic == "skus") {
        auto skus = opened->newest_skus();
        return skus ? *skus : std::vector<std::string>{};
    }
    std::vector<std::string> names;
    auto const runs = opened->history(runs_completed_max);
    if (!runs) return names;
    for (auto const& each : *runs) names.push_back(each.name);
    return names;
}

}  // namespace

exit_status completion(config::settings const& with) {
    if (with.topic == "profiles") {
        say_names(with.profiles);
    } else if (with.topic == "runs" || with.topic == "skus") {
        say_names(names_of_store(with));
    } else {
        say(config::completion_script(with.topic));
    }
    return as_the_job_says;
}

exit_status man(config::settings const& with) {
    say(with.topic.empty() ? config::manual() : jobs::manual(config::version()));
    return as_the_job_says;
}

}  // namespace allot::commands
