#include "engine/survey/reading.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/port/time.hpp"
#include "engine/throttle/backoff.hpp"

namespace allot::survey {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

/// What another sentence may follow.
std::string sentence(std::string text) {
    bool const ended =
        text.empty() || std::string_view{".!?"}.find(text.back()) != std::string_view::npos;
    if (!ended) text += '.';
    return text;
}

}  // namespace

failure failure_of(outcome const& reply, std::string_view what) {
    auto detail = reply.detail;
    // What is wrong for good (a certificate, an address) is not mended by another try.
    bool const for_good = reply.kind == outcome_kind::stopped && reply.why == reason::service_error;
    auto const to_do = for_good ? std::string_view{} : advice(reply.why);
    if (!detail.empty() && !to_do.empty()) detail = sentence(std::move(detail)) + ' ';
    detail += to_do;
    if (reply.kind == outcome_kind::stopped && reply.why != reason::service_error) {
        auto const code = reply.why == reason::permission_refused ? errc::permission_refused
                                                                  : errc::sign_in_refused;
        return failure{code, fmt::format("{}: {}", what, detail)};
    }
    return failure{errc::could_not_run, fmt::format("{}: {}", what, detail)};
}

void say_waiting(tools const& with, outcome const& reply, std::string_view what, duration wait) {
    if (!with.say) return;
    auto const why = reply.detail.empty() ? std::string{advice(reply.why)} : reply.detail;
    with.say(fmt::format("{}: {} Trying again in {}.", what, sentence(why), for_people(wait)));
}

failure endless(std::string_view what, std::string_view why) {
    return failure{
        errc::could_not_run,
        fmt::format("{}: the service's list has no end: it {}. Ask who runs what answers "
                    "at the Graph URL, if that is not Microsoft's own.",
                    what, why)};
}

std::optional<failure> may_follow(page_chain& chain, user_page const& page, std::string_view what) {
    if (page.next.empty()) return std::nullopt;
    auto const first =
        page.users.empty() ? std::optional<user_id>{} : std::optional{page.users.front().id};
    if (auto const why = chain.follow(first)) return endless(what, *why);
    return std::nullopt;
}

std::optional<time_point> persistence::again(outcome const& reply, time_point now,
                                             time_point gate) {
    if (reply.kind == outcome_kind::throttled) {
        // Nor is a gate waited for that opens only when the patience is over.
        if (now - since_ >= chosen_.throttled_patience) return std::nullopt;
        if (gate - since_ > chosen_.throttled_patience) return std::nullopt;
        return gate;
    }
    bool const passing = reply.kind == outcome_kind::transient || reply.kind == outcome_kind::lost;
    ++tries_;
    if (!passing || (tries_ >= chosen_.attempts_max && now - since_ >= chosen_.patience)) {
        return std::nullopt;
    }
    auto delay = throttle::backoff(tries_, 500ms, 60s, random_);
    if (reply.retry_after) delay = std::max(delay, *reply.retry_after);
    // However long the service asks to wait, it is not waited for longer than for a limit.
    if (now + delay - since_ > std::max(chosen_.throttled_patience, chosen_.patience)) {
        return std::nullopt;
    }
    return now + delay;
}

asio::awaitable<void> rest(tools& with, time_point until) {
    if (with.stop.pulled() != reason::none) co_return;
    auto const woken = with.time.make_alarm();
    with.stop.tell([&woken] { woken->ring(); });
    co_await woken->wait_until(until);
    with.stop.tell({});
}

asio::awaitable<void> wait_for_quota(tools& with, throttle::cost of) {
    while (with.stop.pulled() == reason::none) {
        auto const ready = with.paced.ready_at(with.time.now(), of);
        if (ready <= with.time.now()) co_return;
        co_await rest(with, ready);
    }
}

}  // namespace allot::survey
