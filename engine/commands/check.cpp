#include <fmt/format.h>

#include "connectors/port/json_text.hpp"
#include "engine/commands/commands.hpp"
#include "engine/commands/console.hpp"
#include "engine/commands/job_file.hpp"
#include "engine/commands/view.hpp"

namespace allot::commands {

exit_status check(config::settings const& with) {
    auto status = as_the_job_says;
    auto const read = read_job(with, status);
    if (!read) return status;
    auto const& job = *read;
    std::size_t removals = 0;
    auto const groups = jobs::count_groups(job);
    auto const users = job.users.size() - groups;
    for (auto const& target : job.targets) removals += target.act == jobs::action::remove;
    switch (with.output) {
        case config::output_form::junit:  // the settings refuse these two here
        case config::output_form::markdown:
        case config::output_form::text:
            say(fmt::format("{}: {} for {}: {} to assign, {} to remove; {} SKU{}: {}\n",
                            printable(with.input.file), targets_text(job), subjects_text(job),
                            job.targets.size() - removals, removals, job.skus.size(),
                            job.skus.size() == 1 ? "" : "s",
                            printable(fmt::format("{}", fmt::join(job.skus, ", ")))));
            break;
        case config::output_form::json: {
            std::string skus;
            for (auto const& sku : job.skus) {
                if (!skus.empty()) skus += ',';
                skus += json_string(sku);
            }
            say(
                fmt::format("{{\"file\":{},\"targets\":{},\"users\":{},\"groups\":{},\"assign\":{},"
                            "\"remove\":{},\"skus\":[{}]}}\n",
                            json_string(with.input.file), job.targets.size(), users, groups,
                            job.targets.size() - removals, removals, skus));
            break;
        }
        case config::output_form::csv:
            say("targets,users,assign,remove,skus,groups\n");
            say(fmt::format("{},{},{},{},{},{}\n", job.targets.size(), users,
                            job.targets.size() - removals, removals, job.skus.size(), groups));
            break;
    }
    return as_the_job_says;
}

}  // namespace allot::commands
