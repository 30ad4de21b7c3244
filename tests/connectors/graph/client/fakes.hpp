#pragma once

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/graph/client/client.hpp"
#include "tests/support/catch.hpp"

/// A service and a clock made of values, so that a test says what is answered and what time it is.
namespace fakes {

using namespace allot;

/// Time stands still until it is moved.
class clock final : public allot::clock {
 public:
    explicit clock(boost::asio::io_context& io) : io_(io) {}

    [[nodiscard]] time_point now() const override { return now_; }
    [[nodiscard]] wall_time wall_now() const override {
        return wall_time{std::chrono::milliseconds{1767600001000}};
    }
    std::unique_ptr<allot::alarm> make_alarm() override { return std::make_unique<sleeper>(*this); }

    void advance(duration by) {
        now_ += by;
        auto const sleepers = *sleepers_;
        for (auto* const each : sleepers) each->look();
    }

 private:
    class sleeper final : public allot::alarm {
     public:
        explicit sleeper(clock& of) : of_(of), all_(of.sleepers_), timer_(of.io_) {
            all_->push_back(this);
        }
        ~sleeper() override { std::erase(*all_, this); }

        boost::asio::awaitable<void> wait_until(time_point until) override {
            until_ = until;
            if (!rung_ && of_.now_ < until_) {
                timer_.expires_at(boost::asio::steady_timer::time_point::max());
                co_await timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
            }
            rung_ = false;
        }
        void ring() override {
            rung_ = true;
            timer_.cancel();
        }
        void look() {
            if (until_ <= of_.now_) timer_.cancel();
        }

     private:
        clock& of_;
        std::shared_ptr<std::vector<sleeper*>> all_;
        boost::asio::steady_timer timer_;
        time_point until_ = time_point::max();
        bool rung_ = false;
    };

    boost::asio::io_context& io_;
    time_point now_{std::chrono::hours{1}};
    std::shared_ptr<std::vector<sleeper*>> sleepers_ = std::make_shared<std::vector<sleeper*>>();
};

/// Answers each request by a function; sign-ins and requests can be held back.
class transport final : public http::transport {
 public:
    explicit transport(boost::asio::io_context& io) : held_(io) {}

    boost::asio::awaitable<http::answer> send(http_request request) override {
        bool const signs_in = request.url.ends_with("/token");
        (signs_in ? sign_ins : requests).push_back(request);
        if (signs_in && hold_sign_ins) {
            held_.expires_at(boost::asio::steady_timer::time_point::max());
            co_await held_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        }
        if (!signs_in && hold_requests) {
            auto const gate = std::make_shared<boost::asio::steady_timer>(
                held_.get_executor(), boost::asio::steady_timer::time_point::max());
            gates_.push_back(gate);
            co_await gate->async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        }
        auto made = signs_in ? sign_in(request) : service(request);
        co_return made;
    }

    void let_sign_ins_go() {
        hold_sign_ins = false;
        held_.cancel();
    }

    /// Answers the held request that came at this place.
    void let_request_go(std::size_t place) { gates_.at(place)->cancel(); }

    std::vector<http_request> sign_ins;
    std::vector<http_request> requests;
    bool hold_sign_ins = false;
    bool hold_requests = false;
    std::function<http::answer(http_request const&)> sign_in;
    std::function<http::answer(http_request const&)> service;

 private:
    boost::asio::steady_timer held_;
    std::vector<std::shared_ptr<boost::asio::steady_timer>> gates_;
};

inline http::answer reply(int status, std::string body, http_headers headers = {}) {
    return http_response{status, std::move(headers), std::move(body)};
}

inline http::answer no_reply(bool maybe_received, bool permanent) {
    return transport_failure{maybe_received, permanent, "the cable is cut"};
}

/// A tenant's client with all its surroundings. By default every sign-in is granted for an hour,
/// with the tokens `token-1`, `token-2`, …
struct bench {
    explicit bench(std::uint64_t seed = 7) {
        client_options options;
        options.graph_url = "https://graph.example";
        options.login_url = "https://login.example";
        options.tenant = "contoso.example";
        options.client_id = "id";
        options.client_secret = graph::wire::secret{"hush"};
        options.seed = seed;
        through.sign_in = [this](http_request const&) { return grant(std::chrono::hours{1}); };
        under_test = std::make_unique<graph::client>(std::move(options), through, time);
    }

    using client_options = graph::client_options;

    http::answer grant(std::chrono::seconds lifetime) {
        return reply(200, R"({"token_type":"Bearer","access_token":"token-)" +
                              std::to_string(++granted) + R"(","expires_in":)" +
                              std::to_string(lifetime.count()) + "}");
    }

    /// Starts work; its result comes into `to` when it is there.
    template <class T>
    void start(boost::asio::awaitable<T> work, std::optional<T>& to) {
        boost::asio::co_spawn(io, std::move(work), [&to](std::exception_ptr thrown, T value) {
            if (thrown) std::rethrow_exception(thrown);
            to = std::move(value);
        });
        poll();
    }
    /// Does work that needs no more than what is there already.
    template <class T>
    T run(boost::asio::awaitable<T> work) {
        std::optional<T> made;
        start(std::move(work), made);
        REQUIRE(made);
        return *std::move(made);
    }
    void poll() {
        io.restart();
        io.poll();
    }

    boost::asio::io_context io{1};
    fakes::clock time{io};
    fakes::transport through{io};
    int granted = 0;
    std::unique_ptr<graph::client> under_test;
};

inline std::string token_of(http_request const& request) {
    auto const* const header = find_header(request.headers, "Authorization");
    return header == nullptr ? std::string{} : *header;
}

inline operation read_ana() {
    operation made;
    made.user = "ana.q@contoso.example";
    return made;
}

inline operation assign_ana() {
    auto made = read_ana();
    made.kind = operation_kind::assign_licences;
    made.adds.push_back({*sku_id::parse("f8a1db68-be16-40ed-86d5-cb42ce701560"), {}});
    return made;
}

inline std::vector<operation> only(operation one) {
    std::vector<operation> made;
    made.push_back(std::move(one));
    return made;
}

inline std::string const ana = R"({"id":"11111111-aaaa-4bbb-8ccc-000000000001",
    "userPrincipalName":"ana.q@contoso.example","accountEnabled":true,"usageLocation":"NL",
    "assignedLicenses":[],"licenseAssignmentStates":[]})";

}  // namespace fakes
