#include "config/values.hpp"

#include <string>
#include <utility>
#include <vector>

#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::config;
using namespace std::chrono_literals;

TEST_CASE("a duration is read in hours, minutes, seconds and milliseconds", "[config]") {
    std::vector<std::pair<std::string, duration>> const table{
        {"10m", 10min},
        {"90s", 90s},
        {"1h30m", 90min},
        {"500ms", 500ms},
        {"0", 0s},
        {"0s", 0s},
        {"1h1m1s1ms", 3661s + 1ms},
        {"720h", 720h},
        {"1m500ms", 60s + 500ms},
        {"7d", 168h},
        {"1d12h", 36h},
        {"30d", 720h},
    };
    for (auto const& [text, meant] : table) {
        INFO(text);
        REQUIRE(parse_duration(text));
        CHECK(*parse_duration(text) == meant);
    }
}

TEST_CASE("what is not quite a duration is none", "[config]") {
    for (auto const* text :
         {"", "10", "m", "10 m", "-5s", "1.5h", "10M", "30m1h", "1m1m", "31d", "1h1d", "29d25h",
          "721h", "719h61m", "99999999999999999999s", "9999999999s", "10m ", "1h30"}) {
        INFO(text);
        CHECK_FALSE(parse_duration(text));
    }
}

TEST_CASE("what is kept for years is bounded by ten of them", "[config]") {
    CHECK(parse_duration("365d", keeping_max) == 8760h);
    CHECK(parse_duration("3650d", keeping_max) == 87600h);
    CHECK(parse_duration("1825d43800h", keeping_max) == 87600h);
    for (auto const* text :
         {"3651d", "3650d1ms", "87601h", "18446744073709551615ms", "1y", "365"}) {
        INFO(text);
        CHECK_FALSE(parse_duration(text, keeping_max));
    }
}

TEST_CASE("a limit is an amount in a window", "[config]") {
    CHECK(parse_quota("3000/150s") == quota{3000, 150s});
    CHECK(parse_quota("1/1ms") == quota{1, 1ms});
    for (auto const* text : {"", "3000", "/150s", "3000/", "0/150s", "3000/0s", "3000/150", "-1/1s",
                             "3000/150s/2", "3e3/150s", "2000000000/1s"}) {
        INFO(text);
        CHECK_FALSE(parse_quota(text));
    }
}

TEST_CASE("a cap is a number or a share of a hundred", "[config]") {
    CHECK(parse_cap("500") == cap{500, false});
    CHECK(parse_cap("0") == cap{0, false});
    CHECK(parse_cap("10%") == cap{10, true});
    CHECK(parse_cap("100%") == cap{100, true});
    for (auto const* text : {"", "%", "101%", "-1", "1.5%", "10 %", "ten", "10%%", "+5"}) {
        INFO(text);
        CHECK_FALSE(parse_cap(text));
    }
}

TEST_CASE("a share of faults may have decimals", "[config]") {
    CHECK(parse_share("5%") == 0.05);
    CHECK(parse_share("0.5%") == 0.005);
    CHECK(parse_share("100%") == 1.0);
    CHECK(parse_share("0%") == 0.0);
    for (auto const* text : {"", "5", "0.05", "%", ".5%", "5.%", "100.5%", "-5%", "1e1%", "nan%"}) {
        INFO(text);
        CHECK_FALSE(parse_share(text));
    }
}

TEST_CASE("a part of the limits is above nothing and at most all", "[config]") {
    CHECK(parse_part("0.5") == 0.5);
    CHECK(parse_part("50%") == 0.5);
    CHECK(parse_part("12.5%") == 0.125);
    CHECK(parse_part("1") == 1.0);
    CHECK(parse_part("100%") == 1.0);
    for (auto const* text : {"", "0", "0%", "0.0", "1.01", "2", "101%", "-0.5", ".5", "1.", "half",
                             "0,5", "1e-1", "50 %", "nan"}) {
        INFO(text);
        CHECK_FALSE(parse_part(text));
    }
}

TEST_CASE("a service is named by its https root alone", "[config]") {
    CHECK(parse_root_url("https://graph.microsoft.com") == "https://graph.microsoft.com");
    CHECK(parse_root_url("HTTPS://Graph.Microsoft.com/") == "https://graph.microsoft.com");
    CHECK(parse_root_url("https://127.0.0.1:8443") == "https://127.0.0.1:8443");
    CHECK(parse_root_url("https://[::1]:8443") == "https://[::1]:8443");
    CHECK(parse_root_url("https://[::1]") == "https://[::1]");
    for (auto const* text : {"",
                             "graph.microsoft.com",
                             "http://graph.microsoft.com",
                             "https://",
                             "https:///",
                             "https://graph.microsoft.com/v1.0",
                             "https://graph.microsoft.com//",
                             "https://a b.com",
                             "https://user:word@graph.microsoft.com",
                             "https://graph.microsoft.com?x=1",
                             "https://graph.microsoft.com#x",
                             "https://host:0",
                             "https://host:65536",
                             "https://host:",
                             "https://-host",
                             "https://host-.com",
                             "https://a..b",
                             "https://[::1",
                             "https://[]:1",
                             "https://host\r\nX: y",
                             "ftp://host"}) {
        INFO(text);
        CHECK_FALSE(parse_root_url(text));
    }
}

TEST_CASE("a tenant is a GUID or a domain, and not one of the shared sign-in names", "[config]") {
    CHECK(parse_tenant("F8A1DB68-BE16-40ED-86D5-CB42CE701560") ==
          "f8a1db68-be16-40ed-86d5-cb42ce701560");
    CHECK(parse_tenant("Contoso.onmicrosoft.com") == "contoso.onmicrosoft.com");
    for (auto const* text : {"", "common", "organizations", "consumers", "contoso", "contoso.com/x",
                             "../contoso.com", "contoso..com", "contoso.com?", "con toso.com"}) {
        INFO(text);
        CHECK_FALSE(parse_tenant(text));
    }
}

TEST_CASE("the simulated tenant listens to this machine alone", "[config]") {
    CHECK(parse_loopback("127.0.0.1") == "127.0.0.1");
    CHECK(parse_loopback("127.8.9.250") == "127.8.9.250");
    CHECK(parse_loopback("localhost") == "127.0.0.1");
    CHECK(parse_loopback("::1") == "::1");
    for (auto const* text : {"", "0.0.0.0", "10.0.0.1", "127.0.0", "127.0.0.1.1", "127.0.0.256",
                             "128.0.0.1", "::", "127.0.0.", "127..0.1", "example.com"}) {
        INFO(text);
        CHECK_FALSE(parse_loopback(text));
    }
}

TEST_CASE("a switch in a file or variable takes the usual words", "[config]") {
    for (auto const* text : {"yes", "TRUE", "on", "1"}) CHECK(parse_switch(text) == true);
    for (auto const* text : {"no", "False", "off", "0"}) CHECK(parse_switch(text) == false);
    for (auto const* text : {"", "maybe", "2", "y"}) CHECK_FALSE(parse_switch(text));
}
