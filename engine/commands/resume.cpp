#include <fmt/format.h>

#include <optional>
#include <string>

#include "engine/commands/carry.hpp"
#include "engine/commands/commands.hpp"
#include "engine/commands/console.hpp"
#include "engine/commands/history.hpp"
#include "engine/commands/preparation.hpp"

namespace allot::commands {

namespace {

namespace asio = boost::asio;

/// An old run that goes on would take back what a newer one has done since.
result<std::optional<store::run_line>> not_overtaken(session& with, store::run_line found) {
    auto const newer = with.kept().overtaken_by(found.run);
    if (!newer) return newer.error();
    if (newer->empty()) return std::optional{std::move(found)};
    return failure{
        errc::refused_by_cap,
        fmt::format("run {} has changed the tenant since run {} was interrupted: to go on "
                    "could take back what it did. Run the job again instead.",
                    *newer, found.name)};
}

/// The run that was named, else the tenant's newest. Empty when there is none to go on with.
result<std::optional<store::run_line>> run_to_resume(session& with, std::string const& name) {
    std::optional<store::run_line> found;
    if (name.empty()) {
        auto newest = with.kept().newest(with.tenant_name());
        if (!newest) return newest.error();
        found = std::move(*newest);
    } else {
        auto named = find_run(with.kept(), name, with.tenant_name());
        if (!named) return named.error();
        found = std::move(*named);
    }
    if (found && found->state == store::run_state::finished) found.reset();
    if (!found) {
        // In a damaged store a run may be there, and not be found.
        if (auto const whole = with.kept().check(); !whole) return whole.error();
        return found;
    }
    auto const undone = with.kept().undone_by(found->name);
    if (!undone) return undone.error();
    if (undone->empty()) return not_overtaken(with, std::move(*found));
    return failure{errc::refused_by_cap,
                   fmt::format("run {} was undone by run {}: to go on would change again what that "
                               "put back. Run the job again if that is what you want.",
                               found->name, *undone)};
}

asio::awaitable<exit_status> go_on(session& with, config::settings const& chosen) {
    auto const found = run_to_resume(with, chosen.run_name);
    if (!found) co_return complain(found.error());
    if (!*found) {
        note(chosen.run_name.empty()
                 ? "allot: no run of this tenant was interrupted; there is nothing to resume"
                 : fmt::format("allot: run {} has finished; there is nothing to resume",
                               chosen.run_name));
        co_return as_the_job_says;
    }
    auto look = with.tools();
    auto tools = with.run_tools(look);
    auto resumed = runs::run::go_on(tools, (*found)->run, known_products(), with.chosen());
    if (!resumed) co_return complain(resumed.error());
    auto& going = **resumed;
    auto const& head = going.head();
    auto const done = going.running().done();
    note(fmt::format("allot: going on with {} {} of {}: {} of {} users are through", head.command,
                     head.name, iso_8601(head.started_at), done.settled, done.total));
    auto const folder_at = chosen.run.report_dir.empty() ? head.report_dir : chosen.run.report_dir;
    auto folder =
        report::report_folder::open_again(folder_at, head.name, going.ready().job.extra_columns);
    if (!folder) co_return complain(folder.error());
    co_return co_await carry_out(with, chosen, going, *folder);
}

}  // namespace

exit_status resume(config::settings const& with) {
    auto opened =
        session::open(with, with.run_name.empty() ? std::string{"the latest"} : with.run_name);
    if (!opened) return complain(opened.error());
    return (*opened)->run(go_on(**opened, with));
}

}  // namespace allot::commands
