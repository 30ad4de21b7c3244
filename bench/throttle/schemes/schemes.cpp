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
    auto seen = on.measure(finished);
    seen.lost = with.lost;
    return seen;
}

constexpr scheme all[]{
    {"ours", "the whole engine", play_ours},
    {"fixed-pace", "one write every 1/19 s (95 % of what is published)", play_peer<fixed_pace>},
    {"sdk", "64 workers, the Graph SDKs' retry handler: 3 tries, each with its own wait",
     play_peer<sdk_retry>},
    {"sdk-batches", "3 batches of 20 at a time, parts not tried again", play_peer<sdk_batches>},
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
