#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>

#include "connectors/http/steady_clock.hpp"
#include "connectors/simulated/model/tenant_json.hpp"
#include "engine/commands/commands.hpp"
#include "engine/commands/console.hpp"
#include "engine/commands/simulated_tenant.hpp"

namespace allot::commands {

namespace asio = boost::asio;

exit_status simulate(config::settings const& with) {
    asio::io_context context{1};
    http::steady_clock time{context.get_executor()};
    auto served = simulated_tenant::serve(context.get_executor(), time, with.simulated);
    if (!served) return complain(served.error());
    auto& tenant = **served;
    auto const credentials = tenant.write_credentials(with.simulated.credentials_dir);
    if (!credentials) return complain(credentials.error());
    say(
        fmt::format("serving a simulated tenant of {} users at {} until SIGINT or SIGTERM\n"
                    "to use it from another shell: . {}\n",
                    tenant.model().true_users().size(), tenant.url(), *credentials));
    flush_output();

    asio::signal_set signals{context, SIGINT, SIGTERM};
    signals.async_wait([&](boost::system::error_code const& error, int) {
        if (!error) tenant.stop();
    });
    context.run();
    if (auto const saved = tenant.save(); !saved) return complain(saved.error());
    say(simulated::to_json(tenant.model().counted()) + "\n");
    return as_the_job_says;
}

}  // namespace allot::commands
