#include "connectors/graph/wire/limits.hpp"

#include <vector>

#include "shapes.hpp"
#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::graph::wire;
using namespace std::chrono_literals;

TEST_CASE("a wait is read as seconds, with or without a fraction, within bounds", "[graph]") {
    std::vector<std::pair<std::string, std::optional<duration>>> const table{
        {"10", 10s},
        {" 10 ", 10s},
        {"0", 0s},
        {"0.124", 124ms},
        {"2.128", 2128ms},
        {"0.2491", 250ms},
        {"0.0001", 1ms},
        {"-5", 0s},
        {"3600", 1h},
        {"86400", 1h},
        {"1e30", 1h},
        {"1e999", 1h},
        {"-1e999", 0s},
        {"1e-999", 0s},
        {"99999999999999999999999999", 1h},
        {"nan", std::nullopt},
        {"inf", std::nullopt},
        {"-inf", std::nullopt},
        {"", std::nullopt},
        {"soon", std::nullopt},
        {"10s", std::nullopt},
        {"10,5", std::nullopt},
        {"0x10", std::nullopt},
    };
    for (auto const& [text, wait] : table) {
        INFO(text);
        CHECK(retry_after({{"RETRY-AFTER", text}}, shapes::now) == wait);
    }
    CHECK_FALSE(retry_after({}, shapes::now));
}

TEST_CASE("a dated wait counts from the reply's own date, else from the wall clock", "[graph]") {
    http_headers dated{{"Retry-After", "Mon, 05 Jan 2026 08:00:31 GMT"}};
    CHECK(retry_after(dated, shapes::now) == 30s);
    dated.emplace_back("date", "Mon, 05 Jan 2026 08:00:26 GMT");
    CHECK(retry_after(dated, shapes::now) == 5s);
    dated.back().second = "nonsense";
    CHECK(retry_after(dated, shapes::now) == 30s);
    CHECK(retry_after({{"Retry-After", "Mon, 05 Jan 2026 07:00:00 GMT"}}, shapes::now) == 0s);
    CHECK(retry_after({{"Retry-After", "Fri, 05 Jan 2035 07:00:00 GMT"}}, shapes::now) == 1h);
    CHECK(retry_after({{"Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT"}}, shapes::now) == 1h);
}

TEST_CASE("the limit that was met is told by its description before its scope", "[graph]") {
    auto const scope = [](std::string information, std::string of) {
        http_headers headers;
        if (!information.empty()) headers.emplace_back("x-ms-throttle-information", information);
        if (!of.empty()) headers.emplace_back("x-ms-throttle-scope", of);
        return scope_of(headers);
    };
    CHECK(scope("WriteLimitExceeded", "Tenant_Application/ReadWrite/a/b") ==
          throttle_scope::writes);
    CHECK(scope("WriteLimitExceeded", "Tenant/Write/a/b") == throttle_scope::tenant_writes);
    CHECK(scope("ResourceUnitLimitExceeded", "Tenant/Write/a/b") == throttle_scope::resource_units);
    CHECK(scope("CPULimitExceeded", "") == throttle_scope::unknown);
    CHECK(scope("CPULimitExceeded", "Tenant/Write/a/b") == throttle_scope::tenant_writes);
    CHECK(scope("", "Tenant_Application/write/a/b") == throttle_scope::writes);
    CHECK(scope("", "Application/ReadWrite/a/b") == throttle_scope::resource_units);
    CHECK(scope("", "Application/Read/a/b") == throttle_scope::resource_units);
    CHECK(scope("", "Application") == throttle_scope::unknown);
    CHECK(scope("", "Application/Write") == throttle_scope::writes);
    CHECK(scope("", "") == throttle_scope::unknown);
}

TEST_CASE("a number in a header is a number or nothing", "[graph]") {
    auto const number = [](std::string text) {
        return number_header({{"X-N", std::move(text)}}, "x-n", 1000);
    };
    CHECK(number("1") == 1.0);
    CHECK(number("1.8") == 1.8);
    CHECK_FALSE(number("-1"));
    CHECK_FALSE(number("nan"));
    CHECK_FALSE(number("one"));
    CHECK_FALSE(number_header({}, "x-n", 1000));
    CHECK(number("1000") == 1000.0);
    for (auto const* const much : {"1000.1", "1000000000000", "1e300", "1e999", "-1e999", "inf"}) {
        CHECK_FALSE(number(much));
    }
}
