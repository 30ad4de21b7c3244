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
    {"ours", "the whole engine", play_ours},
    {"fixed-pace", "one write every 1/19 s (95 % of what is published)", play_peer<fixed_pace>},
    {"sdk", "64 workers, the Graph SDKs' retry handler: 3 tries, each with its own wait",
     play_peer<sdk_retry>},
    {"sdk-batches", "3 batches of 20 at a time, parts not tried again", play_peer<sdk_batches>},
    {"rclone", "8 workers, rclone's pacer: 10 ms to 2 s, attack 1, decay 2, 10 tries",
     play_peer<rclone_pacer>},
    {"aws", "64 workers, botocore's adaptive mode: 3 tries", play_peer<aws_adaptive>},
    {"aimd", "Netflix concurrency-limits' AIMDLimit, refused ones go to the back of the queue",
     play_peer<aimd>},
    {"m365", "64 workers, CLI for Microsoft 365: 429 and 503 for ever, each with its own wait",
     play_peer<endless_retry>},
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
