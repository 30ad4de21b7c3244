#include "bench/throttle/schemes/schemes.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>

#include "bench/throttle/schemes/peer.hpp"

namespace allot::bench {

namespace {

using peer_program = boost::asio::awaitable<void> (*)(peer&);

template <peer_program Program>
measured play_peer(trial const& of) {
    stage on{of.what, of.seed};
    auto& world = on.world();
    auto const tenant = world.client(on.transport(), of.seed);
    auto const rate = of.what.published / std::chrono::duration<double>(of.what.window).count();
    peer with{*tenant, world.clock(), on.operations(), rate, random_stream{of.seed, 7}};
    bool finished = false;
    std::exception_ptr broken;
    boost::asio::co_spawn(world.context(), Program(with), [&](std::exception_ptr error) {
        broken = error;
        finished = true;
    });
    support::let_run(world, [&on] { return on.hopeless(); });
    if (broken) std::rethrow_exception(broken);
    return on.measure(finished, with.lost);
}

constexpr scheme all[]{
    {"ours", "the whole engine", "", play_ours},
    {"fixed-pace",
     "one operation every 1 / (95 % of the published rate); what was refused takes a later turn",
     "", play_peer<fixed_pace>, true},
    {"sdk",
     "64 workers with the Graph SDKs' retry handler: 3 more tries at 429, 503 and 504, each "
     "request "
     "with its own wait",
     "microsoft/kiota-http-go retry_handler.go", play_peer<sdk_retry>},
    {"sdk-batches", "3 batches of 20 at a time through the same handler, which does not see parts",
     "microsoft/kiota-http-go retry_handler.go", play_peer<sdk_batches>},
    {"rclone",
     "8 workers and one pacer: 10 ms to 2 s, doubled by a retry, a quarter less by a success, set "
     "by "
     "Retry-After; 10 tries",
     "rclone/rclone lib/pacer/pacers.go", play_peer<rclone_pacer>},
    {"aws",
     "64 workers in adaptive mode: a cubic rate from 0.7 of what was measured at a 429; 3 tries, a "
     "retry quota",
     "boto/botocore botocore/retries", play_peer<aws_adaptive>},
    {"aimd",
     "in flight, from 10: one more by a success, a tenth less by a refusal, which goes to the back "
     "of the queue; at most 64",
     "Netflix/concurrency-limits AIMDLimit.java", play_peer<aimd>},
    {"m365",
     "64 of CLI for Microsoft 365: 429 and 503 for ever, each request with its own wait, 10 s "
     "without a Retry-After; anything else is fatal",
     "pnp/cli-microsoft365 src/request.ts", play_peer<endless_retry>},
};

}  // namespace

std::span<scheme const> schemes() {
    return all;
}

scheme const* find_scheme(std::string_view name) {
    auto const at = std::ranges::find(all, name, &scheme::name);
    return at == std::end(all) ? nullptr : &*at;
}

}  // namespace allot::bench
