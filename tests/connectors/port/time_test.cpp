#include "connectors/port/time.hpp"

#include "tests/support/catch.hpp"

using namespace allot;
using namespace std::chrono_literals;

TEST_CASE("a time is written in UTC with milliseconds and read back", "[port]") {
    auto const at = wall_time{1767600001250ms};
    CHECK(iso_8601(at) == "2026-01-05T08:00:01.250Z");
    CHECK(parse_iso_8601("2026-01-05T08:00:01.250Z") == at);
    CHECK(parse_iso_8601("2026-01-05T08:00:01.2504999Z") == at);
    CHECK(parse_iso_8601("2026-01-05T08:00:01") == wall_time{1767600001000ms});
}

TEST_CASE("a date that is none is not read", "[port]") {
    for (auto const* text :
         {"", "2026-02-30T08:00:01Z", "2026-01-05 08:00:01", "2026-01-05T24:00:00Z",
          "2026-01-05T08:00:01+02:00", "2026-01-05T08:00:01.Z"}) {
        INFO(text);
        CHECK_FALSE(parse_iso_8601(text));
    }
    for (auto const* text : {"", "Mon, 05 Jan 2026 08:00:01", "Mon, 05 Foo 2026 08:00:01 GMT",
                             "Mon, 35 Jan 2026 08:00:01 GMT", "Monday, 05-Jan-26 08:00:01 GMT",
                             "1e-, 05 Jan 2026 08:00:01 GMT"}) {
        INFO(text);
        CHECK_FALSE(parse_http_date(text));
    }
}

TEST_CASE("a date of HTTP is written and read back", "[port]") {
    auto const at = wall_time{1767600001000ms};
    CHECK(http_date(at) == "Mon, 05 Jan 2026 08:00:01 GMT");
    CHECK(parse_http_date(http_date(at)) == at);
}

TEST_CASE("a span of time is said in the units that people use", "[port]") {
    CHECK(for_people(850ms) == "850 ms");
    CHECK(for_people(12500ms) == "12.5 s");
    CHECK(for_people(125s) == "2 min 5 s");
    CHECK(for_people(63min) == "1 h 3 min");
}
