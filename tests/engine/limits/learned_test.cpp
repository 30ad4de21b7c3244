#include "engine/limits/learned.hpp"

#include <cmath>

#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::limits;
using namespace std::chrono_literals;
using throttle::counting;
using throttle::limit;

namespace {

owner const contoso{"contoso.onmicrosoft.com", "11111111-2222-3333-4444-555555555555"};
throttle::quota const published{100, 10s};
wall_time const noon = *parse_iso_8601("2026-01-05T12:00:00Z");

bool near(double one, double other) {
    return std::abs(one - other) < 1e-6;
}

finding writes_found(double share, double left, wall_time at = noon,
                     counting counts = counting::bucket) {
    finding one;
    one.whose = contoso;
    one.of = limit::writes;
    one.published = published;
    one.is = {share, left, counts};
    one.share_at = one.left_at = at;
    return one;
}

/// A run whose governor follows 100 writes in 10 s, or whatever is believed of them.
struct paced_run {
    throttle::governor_options believed;
    std::optional<throttle::governor> paced;
    time_point now{1000s};
    throttle::cost const one_write{0, 1};

    explicit paced_run(throttle::belief const& of) {
        believed.writes = of;
        paced.emplace(believed);
    }

    void send(int writes, outcome_kind replied = outcome_kind::done) {
        outcome reply;
        reply.kind = replied;
        if (replied == outcome_kind::throttled) reply.retry_after = 1s;
        for (int at = 0; at < writes; ++at) {
            paced->sent(now, one_write);
            paced->settled(now, now, one_write, reply);
        }
    }
    /// Half of the limit is all that there is: the rest is refused after two seconds.
    void find_half() {
        send(50);
        now += 2s;
        send(1, outcome_kind::throttled);
    }
    bool end(learned_limits& into, wall_time at = noon) const {
        return remember(into, {contoso, believed, *paced, now, at});
    }
};

throttle::belief as_published(double share = 1) {
    throttle::belief of{published};
    of.share = share;
    return of;
}

}  // namespace

TEST_CASE("what a run left of a limit has been refilled when the next one begins", "[limits]") {
    learned_limits const known{writes_found(0.5, 0.25)};
    auto const left_after = [&](duration passed) {
        auto const at = noon + std::chrono::duration_cast<std::chrono::milliseconds>(passed);
        return recall(known, contoso, limit::writes, published, at)->left;
    };
    CHECK(near(left_after(0s), 0.25));
    CHECK(near(left_after(2s), 0.45));
    CHECK(near(left_after(1h), 1));
    INFO("a clock that was put back");
    CHECK(near(left_after(-1h), 0.25));
}

TEST_CASE("a share of the limit is believed for a week", "[limits]") {
    learned_limits const known{writes_found(0.5, 0, noon, counting::window)};
    auto const fresh = recall(known, contoso, limit::writes, published, noon + 167h);
    REQUIRE(fresh);
    CHECK(fresh->share == 0.5);
    CHECK(fresh->counts == counting::window);
    auto const old = recall(known, contoso, limit::writes, published, noon + 169h);
    REQUIRE(old);
    CHECK(old->share == 1);
    CHECK(old->counts == counting::bucket);
    CHECK(old->left == 1);
}

TEST_CASE("what was measured by a clock that was a year ahead is not believed for that year",
          "[limits]") {
    learned_limits const known{writes_found(0.5, 0.25, noon + 365 * 24h)};
    auto const is = recall(known, contoso, limit::writes, published, noon);
    REQUIRE(is.has_value());
    CHECK(near(is->share, 1));
    CHECK(near(is->left, 0.25));

    learned_limits const nearly{writes_found(0.5, 0.25, noon + 10min)};
    CHECK(near(recall(nearly, contoso, limit::writes, published, noon)->share, 0.5));
}

TEST_CASE("what was learned counts for the same tenant, application, limit and figures alone",
          "[limits]") {
    learned_limits const known{writes_found(0.5, 0.5)};
    CHECK(recall(known, contoso, limit::writes, published, noon));
    CHECK_FALSE(recall(known, contoso, limit::units, published, noon));
    CHECK_FALSE(recall(known, contoso, limit::writes, {200, 10s}, noon));
    CHECK_FALSE(recall(known, contoso, limit::writes, {100, 11s}, noon));
    CHECK_FALSE(recall(known, {"fabrikam.com", contoso.client_id}, limit::writes, published, noon));
    CHECK_FALSE(recall(known, {contoso.tenant, ""}, limit::writes, published, noon));
}

TEST_CASE("the next run begins with the bucket as this one left it", "[limits]") {
    paced_run run{as_published()};
    run.send(58);
    learned_limits known;
    CHECK(run.end(known));
    REQUIRE(known.size() == 1);
    CHECK(known[0].whose == contoso);
    CHECK(known[0].of == limit::writes);
    CHECK(known[0].published.amount == 100);
    CHECK(known[0].published.window == duration{10s});
    CHECK(known[0].is.share == 1);
    CHECK(known[0].is.counts == counting::bucket);
    // The governor leaves 2 % of the bucket alone.
    CHECK(near(known[0].is.left, 0.4));
    CHECK(known[0].left_at == noon);
}

TEST_CASE("a run that sent nothing changes nothing of what is known", "[limits]") {
    learned_limits known{writes_found(0.5, 0.1)};
    auto of = as_published();
    of.learned = known[0].is;
    paced_run const idle{of};
    CHECK_FALSE(idle.end(known, noon + 1min));
    REQUIRE(known.size() == 1);
    CHECK(known[0].is.left == 0.1);
    CHECK(known[0].left_at == noon);
}

TEST_CASE("a share that was measured is kept, with the time of the measurement", "[limits]") {
    learned_limits known;
    paced_run first{as_published()};
    first.find_half();
    CHECK(first.end(known));
    REQUIRE(known.size() == 1);
    auto const share = known[0].is.share;
    INFO(share);
    CHECK(share > 0.3);
    CHECK(share < 0.6);
    CHECK(share == first.paced->find(limit::writes)->learned(first.now).share);
    CHECK(known[0].share_at == noon);

    // The next run measures nothing anew: the share grows no younger.
    auto of = as_published();
    of.learned = recall(known, contoso, limit::writes, published, noon + 24h);
    paced_run second{of};
    second.send(5);
    CHECK(second.end(known, noon + 24h));
    REQUIRE(known.size() == 1);
    CHECK(known[0].is.share == share);
    CHECK(known[0].share_at == noon);
    CHECK(known[0].left_at == noon + 24h);
}

TEST_CASE("who keeps to a share of his own has learned nothing of the rest", "[limits]") {
    learned_limits known;
    paced_run modest{as_published(0.5)};
    modest.send(20);
    CHECK(modest.end(known));
    REQUIRE(known.size() == 1);
    CHECK(known[0].is.share == 1);
    // 49 were his to spend.
    CHECK(near(known[0].is.left, 0.58));

    INFO("what an earlier run found above that share still holds");
    known = {writes_found(0.8, 1)};
    auto of = as_published(0.5);
    of.learned = known[0].is;
    paced_run later{of};
    later.send(20);
    CHECK(later.end(known, noon + 1h));
    CHECK(known[0].is.share == 0.8);
    CHECK(known[0].share_at == noon);
}

TEST_CASE("of a limit that is not known only what was met is kept", "[limits]") {
    auto unknown = as_published();
    unknown.is = throttle::known::not_at_all;
    learned_limits known;
    paced_run calm{unknown};
    calm.send(20);
    CHECK_FALSE(calm.end(known));
    CHECK(known.empty());
    paced_run refused{unknown};
    refused.find_half();
    CHECK(refused.end(known));
    REQUIRE(known.size() == 1);
    CHECK(known[0].is.share < 0.6);
}

TEST_CASE("other tenants' limits stay as they are, and old ones go", "[limits]") {
    auto other = writes_found(0.7, 0.3);
    other.whose.tenant = "fabrikam.com";
    auto old = writes_found(0.7, 0.3, noon - 200h);
    old.whose.tenant = "tailspin.com";
    learned_limits known{other, old, writes_found(0.5, 0.5, noon - 1h)};
    paced_run run{as_published()};
    run.send(10);
    CHECK(run.end(known));
    REQUIRE(known.size() == 2);
    CHECK(known[0].whose.tenant == "fabrikam.com");
    CHECK(known[0].is.share == 0.7);
    CHECK(known[1].whose == contoso);
    CHECK(known[1].is.share == 1);
}

TEST_CASE("what is written is read back", "[limits]") {
    auto window = writes_found(0.4321, 0, noon + 1500ms, counting::window);
    window.of = limit::tenant_writes;
    window.whose.tenant = "odd \"name\"";
    window.share_at = noon - 24h;
    window.published.window = 500ms;
    for (auto const& known : {learned_limits{}, learned_limits{writes_found(1, 1)},
                              learned_limits{writes_found(0.5, 0.25), window}}) {
        auto const text = to_text(known);
        INFO(text);
        auto const read = parse(text);
        REQUIRE(read.has_value());
        REQUIRE(read->size() == known.size());
        for (std::size_t at = 0; at < known.size(); ++at) {
            auto const& wrote = known[at];
            auto const& back = (*read)[at];
            CHECK(back.whose == wrote.whose);
            CHECK(back.of == wrote.of);
            CHECK(back.published.amount == wrote.published.amount);
            CHECK(back.published.window == wrote.published.window);
            CHECK(back.is.share == wrote.is.share);
            CHECK(back.is.left == wrote.is.left);
            CHECK(back.is.counts == wrote.is.counts);
            CHECK(back.share_at == wrote.share_at);
            CHECK(back.left_at == wrote.left_at);
        }
    }
}

TEST_CASE("the file is one finding to a line, to be read by people too", "[limits]") {
    CHECK(to_text({writes_found(0.5, 0.25)}) ==
          "{\"limits\":[\n"
          "{\"tenant\":\"contoso.onmicrosoft.com\",\"client_id\":\"11111111-2222-3333-4444-"
          "555555555555\",\"limit\":\"writes\",\"amount\":100,\"window_seconds\":10,"
          "\"share\":0.5000,\"share_at\":\"2026-01-05T12:00:00.000Z\",\"left\":0.2500,"
          "\"left_at\":\"2026-01-05T12:00:00.000Z\",\"counting\":\"bucket\"}\n]}\n");
}

TEST_CASE("a file that is not whole is no file", "[limits]") {
    auto const good = to_text({writes_found(0.5, 0.25)});
    REQUIRE(parse(good).has_value());
    for (auto const* text : {"", "{", "[]", "{}", "null", "{\"limits\":{}}", "{\"limits\":[1]}",
                             "{\"limits\":[{}]}", "\xff\xfe", "{\"limits\":[]} x"}) {
        INFO(text);
        CHECK_FALSE(parse(text).has_value());
    }
    struct change {
        std::string_view from;
        std::string_view to;
    };
    for (auto const& one :
         {change{"\"writes\"", "\"reads\""}, change{"0.5000", "0"}, change{"0.5000", "1.5"},
          change{"0.5000", "\"0.5\""}, change{"0.2500", "-0.1"}, change{"0.2500", "1e400"},
          change{":100", ":0"}, change{":10,", ":-10,"}, change{":10,", ":1e300,"},
          change{"2026-01-05T", "yesterday "}, change{"bucket", "leaky"},
          change{"\"client_id\"", "\"client\""}}) {
        auto text = good;
        text.replace(text.find(one.from), one.from.size(), one.to);
        INFO(text);
        auto const read = parse(text);
        REQUIRE_FALSE(read.has_value());
        CHECK_FALSE(read.error().message.empty());
    }
    for (std::size_t length = 0; length + 1 < good.size(); ++length) {
        INFO(length);
        CHECK_FALSE(parse(std::string_view{good}.substr(0, length)).has_value());
    }
}
