#include "connectors/http/steady_clock.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace allot::http {

namespace {

class timer_alarm final : public alarm {
 public:
    explicit timer_alarm(boost::asio::any_io_executor const& executor) : timer_(executor) {}

    boost::asio::awaitable<void> wait_until(time_point until) override {
        if (!rung_) {
            timer_.expires_at(until);
            co_await timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        }
        rung_ = false;
    }

    void ring() override {
        rung_ = true;
        timer_.cancel();
    }

 private:
    boost::asio::steady_timer timer_;
    bool rung_ = false;  ///< and no wait has ended for it yet
};

}  // namespace

time_point steady_clock::now() const {
    return std::chrono::steady_clock::now();
}

wall_time steady_clock::wall_now() const {
    return std::chrono::floor<wall_time::duration>(std::chrono::system_clock::now());
}

std::unique_ptr<alarm> steady_clock::make_alarm() {
    return std::make_unique<timer_alarm>(executor_);
}

}  // namespace allot::http
