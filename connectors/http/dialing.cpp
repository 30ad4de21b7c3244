#include "connectors/http/dialing.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>

namespace allot::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t problems_shown = 4;

/// A name lookup that can be given up: the system's own cannot be interrupted, so it goes on by
/// itself and finds that nobody waits.
struct lookup {
    explicit lookup(asio::any_io_executor const& executor) : resolver(executor), done(executor) {}

    tcp::resolver resolver;
    asio::steady_timer done;
    bool finished = false;
    error_code error;
    endpoints found;
};

void start(std::shared_ptr<lookup> const& state, std::string const& host, std::string const& port,
           duration limit) {
    state->done.expires_after(limit);
    state->resolver.async_resolve(host, port, [state](error_code error, auto const& results) {
        state->finished = true;
        state->error = error;
        for (auto const& each : results) state->found.push_back(each.endpoint());
        state->done.cancel();
    });
}

/// Attempts side by side; ends by itself when the last handler has gone.
class race : public std::enable_shared_from_this<race> {
 public:
    race(asio::any_io_executor const& executor, endpoints to)
        : executor_(executor),
          to_(std::move(to)),
          problems_(to_.size()),
          next_turn_(executor),
          done_(executor) {}

    asio::awaitable<void> run(duration limit) {
        done_.expires_after(limit);
        begin_next();
        if (!over_) co_await done_.async_wait(as_result);
        end();
    }

    dialed take() {
        dialed made;
        if (winner_) {
            made.socket.emplace(std::move(*winner_));
        } else {
            made.problem = problem();
        }
        return made;
    }

 private:
    void begin_next() {
        if (over_ || next_ == to_.size()) return;
        auto const which = next_++;
        auto const socket = std::make_shared<tcp::socket>(executor_);
        attempts_.push_back(socket);
        ++going_;
        socket->async_connect(to_[which],
                              [self = shared_from_this(), socket, which](error_code error) {
                                  --self->going_;
                                  self->settle(which, *socket, error);
                              });
        if (next_ == to_.size()) return;
        next_turn_.expires_after(attempt_delay);
        next_turn_.async_wait([self = shared_from_this()](error_code error) {
            if (!error) self->begin_next();
        });
    }

    void settle(std::size_t which, tcp::socket& socket, error_code error) {
        if (over_) return;
        if (!error) {
            winner_.emplace(std::move(socket));
            finish();
            return;
        }
        problems_[which] = error.message();
        if (next_ < to_.size()) {
            begin_next();
        } else if (going_ == 0) {
            finish();
        }
    }

    void finish() {
        over_ = true;
        done_.cancel();
    }

    void end() {
        over_ = true;
        next_turn_.cancel();
        error_code ignored;
        for (auto const& each : attempts_) each->close(ignored);
        attempts_.clear();
    }

    [[nodiscard]] std::string problem() const {
        auto const words = [&](std::size_t which) {
            return problems_[which].empty() ? std::string{"no answer in time"} : problems_[which];
        };
        if (to_.size() == 1) return words(0);
        std::string all;
        for (std::size_t which = 0; which < std::min(to_.size(), problems_shown); ++which) {
            if (which > 0) all += "; ";
            all += to_[which].address().to_string() + ": " + words(which);
        }
        if (to_.size() > problems_shown) all += "; and other addresses";
        return all;
    }

    asio::any_io_executor executor_;
    endpoints to_;
    std::vector<std::string> problems_;  ///< by address; empty: not answered
    asio::steady_timer next_turn_;
    asio::steady_timer done_;
    std::vector<std::shared_ptr<tcp::socket>> attempts_;
    std::optional<tcp::socket> winner_;
    std::size_t next_ = 0;
    std::size_t going_ = 0;
    bool over_ = false;
};

}  // namespace

endpoints in_turn(endpoints const& found) {
    endpoints first;
    endpoints other;
    for (auto const& each : found) {
        bool const same = each.address().is_v6() == found.front().address().is_v6();
        (same ? first : other).push_back(each);
    }
    endpoints mixed;
    for (std::size_t at = 0; at < std::max(first.size(), other.size()); ++at) {
        if (at < first.size()) mixed.push_back(first[at]);
        if (at < other.size()) mixed.push_back(other[at]);
    }
    return mixed;
}

asio::awaitable<lookup_result> look_up(asio::any_io_executor executor, std::string host,
                                       std::string port, duration limit) {
    lookup_result result;
    error_code not_an_address;
    auto const address = asio::ip::make_address(host, not_an_address);
    if (!not_an_address) {
        result.found.emplace_back(address, static_cast<std::uint16_t>(std::stoul(port)));
        co_return result;
    }
    auto const state = std::make_shared<lookup>(executor);
    start(state, host, port, limit);
    co_await state->done.async_wait(as_result);
    if (!state->finished) {
        state->resolver.cancel();
        result.problem = "no answer in time";
    } else if (state->error || state->found.empty()) {
        result.problem = state->error ? state->error.message() : "it has no address";
    } else {
        result.found = std::move(state->found);
    }
    co_return result;
}

asio::awaitable<dialed> dial(asio::any_io_executor executor, endpoints to, duration limit) {
    auto const state = std::make_shared<race>(executor, std::move(to));
    co_await state->run(limit);
    auto made = state->take();
    co_return made;
}

}  // namespace allot::http
