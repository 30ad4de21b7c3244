#include "engine/survey/reading.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/port/time.hpp"
#include "engine/throttle/backoff.hpp"

namespace allot::survey {

namespace asio = boost::asio;
using namespace std::chrono_literals;

failure failure_of(outcome const& reply, std::string_view what) {
    auto detail = reply.detail;
    if (!detail.empty() && !advice(reply.why).empty()) detail += ' ';
    detail += advice(reply.why);
    if (reply.kind == outcome_kind::stopped && reply.why != reason::service_error) {
        auto const code = reply.why == reason::permission_refused ? errc::permission_refused
                                                                  : errc::sign_in_refused;
        return failure{code, fmt::format("{}: {}", what, detail)};
    }
    return failure{errc::could_not_run, fmt::format("{}: {}", what, detail)};
}

void say_waiting(tools const& with, outcome const& reply, std::string_view what, duration wait) {
    if (!with.say) return;
    with.say(fmt::format("{}: {} Trying again in {}.", what,
                         reply.detail.empty() ? advice(reply.why) : reply.detail,
                         for_people(wait)));
}

std::optional<time_point> persistence::again(outcome const& reply, time_point now,
                                             time_point gate) {
    if (reply.kind == outcome_kind::throttled) {
        if (now - since_ >= chosen_.throttled_patience) return std::nullopt;
        return gate;
    }
    bool const passing = reply.kind == outcome_kind::transient || reply.kind == outcome_kind::lost;
    ++tries_;
    if (!passing || (tries_ >= chosen_.attempts_max && now - since_ >= chosen_.patience)) {
        return std::nullopt;
    }
    auto delay = throttle::backoff(tries_, 500ms, 60s, random_);
    if (reply.retry_after) delay = std::max(delay, *reply.retry_after);
    return now + delay;
}

asio::awaitable<void> wait_for_quota(tools& with, throttle::cost of) {
    for (;;) {
        auto const ready = with.paced.ready_at(with.time.now(), of);
        if (ready <= with.time.now()) co_return;
        co_await with.time.sleep_until(ready);
    }
}

}  // namespace allot::survey
