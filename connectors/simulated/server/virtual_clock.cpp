#include "connectors/simulated/server/virtual_clock.hpp"

#include <algorithm>
#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdint>
#include <map>
#include <utility>

namespace allot::simulated {

namespace asio = boost::asio;

namespace {

using handler = asio::any_completion_handler<void()>;

/// Equal times are told apart by the order in which the waits began.
using key = std::pair<time_point, std::uint64_t>;

constexpr wall_time wall_start =
    std::chrono::sys_days{std::chrono::year{2026} / 1 / 5} + std::chrono::hours{8};

}  // namespace

/// Shared with the alarms, which may go after the clock. It owns the waiting handlers, not the
/// alarms: an alarm lives in the coroutine that its own handler keeps alive.
struct virtual_clock::state {
    explicit state(asio::any_io_executor on) : executor(std::move(on)) {}

    /// Ends the wait, if it still waits.
    void complete(std::map<key, handler>::iterator at) {
        auto ended = std::move(at->second);
        waiting.erase(at);
        asio::post(executor, std::move(ended));
    }
    void complete(key const& which) {
        auto const at = waiting.find(which);
        if (at != waiting.end()) complete(at);
    }

    asio::any_io_executor executor;
    time_point now{};
    std::uint64_t sequence = 0;
    std::map<key, handler> waiting;
};

class virtual_clock::virtual_alarm final : public alarm {
 public:
    explicit virtual_alarm(std::shared_ptr<state> of) : state_(std::move(of)) {}

    asio::awaitable<void> wait_until(time_point until) override {
        if (std::exchange(rung_, false) || until <= state_->now) co_return;
        waits_for_ = key{until, state_->sequence++};
        // The closure is trivial: see the toolchain findings on co_await.
        auto const initiate = [this](auto completion) { begin(handler{std::move(completion)}); };
        co_await asio::async_initiate<asio::use_awaitable_t<> const, void()>(initiate,
                                                                             asio::use_awaitable);
    }

    void ring() override {
        if (state_->waiting.contains(waits_for_)) {
            state_->complete(waits_for_);
        } else {
            rung_ = true;
        }
    }

 private:
    void begin(handler completion) {
        auto const slot = asio::get_associated_cancellation_slot(completion);
        auto const which = waits_for_;
        if (slot.is_connected()) {
            // Held weakly: the slot belongs to the coroutine, which the state keeps.
            auto assigned = slot;
            assigned.assign([held = std::weak_ptr{state_}, which](asio::cancellation_type) {
                if (auto const still = held.lock()) still->complete(which);
            });
        }
        state_->waiting.emplace(which, std::move(completion));
    }

    std::shared_ptr<state> state_;
    key waits_for_{};
    bool rung_ = false;
};

virtual_clock::virtual_clock(asio::any_io_executor executor)
    : state_(std::make_shared<state>(std::move(executor))) {}

virtual_clock::~virtual_clock() {
    // Destroying a handler destroys a coroutine, which may begin or end other waits.
    while (!state_->waiting.empty()) {
        auto const dropped = state_->waiting.extract(state_->waiting.begin());
    }
}

time_point virtual_clock::now() const {
    return state_->now;
}

wall_time virtual_clock::wall_now() const {
    return wall_start +
           std::chrono::floor<std::chrono::milliseconds>(state_->now.time_since_epoch());
}

std::unique_ptr<alarm> virtual_clock::make_alarm() {
    return std::make_unique<virtual_alarm>(state_);
}

void virtual_clock::advance(duration by) {
    state_->now += by;
    while (!state_->waiting.empty() && state_->waiting.begin()->first.first <= state_->now) {
        state_->complete(state_->waiting.begin());
    }
}

run_end virtual_clock::run(asio::io_context& context, std::size_t steps_max) {
    for (std::size_t step = 0;; ++step) {
        context.restart();
        context.poll();
        bool const waits =
            !state_->waiting.empty() && state_->waiting.begin()->first.first != time_point::max();
        if (!waits) return context.stopped() ? run_end::finished : run_end::stuck;
        if (step == steps_max) return run_end::steps_spent;
        auto const next = state_->waiting.begin();
        state_->now = std::max(state_->now, next->first.first);
        state_->complete(next);
    }
}

}  // namespace allot::simulated
