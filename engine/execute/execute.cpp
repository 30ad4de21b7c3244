#include "engine/execute/execute.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <vector>

namespace allot::execute {

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

/// Entries that no request waits for are written down at latest so much later.
constexpr duration written_down_after = 500ms;

/// What the driver and the batches in flight share.
struct flight {
    schedule::schedule& planned;
    tools with;
    std::unique_ptr<alarm> settled;
    std::vector<schedule::dated_entry> entries;  ///< not yet written down
    time_point written_at{};
    std::size_t in_flight = 0;
    std::exception_ptr broken;

    void gather() {
        auto const at = with.time.wall_now();
        for (auto& one : planned.take_entries()) entries.push_back({at, std::move(one)});
    }

    result<void> write_down(time_point now) {
        written_at = now;
        if (with.kept == nullptr || entries.empty()) return {};
        auto written = with.kept->write(entries);
        if (written) entries.clear();
        return written;
    }
};

asio::awaitable<void> perform(flight& shared, schedule::batch sent) {
    auto operations = sent.operations;
    auto const outcomes = co_await shared.with.tenant.perform(std::move(operations));
    auto const now = shared.with.time.now();
    shared.planned.settle(sent, outcomes, now, shared.with.time.wall_now());
    shared.gather();
    if (shared.with.watch) shared.with.watch(now);
}

/// All that may be sent now. Takes it out of the schedule: it must be sent, or the run must end.
std::vector<schedule::batch> ready_batches(schedule::schedule& planned, time_point now) {
    std::vector<schedule::batch> ready;
    while (auto one = planned.next(now)) ready.push_back(std::move(*one));
    return ready;
}

bool any_writes(std::vector<schedule::batch> const& in) {
    for (auto const& one : in) {
        if (!only_reads(one.operations.front().kind)) return true;
    }
    return false;
}

}  // namespace

asio::awaitable<result<void>> run(schedule::schedule& planned, tools with) {
    auto const executor = co_await asio::this_coro::executor;
    flight shared{planned, with, with.time.make_alarm(), {}, with.time.now(), 0, nullptr};
    result<void> written;
    with.stop.tell([&shared] { shared.settled->ring(); });
    while (!shared.broken) {
        if (with.stop.pulled() != reason::none) planned.drain(with.stop.pulled());
        auto const now = with.time.now();
        auto ready = ready_batches(planned, now);
        shared.gather();
        bool const due = now - shared.written_at >= written_down_after;
        if (due || any_writes(ready) || planned.finished()) {
            written = shared.write_down(now);
            if (!written) break;
        }
        for (auto& batch : ready) {
            ++shared.in_flight;
            auto one = perform(shared, std::move(batch));
            asio::co_spawn(executor, std::move(one), [&shared](std::exception_ptr error) {
                --shared.in_flight;
                if (error) shared.broken = error;
                shared.settled->ring();
            });
        }
        if (planned.finished()) break;
        auto wake = planned.wake_at(now).value_or(time_point::max());
        if (!shared.entries.empty()) wake = std::min(wake, shared.written_at + written_down_after);
        co_await shared.settled->wait_until(wake);
        // What else has come meanwhile is settled first, so that one group has it all.
        for (int turn = 0; turn < 2; ++turn) co_await asio::post(executor, asio::use_awaitable);
    }
    while (shared.in_flight > 0) co_await shared.settled->wait_until(time_point::max());
    with.stop.tell({});
    if (shared.broken) std::rethrow_exception(shared.broken);
    co_return written;
}

}  // namespace allot::execute
