#include "bench/throttle/schemes/peer.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>
#include <memory>
#include <utility>

namespace allot::bench {

namespace asio = boost::asio;

duration peer::draw(duration longest) {
    return std::chrono::duration_cast<duration>(std::chrono::duration<double>(longest) *
                                                random.fraction());
}

asio::awaitable<void> together(clock& time, std::vector<asio::awaitable<void>> all) {
    struct shared_state {
        std::unique_ptr<alarm> ended;
        std::size_t running = 0;
        std::exception_ptr broken;
    } shared{time.make_alarm(), all.size(), nullptr};
    auto const executor = co_await asio::this_coro::executor;
    for (auto& one : all) {
        asio::co_spawn(executor, std::move(one), [&shared](std::exception_ptr error) {
            --shared.running;
            if (error) shared.broken = error;
            shared.ended->ring();
        });
    }
    while (shared.running > 0) co_await shared.ended->wait_until(time_point::max());
    if (shared.broken) std::rethrow_exception(shared.broken);
}

asio::awaitable<void> crew(peer& of, std::size_t workers, asio::awaitable<void> (*worker)(peer&)) {
    std::vector<asio::awaitable<void>> all;
    for (std::size_t one = 0; one < workers; ++one) all.push_back(worker(of));
    co_await together(of.time, std::move(all));
}

asio::awaitable<outcome> perform_one(directory& tenant, operation what) {
    std::vector<operation> one;
    one.push_back(std::move(what));
    auto outcomes = co_await tenant.perform(std::move(one));
    co_return std::move(outcomes.front());
}

void again_later::put(operation what, time_point when) {
    auto const after = std::ranges::upper_bound(waiting_, when, {}, &entry::when);
    waiting_.insert(after, entry{when, std::move(what)});
}

bool again_later::ready(time_point now) const {
    return !waiting_.empty() && waiting_.front().when <= now;
}

operation again_later::take() {
    auto what = std::move(waiting_.front().what);
    waiting_.pop_front();
    return what;
}

}  // namespace allot::bench
