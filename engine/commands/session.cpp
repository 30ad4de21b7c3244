#include "engine/commands/session.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <exception>
#include <random>

#include "connectors/http/tls_transport.hpp"
#include "engine/commands/console.hpp"
#include "engine/commands/simulated_tenant.hpp"

namespace allot::commands {

namespace asio = boost::asio;

namespace {

std::optional<throttle::belief> belief_in(std::optional<config::quota> const& limit) {
    if (!limit) return std::nullopt;
    throttle::belief of;
    of.published = {limit->amount, limit->window};
    return of;
}

throttle::governor_options pacing_of(config::running const& with) {
    throttle::governor_options options;
    options.writes = belief_in(with.write_limit);
    options.units = belief_in(with.unit_limit);
    options.tenant_writes.emplace().published = throttle::published_tenant_writes;
    options.seed = unforeseen();
    return options;
}

}  // namespace

std::uint64_t unforeseen() {
    std::random_device device;
    return std::uint64_t{device()} << 32 | device();
}

session::session(config::settings const& with)
    : context_{1}, time_{context_.get_executor()}, paced_{pacing_of(with.run)} {
    chosen_.requests_in_flight_max = with.tenant.connections;
    if (with.run.batch_size != 0) chosen_.write_batch = with.run.batch_size;
    chosen_.verify_timeout = with.run.verify_timeout;
    chosen_.wait_for_users = with.plan.wait_for_users;
    chosen_.seed = unforeseen();
}

session::~session() = default;

result<std::unique_ptr<session>> session::open(config::settings const& with) {
    std::unique_ptr<session> opened{new session{with}};
    auto where = with.tenant;
    if (where.simulated) {
        auto started =
            simulated_tenant::start(opened->context_.get_executor(), opened->time_, with);
        if (!started) return started.error();
        opened->simulated_ = std::move(*started);
        opened->simulated_->point_to(where);
    }
    http::tls_options tls;
    tls.ca_file = where.ca_file;
    tls.connections_max = where.connections;
    auto transport = http::make_tls_transport(opened->context_.get_executor(), tls);
    if (!transport) return transport.error();
    opened->transport_ = std::move(*transport);

    graph::client_options options;
    options.graph_url = where.graph_url;
    options.login_url = where.login_url;
    options.tenant = where.tenant;
    options.client_id = where.client_id;
    options.client_secret = graph::wire::secret{std::move(where.client_secret)};
    options.seed = unforeseen();
    opened->tenant_name_ = where.tenant;
    opened->tenant_ =
        std::make_unique<graph::client>(std::move(options), *opened->transport_, opened->time_);
    return opened;
}

survey::tools session::tools() {
    return survey::tools{
        *tenant_, time_,   paced_,
        stop_,    chosen_, [](std::string_view text) { note("allot: " + printable(text)); }};
}

exit_status session::run(asio::awaitable<exit_status> command) {
    asio::signal_set signals{context_, SIGINT, SIGTERM};
    signals.async_wait([&](boost::system::error_code const& error, int) {
        if (error) return;
        note(
            "allot: stopping: nothing more is sent; what is in flight is settled (again to end at "
            "once)");
        stop_.pull(reason::interrupted);
        signals.async_wait([](boost::system::error_code const& second, int number) {
            if (!second) ::_exit(128 + number);
        });
    });
    auto status = could_not_run;
    std::exception_ptr broken;
    asio::co_spawn(context_, std::move(command), [&](std::exception_ptr error, exit_status ended) {
        broken = error;
        status = ended;
        signals.cancel();
        if (simulated_) simulated_->stop();
    });
    context_.run();
    if (broken) std::rethrow_exception(broken);
    if (simulated_) {
        auto const saved = simulated_->save();
        if (!saved) return complain(saved.error());
    }
    return status;
}

}  // namespace allot::commands
