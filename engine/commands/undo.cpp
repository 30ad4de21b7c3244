#include "engine/runs/undo.hpp"

#include <fmt/format.h>

#include <string>

#include "engine/commands/carry.hpp"
#include "engine/commands/commands.hpp"
#include "engine/commands/console.hpp"
#include "engine/commands/history.hpp"
#include "engine/commands/preparation.hpp"
#include "engine/commands/view.hpp"

namespace allot::commands {

namespace {

namespace asio = boost::asio;

void mention(runs::undoing const& of, store::run_line const& run) {
    note(fmt::format("Undoing {} {} of {}: it changed {}.", run.command, run.name,
                     iso_8601(run.started_at), subjects_text(of.asked.job)));
    if (of.locations_kept > 0) {
        note(
            fmt::format("{} user{} had no usage location before: the one that was set stays, the "
                        "service cannot take it away.",
                        of.locations_kept, of.locations_kept == 1 ? "" : "s"));
    }
    if (of.memberships_kept > 0) {
        note(
            fmt::format("{} user{}: the direct licence is put back, the group's membership stays "
                        "as the run left it.",
                        of.memberships_kept, of.memberships_kept == 1 ? "" : "s"));
    }
}

asio::awaitable<exit_status> put_back(session& with, config::settings const& chosen,
                                      store::run_head head) {
    auto const found = find_run(with.kept(), chosen.run_name, with.tenant_name());
    if (!found) co_return complain(found.error());
    auto const loaded = with.kept().load(found->run);
    if (!loaded) co_return complain(loaded.error());
    auto const earlier = with.kept().undone_by(found->name);
    if (!earlier) co_return complain(earlier.error());
    auto undoing = runs::undo_of(*loaded);
    mention(undoing, *found);
    if (!earlier->empty()) {
        note(
            fmt::format("Run {} has undone it already, or begun to: what is as it was before stays "
                        "as it is.",
                        *earlier));
    }
    if (undoing.asked.job.targets.empty()) {
        note("Nothing is left to put back.");
        co_return as_the_job_says;
    }
    auto folder =
        report::report_folder::open(head.report_dir, head.name, undoing.asked.job.extra_columns);
    if (!folder) co_return complain(folder.error());
    head.undoes = found->name;
    head.job_path = "undo " + found->name;
    undoing.asked.products = known_products();
    auto preparing = co_await prepare(with, std::move(undoing.asked), chosen);
    if (!preparing.ready) co_return preparing.status;
    co_return co_await begin(with, chosen, std::move(preparing.ready), std::move(head), *folder);
}

}  // namespace

exit_status undo(config::settings const& with) {
    auto head = new_head(with);
    auto opened = session::open(with, head.name);
    if (!opened) return complain(opened.error());
    return (*opened)->run(put_back(**opened, with, std::move(head)));
}

}  // namespace allot::commands
