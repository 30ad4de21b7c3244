#include "engine/report/metrics.hpp"

#include <map>
#include <sstream>
#include <string>

#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::report;
using namespace std::chrono_literals;

namespace {

wall_time const noon{std::chrono::sys_days{std::chrono::year{2026} / 1 / 5} + 12h};

metrics_of_end nightly() {
    metrics_of_end end;
    end.command = "apply";
    end.tenant = "contoso.onmicrosoft.com";
    end.version = "1.2.3";
    end.ended_at = noon;
    end.seconds = 45.25;
    summary counted;
    counted.users = 11;
    counted.verdicts[static_cast<std::size_t>(reconcile::verdict::verified)] = 9;
    counted.verdicts[static_cast<std::size_t>(reconcile::verdict::blocked)] = 3;
    counted.reasons[static_cast<std::size_t>(reason::no_seats)] = 3;
    counted.requests = 40;
    counted.writes = 9;
    counted.refusals = 2;
    counted.seats = {{"f8a1db68-be16-40ed-86d5-cb42ce701560", "POWER_BI_PRO", 100, 96, 12, 3}};
    end.counted = counted;
    end.seats_free = {{"POWER_BI_PRO", 0}};
    return end;
}

/// `name{labels}` to value, as a scraper reads the format; fails at whatever it does not allow.
std::map<std::string, double> scraped(std::string const& text) {
    std::map<std::string, double> found;
    std::string name;  // of the family that was announced
    bool helped = false;
    std::istringstream lines{text};
    REQUIRE((text.empty() || text.back() == '\n'));
    for (std::string line; std::getline(lines, line);) {
        CAPTURE(line);
        REQUIRE_FALSE(line.empty());
        if (line.starts_with("# HELP ")) {
            name = line.substr(7, line.find(' ', 7) - 7);
            helped = true;
            continue;
        }
        if (line.starts_with("# TYPE ")) {
            REQUIRE(helped);
            helped = false;
            auto const type = line.substr(line.rfind(' ') + 1);
            CHECK(line.substr(7, name.size()) == name);
            CHECK((type == "gauge" || type == "counter"));
            CHECK(name.ends_with("_total") == (type == "counter"));
            continue;
        }
        auto const space = line.rfind(' ');
        auto const sample = line.substr(0, space);
        CHECK(sample.substr(0, sample.find('{')) == name);
        std::size_t used = 0;
        auto const value = std::stod(line.substr(space + 1), &used);
        CHECK(space + 1 + used == line.size());
        CHECK(found.emplace(sample, value).second);  // no sample twice
    }
    return found;
}

constexpr auto who = "command=\"apply\",tenant=\"contoso.onmicrosoft.com\"";

std::string of(std::string_view name, std::string const& more = {}) {
    return std::string{name} + "{" + who + (more.empty() ? "" : "," + more) + "}";
}

}  // namespace

TEST_CASE("a monitor reads how a run ended, what came of its targets, and what is left of seats",
          "[report]") {
    auto const read = scraped(to_metrics(nightly(), ""));
    auto const is = [&](std::string const& sample, double value) {
        CAPTURE(sample);
        REQUIRE(read.contains(sample));
        CHECK(read.at(sample) == Approx(value).epsilon(1e-12));
    };
    is("allot_build_info{version=\"1.2.3\"}", 1);
    is(of("allot_last_run_timestamp_seconds"), 1767614400);
    is(of("allot_last_success_timestamp_seconds"), 1767614400);
    is(of("allot_last_run_exit_code"), 0);
    is(of("allot_run_duration_seconds"), 45.25);
    is(of("allot_runs_total", "exit_code=\"0\""), 1);
    is(of("allot_users"), 11);
    is(of("allot_targets", "verdict=\"verified\""), 9);
    is(of("allot_targets", "verdict=\"failed\""), 0);
    is(of("allot_targets_by_reason", "reason=\"no_seats\""), 3);
    is(of("allot_requests_total"), 40);
    is(of("allot_write_requests_total"), 9);
    is(of("allot_throttled_responses_total"), 2);
    is(of("allot_seats_owned", "sku=\"POWER_BI_PRO\""), 100);
    is(of("allot_seats_free", "sku=\"POWER_BI_PRO\""), 0);
    is(of("allot_seats_short", "sku=\"POWER_BI_PRO\""), 3);
}

TEST_CASE(
    "after a failure the last success is still known, and no figure is that of an earlier run",
    "[report]") {
    auto failed = nightly();
    auto const before = to_metrics(failed, "");
    failed.counted.reset();
    failed.seats_free.clear();
    failed.ended_at = noon + 24h;
    failed.exit_code = 7;
    auto const read = scraped(to_metrics(failed, before));
    CHECK(read.at(of("allot_last_success_timestamp_seconds")) == 1767614400);
    CHECK(read.at(of("allot_last_run_timestamp_seconds")) == 1767614400 + 24 * 3600);
    CHECK(read.at(of("allot_last_run_exit_code")) == 7);
    CHECK_FALSE(read.contains(of("allot_targets", "verdict=\"verified\"")));
    CHECK_FALSE(read.contains(of("allot_seats_free", "sku=\"POWER_BI_PRO\"")));
    CHECK(read.at(of("allot_throttled_responses_total")) == 2);
}

TEST_CASE("counters go on from the file before", "[report]") {
    auto const first = to_metrics(nightly(), "");
    auto again = nightly();
    auto const second = to_metrics(again, first);
    again.exit_code = 3;
    auto const read = scraped(to_metrics(again, second));
    CHECK(read.at(of("allot_throttled_responses_total")) == 6);
    CHECK(read.at(of("allot_requests_total")) == 120);
    CHECK(read.at(of("allot_runs_total", "exit_code=\"0\"")) == 2);
    CHECK(read.at(of("allot_runs_total", "exit_code=\"3\"")) == 1);
    CHECK(read.at(of("allot_targets", "verdict=\"verified\"")) == 9);
}

TEST_CASE("several commands and tenants may share a file", "[report]") {
    auto other = nightly();
    other.tenant = "fabrikam \"north\\south\"\nx";
    auto const both = to_metrics(nightly(), to_metrics(other, ""));
    auto const read = scraped(both);
    CHECK(read.at(of("allot_users")) == 11);
    CHECK(read.at("allot_users{command=\"apply\",tenant=\"fabrikam "
                  "\\\"north\\\\south\\\"\\nx\"}") == 11);
    auto const again = scraped(to_metrics(other, both));
    CHECK(again.size() == read.size());
}

TEST_CASE("a file that is something else does no harm", "[report]") {
    for (auto const* before :
         {"\n\n", "garbage", "allot_users", "allot_users{", "allot_users{command=\"",
          "node_load1 3\n", "allot_users{command=\"apply\"}", "allot_users{command=\"apply\"} x\n",
          "allot_users{a=\"b\\", "allot_users{a=\"b\"c=\"d\"} 1 2 3", "\xff\xfe{=\"}\" 1\n"}) {
        CAPTURE(before);
        CHECK(scraped(to_metrics(nightly(), before)).contains(of("allot_users")));
        CHECK(to_metrics(nightly(), before).find("node_load1") == std::string::npos);
    }
}
