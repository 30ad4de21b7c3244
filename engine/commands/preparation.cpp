#include "engine/commands/preparation.hpp"

#include <fmt/format.h>

#include "config/product_names.hpp"
#include "engine/commands/console.hpp"
#include "engine/commands/job_file.hpp"

namespace allot::commands {

namespace asio = boost::asio;

std::vector<plan::product> known_products() {
    std::vector<plan::product> products;
    for (auto const& one : config::product_names()) {
        products.push_back({one.sku, one.part_number, one.name});
    }
    return products;
}

asio::awaitable<preparation> prepare(session& with, config::settings const& chosen, jobs::job job) {
    preparation done;
    auto tools = with.tools();
    auto subscriptions = co_await survey::read_subscriptions(tools);
    if (!subscriptions) {
        done.status = complain(subscriptions.error());
        co_return done;
    }
    auto const products = known_products();
    auto resolved =
        plan::resolve(job, std::move(*subscriptions), products, chosen.plan.default_usage_location);
    if (!resolved.errors.empty()) {
        done.status = report_errors(job.source, resolved.errors);
        co_return done;
    }
    if (!chosen.quiet) {
        note(fmt::format("reading {} users of the tenant …", job.users.size()));
    }
    auto seen = co_await survey::read_users(tools, job.users);
    if (!seen) {
        done.status = complain(seen.error());
        co_return done;
    }
    if (with.stop().pulled() != reason::none) {
        done.status = complain(failure{errc::could_not_run, "stopped; nothing was changed"});
        done.status = interrupted;
        co_return done;
    }
    auto ready = std::make_unique<prepared>();
    ready->job = std::move(job);
    ready->wanted = std::move(resolved.wanted);
    ready->by.always_set_usage_location = chosen.plan.always_set_usage_location;
    ready->by.skip_redundant = chosen.plan.skip_redundant;
    ready->before = std::move(seen->snapshot);
    ready->way = std::move(seen->way);
    ready->requests = seen->requests;
    ready->looked_at = with.time().wall_now();
    ready->wave_size = chosen.run.wave_size;
    auto made = plan::make_plan(ready->job, ready->wanted, ready->before, ready->by);
    if (!made.errors.empty()) {
        done.status = report_errors(ready->job.source, made.errors);
        co_return done;
    }
    ready->made = std::move(made.made);
    done.status = as_the_job_says;
    done.ready = std::move(ready);
    co_return done;
}

}  // namespace allot::commands
