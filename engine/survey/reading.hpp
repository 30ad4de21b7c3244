#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string_view>

#include "connectors/port/random_stream.hpp"
#include "engine/survey/page_chain.hpp"
#include "engine/survey/survey.hpp"

/// Reading one thing after another, with patience. For this folder only.
namespace allot::survey {

inline constexpr std::string_view users_unlisted = "the tenant's users could not be listed";

failure failure_of(outcome const& reply, std::string_view what);

void say_waiting(tools const& with, outcome const& reply, std::string_view what, duration wait);

/// Whether a reading that failed is worth another try, and when; keeps count over the tries.
class persistence {
 public:
    persistence(schedule::options const& chosen, time_point now)
        : chosen_{chosen}, random_{chosen.seed}, since_{now} {}

    std::optional<time_point> again(outcome const& reply, time_point now, time_point gate);
    void succeeded(time_point now) {
        since_ = now;
        tries_ = 0;
    }

 private:
    schedule::options const& chosen_;
    random_stream random_;
    time_point since_;
    std::uint32_t tries_ = 0;
};

/// Waits until then, or until the stop switch is pulled.
boost::asio::awaitable<void> rest(tools& with, time_point until);

/// Waits until so much may be sent, or until the stop switch is pulled.
boost::asio::awaitable<void> wait_for_quota(tools& with, throttle::cost of);

/// A list that has no end, as `page_chain` says.
failure endless(std::string_view what, std::string_view why);
/// Why the list is given up, if the page says that there is a next one and that cannot be so.
std::optional<failure> may_follow(page_chain& chain, user_page const& page, std::string_view what);

/// What is said when the stop switch was pulled in the middle of a reading.
failure stopped();

/// What `ask()` (an awaitable of `reading<T>`) reads, however often it takes. Errors: for good, or
/// when the stop switch was pulled; `what` says of it that it could not be read.
template <class T, class Ask>
boost::asio::awaitable<result<T>> persistently(tools& with, persistence& patience,
                                               throttle::cost of, std::string_view what,
                                               Ask const& ask) {
    for (;;) {
        co_await wait_for_quota(with, of);
        if (with.stop.pulled() != reason::none) co_return stopped();
        auto const sent_at = with.time.now();
        with.paced.sent(sent_at, of);
        reading<T> read = co_await ask();
        auto const now = with.time.now();
        with.paced.settled(sent_at, now, of, read.how);
        if (read.how.kind == outcome_kind::done) {
            patience.succeeded(now);
            co_return std::move(read.value);
        }
        if (with.stop.pulled() != reason::none) co_return stopped();
        auto const again = patience.again(read.how, now, with.paced.gate());
        if (!again) co_return failure_of(read.how, what);
        say_waiting(with, read.how, what, *again - now);
        co_await rest(with, *again);
    }
}

/// One page of users. Errors: as `persistently`.
boost::asio::awaitable<result<user_page>> read_page(tools& with, persistence& patience,
                                                    std::string from);

/// The group of that id or display name as a target, with its members counted; not found when there
/// is none, or several. Adds to `requests` what it took. Errors: sign-in, or `stopped`.
boost::asio::awaitable<result<plan::sighting>> see_group(tools& with, std::string name,
                                                         std::uint64_t& requests);

}  // namespace allot::survey
