// The in-memory transport: delays on the clock, and failures as a real transport would report them.
#include "connectors/simulated/server/memory_transport.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>

#include "connectors/simulated/model/make_tenant.hpp"
#include "connectors/simulated/server/virtual_clock.hpp"
#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::simulated;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

struct came_back {
    std::optional<http::answer> answer;
    time_point at;
};

asio::awaitable<void> send(http::transport& over, allot::clock& time, http_request request,
                           came_back& into) {
    into.answer = co_await over.send(std::move(request));
    into.at = time.now();
}

/// Sends one request that needs no token to be answered, and runs until it is.
came_back ask(options chosen) {
    asio::io_context context{1};
    virtual_clock time{context.get_executor()};
    tenant of{make_tenant({.users = 3}), std::move(chosen)};
    memory_transport over{of, time};
    http_request request;
    request.url = "https://graph.example/v1.0/subscribedSkus";
    request.reply_timeout = 30s;
    came_back made;
    asio::co_spawn(context, send(over, time, std::move(request), made),
                   [](std::exception_ptr const& failed) {
                       if (failed) std::rethrow_exception(failed);
                   });
    REQUIRE(time.run(context) == run_end::finished);
    REQUIRE(made.answer.has_value());
    return made;
}

transport_failure failed(came_back const& made) {
    REQUIRE(made.answer->has_error());
    CHECK(made.answer->error().maybe_received);
    CHECK_FALSE(made.answer->error().permanent);
    return made.answer->error();
}

}  // namespace

TEST_CASE("an answer comes after its delay") {
    CHECK(ask({}).at == time_point{});
    options chosen;
    chosen.latency_median = 100ms;
    auto const made = ask(chosen);
    REQUIRE(made.answer->has_value());
    CHECK((*made.answer)->status == 401);
    CHECK(made.at > time_point{10ms});
    CHECK(made.at < time_point{1s});
}

TEST_CASE("what becomes of the connection comes out as a failure") {
    options chosen;
    chosen.latency_median = 100ms;
    SECTION("reset") {
        chosen.faults.reset_before = 1;
        auto const made = ask(chosen);
        CHECK(failed(made).what == "connection reset by graph.example");
        CHECK(made.at < time_point{1s});
    }
    SECTION("reset in the middle") {
        chosen.faults.reset_during = 1;
        CHECK(failed(ask(chosen)).what ==
              "connection reset by graph.example in the middle of its reply");
    }
    SECTION("closed without a byte") {
        chosen.faults.reply_lost = 1;
        CHECK(failed(ask(chosen)).what == "graph.example closed the connection without a reply");
    }
    SECTION("silent until the time for a reply is over") {
        chosen.faults.silent = 1;
        auto const made = ask(chosen);
        CHECK(failed(made).what == "no reply from graph.example in time");
        CHECK(made.at == time_point{30s});
    }
    SECTION("slower than the time for a reply") {
        chosen.faults.slow = 1;
        chosen.faults.slow_median = 1h;
        auto const made = ask(chosen);
        CHECK(failed(made).what == "no reply from graph.example in time");
        CHECK(made.at == time_point{30s});
    }
}
