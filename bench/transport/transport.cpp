// One GET after another on each of some connections, through the transport; what they cost this
// process.
//   bench_transport URL REQUESTS CONNECTIONS, with ALLOT_CA_FILE in the environment.
#include <fmt/format.h>
#include <sys/resource.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>

#include "connectors/http/tls_transport.hpp"

namespace {

using namespace allot;
namespace asio = boost::asio;

asio::awaitable<void> ask(http::transport& through, std::string const& url, std::size_t& left) {
    while (left > 0) {
        --left;
        http_request request;
        request.url = url;
        auto const answer = co_await through.send(std::move(request));
        if (!answer) throw std::runtime_error{answer.error().what};
        if (answer->status != 200) {
            throw std::runtime_error{fmt::format("status {}", answer->status)};
        }
    }
}

double cpu_seconds() {
    ::rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    auto const seconds = [](::timeval const& of) {
        return static_cast<double>(of.tv_sec) + static_cast<double>(of.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

/// Sends so many, spread over the connections.
void send_all(asio::io_context& context, http::transport& through, std::string const& url,
              std::size_t requests, std::size_t connections) {
    std::exception_ptr broken;
    for (std::size_t at = 0; at < connections; ++at) {
        asio::co_spawn(context, ask(through, url, requests), [&](std::exception_ptr error) {
            if (error) broken = error;
        });
    }
    context.restart();
    context.run();
    if (broken) std::rethrow_exception(broken);
}

}  // namespace

int main(int argument_count, char** arguments) {
    auto const* const ca_file = std::getenv("ALLOT_CA_FILE");
    if (argument_count != 4 || ca_file == nullptr) {
        fmt::print(stderr, "ALLOT_CA_FILE=… bench_transport URL REQUESTS CONNECTIONS\n");
        return 5;
    }
    std::string const url = arguments[1];
    auto const requests = std::stoul(arguments[2]);
    auto const connections = std::stoul(arguments[3]);
    asio::io_context context{1};
    http::tls_options tls;
    tls.ca_file = ca_file;
    tls.connections_max = connections;
    auto made = http::make_tls_transport(context.get_executor(), tls);
    if (!made) {
        fmt::print(stderr, "{}\n", made.error().message);
        return 1;
    }
    // The connections' handshakes are not the requests' cost.
    send_all(context, **made, url, 4 * connections, connections);
    auto const before = cpu_seconds();
    auto const began = std::chrono::steady_clock::now();
    send_all(context, **made, url, requests, connections);
    auto const took = std::chrono::duration<double>(std::chrono::steady_clock::now() - began);
    fmt::print("{} requests: {:.0f} a second, {:.1f} us CPU each\n", requests,
               static_cast<double>(requests) / took.count(),
               (cpu_seconds() - before) * 1e6 / static_cast<double>(requests));
}
