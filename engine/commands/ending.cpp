#include "engine/commands/ending.hpp"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <utility>

#include "connectors/port/json_text.hpp"
#include "engine/commands/console.hpp"
#include "engine/commands/files.hpp"
#include "engine/commands/hook.hpp"

namespace allot::commands {

namespace {

struct end_state {
    std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
    std::optional<come_to> is;
    std::string tenant;
    std::string run;
    bool told = false;
};
end_state kept;

std::string tenant_of(config::settings const& with) {
    if (kept.is) return kept.is->counted.tenant;
    if (!kept.tenant.empty()) return kept.tenant;
    return with.tenant.simulated ? std::string{"simulated"} : with.tenant.tenant;
}

/// A resumed run is one of the command that began it.
std::string command_of(config::settings const& with) {
    if (kept.is) return kept.is->counted.command;
    return std::string{config::name(with.what)};
}

void write_metrics(config::settings const& with, exit_status status) {
    auto const& path = with.work.metrics_file;
    report::metrics_of_end end;
    end.command = command_of(with);
    end.tenant = tenant_of(with);
    end.version = config::version();
    end.ended_at = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    end.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - kept.began).count();
    end.exit_code = status;
    if (kept.is) {
        end.counted = kept.is->counted;
        end.seconds = kept.is->counted.seconds;
        end.seats_free = kept.is->seats_free;
    }
    auto const before = read_file(path);
    auto written = before ? write_file(path, report::to_metrics(end, before->value_or("")),
                                       file_readers::everybody)
                          : result<void>{before.error()};
    if (!written) {
        note("allot: the metrics are not written: " + printable(written.error().message),
             logging::level::error);
    }
}

/// What the command of --on-finish gets on its standard input.
std::string end_json(config::settings const& with, exit_status status,
                     std::string const& complaint) {
    auto const or_null = [](std::string const& text) {
        return text.empty() ? std::string{"null"} : json_string(text);
    };
    auto const error = status == as_the_job_says ? std::string{} : complaint;
    return fmt::format(
        "{{\"allot\":{},\"command\":{},\"tenant\":{},\"exit_code\":{},\"error\":{},\"run_id\":{},"
        "\"report\":{},\"summary\":{}}}\n",
        json_string(config::version()), json_string(command_of(with)), or_null(tenant_of(with)),
        static_cast<int>(status), or_null(error), or_null(kept.run),
        or_null(kept.is ? kept.is->report : std::string{}),
        kept.is ? kept.is->summary_json : std::string{"null"});
}

void run_hook(config::settings const& with, exit_status status, std::string const& complaint) {
    hook_call call;
    call.command = with.work.on_finish;
    call.input = end_json(with, status, complaint);
    call.variables = {{"ALLOT_EXIT_CODE", fmt::format("{}", static_cast<int>(status))},
                      {"ALLOT_RUN_ID", kept.run},
                      {"ALLOT_REPORT", kept.is ? kept.is->report : std::string{}}};
    auto const went = call_hook(call);
    if (!went) note("allot: --on-finish: " + went.error().message, logging::level::error);
}

}  // namespace

void keep_end(come_to what) {
    kept.run = what.counted.run_id;
    kept.is = std::move(what);
}

void keep_tenant(std::string tenant) {
    kept.tenant = std::move(tenant);
}

void keep_run(std::string name) {
    kept.run = std::move(name);
}

void tell_end(config::settings const& with, exit_status status) {
    if (std::exchange(kept.told, true)) return;
    auto const complaint = last_complaint();
    if (!with.work.metrics_file.empty()) write_metrics(with, status);
    if (!with.work.on_finish.empty()) run_hook(with, status, complaint);
}

}  // namespace allot::commands
