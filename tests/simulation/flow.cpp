#include "tests/simulation/flow.hpp"

#include <stdexcept>

#include "connectors/graph/client/client.hpp"
#include "engine/jobs/reader.hpp"
#include "engine/reconcile/reconcile.hpp"
#include "engine/runs/undo.hpp"

namespace allot::simulation {

namespace {

using boost::asio::awaitable;

limits::owner owner_in(scenario const& of) {
    return {of.tenant.tenant_id, of.tenant.client_id};
}

jobs::job job_of(scenario const& of) {
    auto read = jobs::read(csv_of(of.job), jobs::read_options{});
    if (!read.errors.empty()) throw std::runtime_error(jobs::to_text("job", read.errors[0]));
    return std::move(read.read);
}

runs::request request_of(scenario const& of) {
    runs::request asked;
    asked.job = job_of(of);
    asked.by.always_set_usage_location = of.choices.always_set_usage_location;
    asked.by.skip_redundant = of.choices.skip_redundant;
    asked.by.drop_direct = of.choices.drop_direct;
    for (auto const& one : of.choices.via) asked.groups.push_back({one.sku.str(), one.group.str()});
    asked.default_location = of.choices.default_location;
    return asked;
}

/// What is kept of the run when it ends or is interrupted.
result<void> finish(surroundings& with, runs::run& going, outcome_of_command& into) {
    std::vector<reconcile::row> told;
    auto done = going.keep_rows([&](auto const& row) { told.push_back(row); });
    if (!done) return done;
    done = with.kept.each_row(going.number(), [&](auto const& row) { into.rows.push_back(row); });
    if (!done) return done;
    if (told != into.rows) throw std::runtime_error("the rows told are not those that are kept");
    into.has_rows = true;
    into.whole = !going.running().cut_short();
    store::run_end end;
    end.state = into.whole ? store::run_state::finished : store::run_state::interrupted;
    end.at = with.look.time.wall_now();
    end.summary = "{}";
    return with.kept.end(going.number(), end);
}

awaitable<void> go(surroundings& with, std::unique_ptr<runs::run> going, outcome_of_command& into) {
    execute::watcher nobody;
    auto done = co_await going->carry_out(std::move(nobody));
    if (done) done = finish(with, *going, into);
    if (!done) throw std::runtime_error(done.error().message);
}

/// Reads and plans; empty when that failed.
awaitable<std::unique_ptr<runs::prepared>> prepare(surroundings& with, runs::request asked,
                                                   outcome_of_command& into) {
    std::unique_ptr<runs::prepared> none;
    auto prepared = co_await runs::prepare(with.look, std::move(asked));
    if (!prepared.errors.empty()) {
        throw std::runtime_error(jobs::to_text("job", prepared.errors[0]));
    }
    if (prepared.failed) {
        into.failure = prepared.failed->message;
    } else if (with.look.stop.pulled() != reason::none) {
        into.failure = "stopped; nothing was changed";
    } else {
        co_return std::move(prepared.ready);
    }
    co_return none;
}

awaitable<void> look(surroundings& with, order given, outcome_of_command& into) {
    auto asked = request_of(with.of);
    auto const ready = co_await prepare(with, std::move(asked), into);
    if (!ready) co_return;
    reconcile::evidence_of_run seen{ready->job, ready->wanted, ready->by, ready->before,
                                    ready->made};
    seen.verifying = given.what == command::verify;
    seen.looked_at = ready->looked_at;
    into.has_rows = true;
    reconcile::draw_up(seen, [&](reconcile::row const& one) { into.rows.push_back(one); });
}

awaitable<void> begin(surroundings& with, runs::request asked, order given,
                      outcome_of_command& into) {
    store::run_head head;
    head.name = given.name;
    head.command = name(given.what);
    head.tenant = with.of.tenant.tenant_id;
    head.client_id = with.of.tenant.client_id;
    head.job_path = "/targets.csv";
    head.started_at = with.look.time.wall_now();
    head.report_dir = "/report";
    head.undoes = given.undoes;
    auto const location = asked.default_location;
    auto ready = co_await prepare(with, std::move(asked), into);
    if (!ready) co_return;
    head.agreed = {ready->by, location, with.look.chosen.verify_timeout, given.waves};
    runs::tools tools{with.look, with.kept, owner_in(with.of), with.believed};
    auto begun = runs::run::begin(tools, std::move(ready), std::move(head), with.look.chosen);
    if (!begun) throw std::runtime_error(begun.error().message);
    co_await go(with, std::move(*begun), into);
}

awaitable<void> resume(surroundings& with, outcome_of_command& into) {
    auto const newest = with.kept.newest(with.of.tenant.tenant_id);
    if (!newest) throw std::runtime_error(newest.error().message);
    if (!*newest || (*newest)->state == store::run_state::finished) {
        into.nothing_to_resume = true;
        co_return;
    }
    runs::tools tools{with.look, with.kept, owner_in(with.of), with.believed};
    auto going = runs::run::go_on(tools, (*newest)->run, {}, with.look.chosen);
    if (!going) throw std::runtime_error(going.error().message);
    co_await go(with, std::move(*going), into);
}

runs::request undoing(surroundings& with, std::string const& name) {
    auto const found = with.kept.find(name);
    if (!found || !*found) throw std::runtime_error("the run that is to be undone is gone");
    auto const stored = with.kept.load((*found)->run);
    if (!stored) throw std::runtime_error(stored.error().message);
    return runs::undo_of(*stored).asked;
}

}  // namespace

throttle::governor_options believed_now(scenario const& of, store::run_store& kept, wall_time now) {
    auto believed = of.choices.limits;
    auto const found = kept.learned();
    if (!found) return believed;
    auto const recall = [&](std::optional<throttle::belief>& one, throttle::limit which) {
        if (!one) return;
        one->learned = limits::recall(*found, owner_in(of), which, one->published, now);
    };
    recall(believed.writes, throttle::limit::writes);
    recall(believed.units, throttle::limit::units);
    recall(believed.tenant_writes, throttle::limit::tenant_writes);
    return believed;
}

std::unique_ptr<directory> make_client(scenario const& of, http::transport& through, clock& time,
                                       std::uint64_t number) {
    graph::client_options chosen;
    chosen.graph_url = "https://graph.example";
    chosen.login_url = "https://login.example";
    chosen.tenant = of.tenant.tenant_id;
    chosen.client_id = of.tenant.client_id;
    chosen.client_secret = graph::wire::secret{std::string{of.service.client_secret}};
    chosen.seed = of.choices.client_seed + number;
    return std::make_unique<graph::client>(std::move(chosen), through, time);
}

awaitable<void> carry_out(surroundings& with, order given, outcome_of_command& into) {
    if (given.what == command::resume) {
        co_await resume(with, into);
    } else if (given.what == command::apply) {
        auto asked = request_of(with.of);
        co_await begin(with, std::move(asked), std::move(given), into);
    } else if (given.what == command::undo) {
        auto asked = undoing(with, given.undoes);
        co_await begin(with, std::move(asked), std::move(given), into);
    } else {
        co_await look(with, std::move(given), into);
    }
}

}  // namespace allot::simulation
