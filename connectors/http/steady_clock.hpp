#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <utility>

#include "connectors/port/clock.hpp"

namespace allot::http {

/// Time as it passes: the machine's steady clock and its wall clock.
class steady_clock final : public clock {
 public:
    explicit steady_clock(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}

    [[nodiscard]] time_point now() const override;
    [[nodiscard]] wall_time wall_now() const override;
    std::unique_ptr<alarm> make_alarm() override;

 private:
    boost::asio::any_io_executor executor_;
};

}  // namespace allot::http
