#include "engine/execute/execute.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>

namespace allot::execute {

namespace {

namespace asio = boost::asio;

/// What the driver and the batches in flight share.
struct flight {
    schedule::schedule& planned;
    directory& tenant;
    clock& time;
    watcher const& watch;
    std::unique_ptr<alarm> settled;
    std::size_t in_flight = 0;
    std::exception_ptr broken;
};

asio::awaitable<void> perform(flight& shared, schedule::batch sent) {
    auto operations = sent.operations;
    auto const outcomes = co_await shared.tenant.perform(std::move(operations));
    auto const now = shared.time.now();
    shared.planned.settle(sent, outcomes, now, shared.time.wall_now());
    if (shared.watch) shared.watch(now);
}

}  // namespace

asio::awaitable<void> run(schedule::schedule& planned, directory& tenant, clock& time,
                          stop_switch& stop, watcher watch) {
    auto const executor = co_await asio::this_coro::executor;
    flight shared{planned, tenant, time, watch, time.make_alarm(), 0, nullptr};
    stop.tell([&shared] { shared.settled->ring(); });
    while (!shared.broken) {
        if (stop.pulled() != reason::none) planned.drain(stop.pulled());
        while (auto batch = planned.next(time.now())) {
            ++shared.in_flight;
            auto one = perform(shared, std::move(*batch));
            asio::co_spawn(executor, std::move(one), [&shared](std::exception_ptr error) {
                --shared.in_flight;
                if (error) shared.broken = error;
                shared.settled->ring();
            });
        }
        if (planned.finished()) break;
        auto const wake = planned.wake_at(time.now()).value_or(time_point::max());
        co_await shared.settled->wait_until(wake);
    }
    while (shared.in_flight > 0) co_await shared.settled->wait_until(time_point::max());
    stop.tell({});
    if (shared.broken) std::rethrow_exception(shared.broken);
}

}  // namespace allot::execute
