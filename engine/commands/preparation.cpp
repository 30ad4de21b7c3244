#include "engine/commands/preparation.hpp"

#include <fmt/format.h>

#include <optional>

#include "engine/commands/console.hpp"
#include "engine/commands/job_file.hpp"
#include "engine/commands/standing.hpp"
#include "engine/commands/view.hpp"

namespace allot::commands {

namespace asio = boost::asio;

namespace {

survey::way way_of(config::survey_way chosen) {
    switch (chosen) {
        case config::survey_way::automatic:
            return survey::way::automatic;
        case config::survey_way::by_name:
            return survey::way::by_name;
        case config::survey_way::pages:
            return survey::way::pages;
        case config::survey_way::changes:
            return survey::way::changes;
    }
    return survey::way::automatic;
}

}  // namespace

runs::request request_of(config::settings const& chosen, jobs::job job) {
    runs::request asked;
    asked.job = std::move(job);
    asked.by.always_set_usage_location = chosen.plan.always_set_usage_location;
    asked.by.skip_redundant = chosen.plan.skip_redundant;
    asked.by.drop_direct = chosen.plan.drop_direct;
    if (chosen.plan.via_group) {
        for (auto const& one : chosen.plan.groups) asked.groups.push_back({one.sku, one.group});
    }
    asked.default_location = chosen.plan.default_usage_location;
    asked.products = known_products();
    asked.look.by = way_of(chosen.plan.survey);
    asked.may_remember =
        chosen.what == config::command::plan || chosen.what == config::command::apply;
    return asked;
}

asio::awaitable<preparation> prepare(session& with, runs::request of,
                                     config::settings const& chosen) {
    preparation done;
    auto tools = with.tools();
    auto const source = of.job.source;
    if (of.may_remember) of.look.kept = with.memory();
    auto const users = of.job.users.size();
    logging::event begins{logging::level::info, "reading",
                          fmt::format("reading {} of the tenant …", subjects_text(of.job))};
    begins.fields = {{"users", static_cast<std::int64_t>(users)}};
    mention(std::move(begins));
    reading_progress stands{with, chosen, users};
    tools.watch = [&stands](std::uint64_t seen) { stands.seen(seen); };
    std::optional<progress_show> shown;
    shown.emplace(with.show(chosen, [&stands](time_point now) { return stands.at(now); }));
    auto prepared = co_await runs::prepare(tools, std::move(of));
    shown.reset();
    // What was asked for when it was stopped fails with it; a refusal or a wrong job does not come
    // of that.
    bool const tells =
        prepared.failed ? prepared.failed->code != errc::could_not_run : !prepared.errors.empty();
    if (with.stop().pulled() != reason::none && !tells) {
        done.status =
            complain(failure{errc::interrupted, "stopped; this command has written nothing"});
    } else if (prepared.failed) {
        done.status = complain(*prepared.failed);
    } else if (!prepared.errors.empty()) {
        done.status = report_errors(chosen, source, prepared.errors);
    } else {
        done.status = as_the_job_says;
        done.ready = std::move(prepared.ready);
    }
    co_return done;
}

}  // namespace allot::commands
