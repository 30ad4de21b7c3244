// What it costs to write a run down: the same changes with and without the run store, in turns,
// over TLS against a server that is already there (see journal.sh), 16 connections, batches of 20.
//   bench_journal STATE_DIR USERS ROUNDS, with ALLOT_GRAPH_URL and its kin in the environment.
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "connectors/graph/client/client.hpp"
#include "connectors/http/steady_clock.hpp"
#include "connectors/http/tls_transport.hpp"
#include "engine/jobs/reader.hpp"
#include "engine/runs/run.hpp"

namespace {

using namespace allot;
namespace asio = boost::asio;

constexpr std::uint32_t connections = 16;

std::string variable(char const* name) {
    auto const* const value = std::getenv(name);
    if (value == nullptr) throw std::runtime_error{fmt::format("{} is not set", name)};
    return value;
}

template <class T>
T whole(result<T> of) {
    if (!of) throw std::runtime_error{of.error().message};
    return std::move(*of);
}

/// Everything that a run works with, once for all of them.
struct bench {
    asio::io_context context{1};
    http::steady_clock time{context.get_executor()};
    throttle::governor_options believed;  // no limits
    throttle::governor paced{believed};
    execute::stop_switch stop;
    std::unique_ptr<http::transport> transport;
    std::unique_ptr<graph::client> tenant;
    schedule::options chosen;

    bench() {
        http::tls_options tls;
        tls.ca_file = variable("ALLOT_CA_FILE");
        tls.connections_max = connections;
        transport = whole(http::make_tls_transport(context.get_executor(), tls));
        graph::client_options options;
        options.graph_url = variable("ALLOT_GRAPH_URL");
        options.login_url = variable("ALLOT_LOGIN_URL");
        options.tenant = variable("ALLOT_TENANT");
        options.client_id = variable("ALLOT_CLIENT_ID");
        options.client_secret = graph::wire::secret{variable("ALLOT_CLIENT_SECRET")};
        tenant = std::make_unique<graph::client>(std::move(options), *transport, time);
        chosen.requests_in_flight_max = connections;
        chosen.reads_in_flight_max = 2;
    }
};

jobs::job job_of(std::size_t users, bool assign) {
    std::string csv = "user,sku,action,usage_location\n";
    for (std::size_t number = 1; number <= users; ++number) {
        csv += fmt::format("user{:05}@contoso.example,POWER_BI_PRO,{},NL\n", number,
                           assign ? "assign" : "remove");
    }
    auto read = jobs::read(csv, {});
    if (!read.errors.empty()) throw std::runtime_error{read.errors[0].problem};
    return std::move(read.read);
}

struct figure {
    double seconds = 0;
    std::uint64_t users = 0;
};

asio::awaitable<figure> without(bench& in, runs::prepared const& ready) {
    schedule::schedule running{in.paced, in.chosen, runs::errands_of(ready),
                               schedule::aim{&ready.wanted, ready.by, ready.made.barred}};
    execute::tools const driven{*in.tenant, in.time, in.stop};
    auto const began = in.time.now();
    co_await execute::run(running, driven);
    auto const took = running.last_accepted_at().value_or(began) - began;
    figure const measured{std::chrono::duration<double>(took).count(), running.done().accepted};
    co_return measured;
}

asio::awaitable<figure> with(bench& in, survey::tools& look, store::run_store& kept,
                             std::unique_ptr<runs::prepared> ready, std::string name) {
    runs::tools tools{look, kept, {"bench", "bench"}, in.believed};
    store::run_head head;
    head.name = std::move(name);
    head.command = "apply";
    head.tenant = "bench";
    head.agreed.verify_timeout = in.chosen.verify_timeout;
    auto const going = whole(runs::run::begin(tools, std::move(ready), std::move(head), in.chosen));
    auto const began = in.time.now();
    auto const went = co_await going->carry_out({});
    if (!went) throw std::runtime_error{went.error().message};
    auto const& ran = going->running();
    auto const took = ran.last_accepted_at().value_or(began) - began;
    figure const measured{std::chrono::duration<double>(took).count(), ran.done().accepted};
    co_return measured;
}

asio::awaitable<void> measure(bench& in, std::string state_dir, std::size_t users,
                              std::size_t rounds) {
    survey::tools look{*in.tenant, in.time, in.paced, in.stop, in.chosen, {}};
    std::filesystem::create_directories(state_dir);
    auto kept = whole(store::run_store::open(state_dir + "/runs.db"));
    figure best[2];
    for (std::size_t round = 0; round < 2 * rounds; ++round) {
        // Licences are given and taken in turns; each way is measured as often with both.
        bool const journal = round % 4 == 1 || round % 4 == 2;
        runs::request asked;
        asked.job = job_of(users, round % 2 == 0);
        auto prepared = co_await runs::prepare(look, std::move(asked));
        if (!prepared.ready) throw std::runtime_error{"the tenant could not be read"};
        figure one;
        if (journal) {
            one = co_await with(in, look, kept, std::move(prepared.ready),
                                fmt::format("round-{}", round));
        } else {
            one = co_await without(in, *prepared.ready);
        }
        fmt::print("{:8} {:6} users in {:.3f} s: {:.0f} users/s\n", journal ? "journal" : "none",
                   one.users, one.seconds, static_cast<double>(one.users) / one.seconds);
        auto& least = best[journal ? 1 : 0];
        if (least.users == 0 || one.seconds < least.seconds) least = one;
    }
    auto const rate = [](figure const& of) { return static_cast<double>(of.users) / of.seconds; };
    fmt::print("best: {:.0f} users/s written down, {:.0f} not: {:.2f}\n", rate(best[1]),
               rate(best[0]), rate(best[1]) / rate(best[0]));
}

}  // namespace

int main(int argument_count, char** arguments) {
    if (argument_count != 4) {
        fmt::print(stderr, "bench_journal STATE_DIR USERS ROUNDS\n");
        return 5;
    }
    bench in;
    std::exception_ptr broken;
    asio::co_spawn(in.context,
                   measure(in, arguments[1], std::stoul(arguments[2]), std::stoul(arguments[3])),
                   [&](std::exception_ptr error) { broken = error; });
    in.context.run();
    if (broken) std::rethrow_exception(broken);
}
