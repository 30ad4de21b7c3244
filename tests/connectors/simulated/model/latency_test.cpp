// How long answers take: to single requests, and to batches.
#include <algorithm>
#include <vector>

#include "caller.hpp"

using namespace allot;
using namespace allot::simulated;
using namespace allot::simulated::test;
using namespace std::chrono_literals;

namespace {

options spread() {
    options made;
    made.latency_median = 250ms;
    made.latency_shortest = 50ms;
    made.latency_longest = 2s;
    return made;
}

/// A batch that reads user 1 `parts` times; part n depends on `after(n)`, on nothing when it is 0.
template <class After>
std::string batch(int parts, After after) {
    std::string text = R"({"requests":[)";
    for (int number = 1; number <= parts; ++number) {
        if (number > 1) text += ',';
        text += R"({"id":)" + in_quotes(std::to_string(number)) +
                R"(,"method":"GET","url":"/users/p1@contoso.example")";
        if (after(number) > 0) {
            text += R"(,"dependsOn":[)" + in_quotes(std::to_string(after(number))) + "]";
        }
        text += '}';
    }
    return text + "]}";
}

std::string independent(int parts) {
    return batch(parts, [](int) { return 0; });
}

std::string chain(int parts) {
    return batch(parts, [](int number) { return number - 1; });
}

/// Delays of the answers to `count` equal requests, sorted.
template <class Send>
std::vector<duration> delays(int count, Send send) {
    std::vector<duration> made;
    for (int number = 0; number < count; ++number) made.push_back(send().delay);
    std::ranges::sort(made);
    return made;
}

duration mean(std::vector<duration> const& of) {
    duration sum{};
    for (auto const one : of) sum += one;
    return sum / static_cast<std::int64_t>(of.size());
}

}  // namespace

TEST_CASE("answers come mostly around the median, now and then much later, within bounds") {
    auto chosen = spread();
    chosen.resource_units.reset();
    for (std::uint64_t const seed : {1U, 2U}) {
        CAPTURE(seed);
        chosen.seed = seed;
        caller client{plain_tenant(1), chosen};
        auto const sorted =
            delays(10'000, [&] { return client.send("GET", "/users/p1@contoso.example"); });
        CHECK(sorted.front() >= 50ms);
        CHECK(sorted.front() < 60ms);
        CHECK(sorted[500] > 80ms);
        CHECK(sorted[500] < 105ms);
        CHECK(sorted[5000] > 240ms);
        CHECK(sorted[5000] < 260ms);
        CHECK(sorted[9500] > 630ms);
        CHECK(sorted[9500] < 710ms);
        CHECK(sorted[9990] > 1400ms);
        CHECK(sorted.back() <= 2s);
    }
}

TEST_CASE("the same seed gives the same latencies, another seed others") {
    auto chosen = spread();
    auto const of_seed = [&](std::uint64_t seed) {
        chosen.seed = seed;
        caller client{plain_tenant(1), chosen};
        std::vector<duration> made;
        for (int number = 0; number < 20; ++number) {
            made.push_back(client.send("GET", "/users/p1@contoso.example").delay);
            made.push_back(client.send("POST", "/$batch", independent(7)).delay);
        }
        return made;
    };
    CHECK(of_seed(7) == of_seed(7));
    CHECK(of_seed(7) != of_seed(8));
}

TEST_CASE("without a latency every answer comes at once, whatever its bounds") {
    options chosen;
    chosen.latency_shortest = 50ms;
    caller client{plain_tenant(1), chosen};
    CHECK(client.send("GET", "/users/p1@contoso.example").delay == 0ns);
    CHECK(client.send("POST", "/$batch", chain(3)).delay == 0ns);
}

TEST_CASE("a batch is answered when its last part is") {
    auto chosen = spread();
    SECTION("parts that take equally long, side by side and one after the other") {
        chosen.latency_shortest = 250ms;
        chosen.latency_longest = 250ms;
        caller client{plain_tenant(1), chosen};
        auto const after = [&](std::string const& body) {
            auto const made = client.send("POST", "/$batch", body);
            REQUIRE(made.response.has_value());
            CHECK(made.response->status == 200);
            return made.delay;
        };
        CHECK(after(independent(1)) == 250ms);
        CHECK(after(independent(20)) == 250ms);
        CHECK(after(chain(3)) == 750ms);
        CHECK(after(chain(20)) == 5s);
        // All on the first: that one, then the others side by side.
        CHECK(after(batch(5, [](int number) { return number == 1 ? 0 : 1; })) == 500ms);
    }
    SECTION("the slowest of twenty is much slower than one") {
        chosen.resource_units.reset();
        caller client{plain_tenant(1), chosen};
        auto const of_one =
            delays(1000, [&] { return client.send("POST", "/$batch", independent(1)); });
        auto const of_twenty =
            delays(500, [&] { return client.send("POST", "/$batch", independent(20)); });
        auto const of_chain =
            delays(1000, [&] { return client.send("POST", "/$batch", chain(4)); });
        // A log-normal distribution of this spread has its mean at 1.2 medians; the median of the
        // slowest of twenty is its 96.6th percentile: 3 medians.
        CHECK(mean(of_one) > 285ms);
        CHECK(mean(of_one) < 315ms);
        CHECK(of_twenty[250] > 700ms);
        CHECK(of_twenty[250] < 800ms);
        CHECK(mean(of_chain) > 1140ms);
        CHECK(mean(of_chain) < 1260ms);
    }
}

TEST_CASE("a 429 within a batch is known to the caller when the batch is answered") {
    auto chosen = spread();
    chosen.latency_shortest = 250ms;
    chosen.latency_longest = 250ms;
    chosen.resource_units = quota{3, 10s};
    caller client{plain_tenant(1), chosen};
    auto const made = client.send("POST", "/$batch", independent(4));
    CHECK(made.delay == 250ms);
    CHECK(client.of.counted().reads_throttled == 1);
    client.pass(250ms);
    client.ask("GET", "/users/p1@contoso.example");
    CHECK(client.of.counted().early_returns == 0);
    client.pass(1ns);
    client.ask("GET", "/users/p1@contoso.example");
    CHECK(client.of.counted().early_returns == 1);
}
