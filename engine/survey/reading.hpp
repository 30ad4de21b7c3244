#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string_view>

#include "connectors/port/random_stream.hpp"
#include "engine/survey/survey.hpp"

/// Reading one thing after another, with patience. For this folder only.
namespace allot::survey {

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

boost::asio::awaitable<void> wait_for_quota(tools& with, throttle::cost of);

/// What is said when the stop switch was pulled in the middle of a reading.
failure stopped();

/// One page of users, however often it takes. Errors: for good, or `stopped`.
boost::asio::awaitable<result<user_page>> read_page(tools& with, persistence& patience,
                                                    std::string from);

}  // namespace allot::survey
