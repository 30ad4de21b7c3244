#include <fmt/format.h>

#include <optional>
#include <string>

#include "engine/commands/carry.hpp"
#include "engine/commands/changes.hpp"
#include "engine/commands/commands.hpp"
#include "engine/commands/console.hpp"
#include "engine/commands/job_file.hpp"
#include "engine/commands/preparation.hpp"
#include "engine/commands/saved_plan.hpp"
#include "engine/commands/view.hpp"
#include "engine/runs/saved.hpp"

namespace allot::commands {

namespace {

namespace asio = boost::asio;

/// What is to be applied: a job, or a saved plan.
struct input {
    runs::request asked;
    std::string plan_id;      ///< of a saved plan
    std::string plan_tenant;  ///< the tenant that it was made for
    std::string job_path;
};

/// What was agreed to when a plan was saved is in the plan: settings that say otherwise would do
/// nothing, so they are an error.
result<void> check_rules(config::planning const& chosen, documents::saved_plan const& of) {
    std::string_view flag;
    if (chosen.always_set_usage_location && !of.by.always_set_usage_location) {
        flag = "--set-usage-location";
    } else if (chosen.skip_redundant && !of.by.skip_redundant) {
        flag = "--skip-redundant";
    } else if (chosen.drop_direct && !of.by.drop_direct) {
        flag = "--drop-direct";
    } else if (chosen.via_group && of.by.via.empty()) {
        flag = "--via";
    } else if (!chosen.default_usage_location.empty() &&
               chosen.default_usage_location != of.default_location) {
        flag = "--default-usage-location";
    }
    if (flag.empty()) return {};
    return failure{errc::invalid_input,
                   fmt::format("the plan was made with another {}: leave it away, or make a new "
                               "plan with it",
                               flag)};
}

std::optional<input> read_input(config::settings const& with, exit_status& status) {
    input read;
    auto saved = read_plan(with.input.file);
    if (!saved) {
        status = complain(saved.error());
        return std::nullopt;
    }
    if (*saved) {
        if (auto const fits = check_rules(with.plan, **saved); !fits) {
            status =
                complain(failure{fits.error().code, with.input.file + ": " + fits.error().message});
            return std::nullopt;
        }
        read.plan_id = (*saved)->id;
        read.plan_tenant = (*saved)->tenant;
        auto const& path = (*saved)->job_path;
        read.job_path = path.empty() ? path_of_job((*saved)->job.source) : path;
        auto asked = runs::request_of(std::move(**saved), known_products());
        if (!asked) {
            status = complain(
                failure{asked.error().code, with.input.file + ": " + asked.error().message});
            return std::nullopt;
        }
        read.asked = std::move(*asked);
        return read;
    }
    auto job = read_job(with, status);
    if (!job) return std::nullopt;
    read.job_path = path_of_job(with.input.file);
    read.asked = request_of(with, std::move(*job));
    return read;
}

/// A plan is for one tenant, and for once.
result<void> check_plan(session& with, input const& of, std::string const& file) {
    if (of.plan_id.empty()) return {};
    if (of.plan_tenant != with.tenant_name()) {
        return failure{
            errc::refused_by_cap,
            fmt::format("{}: this plan is for tenant {}, not for {}. Nothing was written.", file,
                        of.plan_tenant, with.tenant_name())};
    }
    auto const earlier = with.kept().run_of_plan(of.plan_id);
    if (!earlier) return earlier.error();
    if (!*earlier) return {};
    auto const& run = **earlier;
    bool const ended = run.state == store::run_state::finished;
    return failure{
        errc::refused_by_cap,
        fmt::format(
            "{}: run {} has applied this plan{}. Nothing was written.", file, run.name,
            ended ? "; make a new one"
                  : fmt::format(", and was interrupted: `allot resume {}` goes on", run.name))};
}

/// A job that has lost many of its targets was probably cut off on its way.
result<void> check_shrink(session& with, config::settings const& chosen, input const& of) {
    if (!chosen.plan.max_shrink) return {};
    auto const last = with.kept().newest_of_job(with.tenant_name(), of.job_path);
    if (!last) return last.error();
    if (!*last) return {};
    auto const before = (*last)->targets;
    auto const now = of.asked.job.targets.size();
    auto const least = before * (100 - std::min<std::uint32_t>(100, *chosen.plan.max_shrink));
    if (now * 100 >= least) return {};
    return failure{
        errc::refused_by_cap,
        fmt::format("the job has {} targets, and had {} in run {}: it has shrunk by more than "
                    "--max-shrink {}% allows. Nothing was written. If it is whole, raise "
                    "--max-shrink.",
                    now, before, (*last)->name, *chosen.plan.max_shrink)};
}

/// An earlier run of the tenant that nobody has finished.
void mention_interrupted(session& with) {
    auto const last = with.kept().newest(with.tenant_name());
    if (!last || !*last || (*last)->state == store::run_state::finished) return;
    note(fmt::format("allot: run {} was interrupted; its report is finished by `allot resume {}`, "
                     "not by this run",
                     (*last)->name, (*last)->name),
         logging::level::warning);
}

asio::awaitable<exit_status> change(session& with, config::settings const& chosen, input of,
                                    report::report_folder& folder, store::run_head head) {
    if (auto const usable = check_plan(with, of, chosen.input.file); !usable) {
        co_return complain(usable.error());
    }
    if (auto const usable = check_shrink(with, chosen, of); !usable) {
        co_return complain(usable.error());
    }
    mention_interrupted(with);
    head.plan_id = of.plan_id;
    head.job_path = of.job_path;
    auto preparing = co_await prepare(with, std::move(of.asked), chosen);
    if (!preparing.ready) co_return preparing.status;
    co_return co_await begin(with, chosen, std::move(preparing.ready), std::move(head), folder);
}

}  // namespace

exit_status apply(config::settings const& with) {
    auto status = as_the_job_says;
    auto read = read_input(with, status);
    if (!read) return status;
    auto head = new_head(with);
    auto opened = session::open(with, head.name);
    if (!opened) return complain(opened.error());
    auto& running = **opened;
    auto folder =
        report::report_folder::open(head.report_dir, head.name, read->asked.job.extra_columns);
    if (!folder) return complain(folder.error());
    return running.run(change(running, with, std::move(*read), *folder, std::move(head)));
}

}  // namespace allot::commands
