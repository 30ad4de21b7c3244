#include "engine/report/page.hpp"

#include <simdjson.h>

#include <string>

#include "engine/report/rows.hpp"
#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::report;
using reconcile::verdict;

namespace {

reconcile::row row_of(std::string user, verdict is, reason why = reason::none) {
    reconcile::row made;
    made.line = 2;
    made.user = std::move(user);
    made.sku = "POWER_BI_PRO";
    made.action = "assign";
    made.is = is;
    made.why = why;
    made.before = "none";
    made.after = is == verdict::verified ? "direct" : "none";
    return made;
}

reconcile::attempt_line attempt_of(std::string user, std::string came, std::string request_id) {
    reconcile::attempt_line made;
    made.user = std::move(user);
    made.at = *parse_iso_8601("2026-11-24T08:15:00.250Z");
    made.what = "assign";
    made.came = std::move(came);
    made.request_id = std::move(request_id);
    return made;
}

std::string page_of(std::vector<reconcile::row> const& rows,
                    std::vector<reconcile::attempt_line> const& attempts, summary counted) {
    page made{"run-1", column_names({})};
    auto out = made.begin();
    for (auto const& one : rows) {
        made.append(out, one);
        count(counted, one);
    }
    for (auto const& one : attempts) made.append_attempt(out, one);
    return out + made.end(counted);
}

/// What the page's script reads.
std::string data_in(std::string const& html) {
    constexpr std::string_view mark = "id=\"data\">";
    auto const from = html.find(mark) + mark.size();
    return html.substr(from, html.find("</script>", from) - from);
}

std::size_t times(std::string const& text, std::string_view part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
}

}  // namespace

TEST_CASE("the page answers in a sentence about people, not rows", "[report]") {
    summary counted;
    counted.command = "apply";
    counted.users = 3;
    auto const html = page_of(
        {row_of("ann@x", verdict::verified), row_of("bob@x", verdict::failed),
         row_of("bob@x", verdict::blocked, reason::no_seats), row_of("cy@x", verdict::already)},
        {}, counted);
    CHECK(times(html, "<h1>2 of 3 people have what the job says; 1 needs you.</h1>") == 1);
    CHECK(times(html, "<a href=\"#reason=no_seats\">no_seats</a>") == 1);
}

TEST_CASE("a group counts as one that the job is about, and not as one seat", "[report]") {
    summary counted;
    counted.command = "apply";
    counted.users = 1;
    counted.groups = 1;
    counted.seats.push_back({"id", "POWER_BI_PRO", 100, 10, 41, 0});
    auto const html =
        page_of({row_of("ann@x", verdict::verified), row_of("group:Sales", verdict::verified)}, {},
                counted);
    CHECK(times(html, "<h1>All 2 people and groups have what the job says.</h1>") == 1);
    CHECK(times(html, "by groups: not known") == 1);
    CHECK(answer("apply", {1, 0, 0, 1, 1}) == "0 of 1 group have what the job says; 1 needs you.");
    CHECK(answer("apply", {1, 1, 0, 0, 1}) == "The one group of the job has what it says.");
    CHECK(answer("verify", {3, 3, 0, 0, 3}) == "All 3 groups have what the job says.");
}

TEST_CASE("answers fit what was asked", "[report]") {
    CHECK(answer("apply", {4830, 4812, 0, 18}) ==
          "4,812 of 4,830 people have what the job says; 18 need you.");
    CHECK(answer("apply", {4830, 4830, 0, 0}) == "All 4,830 people have what the job says.");
    CHECK(answer("apply", {1, 1, 0, 0}) == "The one person of the job has what it says.");
    CHECK(answer("resume", {10, 4, 5, 1}) ==
          "4 of 10 people have what the job says; 1 needs you; 5 were not tried.");
    CHECK(answer("plan", {10, 4, 5, 1}) ==
          "5 of 10 people would be changed, 4 have what the job says; 1 needs you.");
    CHECK(answer("verify", {2, 1, 0, 1}) == "1 of 2 people has what the job says; 1 needs you.");
}

TEST_CASE("no text of the tenant or the job can end the page's data or become a tag", "[report]") {
    auto hostile = row_of("</script><script>alert(1)</script>", verdict::failed);
    hostile.detail = "<!--<script> \x01 \xff \"'& \xE2\x80\xAE";
    summary counted;
    counted.tenant = "<img src=x onerror=alert(1)>\xE2\x80\xAE";
    counted.seats.push_back({"id", "<b>SKU</b>", 1, 1, 0, 0});
    auto const harmless = page_of({}, {}, {});
    auto const html = page_of({hostile}, {attempt_of(hostile.user, "done", "</script>")}, counted);
    CHECK(times(html, "<script") == times(harmless, "<script"));
    CHECK(times(html, "</script") == times(harmless, "</script"));
    CHECK(times(html, "<img") == 0);
    CHECK(times(html, "&lt;b&gt;SKU&lt;/b&gt;") == 1);
    CHECK(times(html, "&lt;img src=x onerror=alert(1)&gt;\xEF\xBF\xBD") == 1);

    simdjson::dom::parser parser;
    auto const data = simdjson::padded_string{data_in(html)};
    simdjson::dom::element all;
    REQUIRE(parser.parse(data).get(all) == simdjson::SUCCESS);
    CHECK(std::string_view{all["rows"].at(0).at(1)} == hostile.user);
    CHECK(std::string_view{all["rows"].at(0).at(7)} ==
          "<!--<script> \x01 \xEF\xBF\xBD \"'& \xE2\x80\xAE");
    CHECK(std::string_view{all["attempts"].at(0).at(0)} == hostile.user);
}

TEST_CASE("a person's attempts are together, each with its request id", "[report]") {
    auto const html =
        page_of({row_of("ann@x", verdict::verified), row_of("bob@x", verdict::verified)},
                {attempt_of("ann@x", "throttled", "one"), attempt_of("ann@x", "done", "two"),
                 attempt_of("bob@x", "done", "three")},
                {});
    simdjson::dom::parser parser;
    auto const data = simdjson::padded_string{data_in(html)};
    simdjson::dom::element all;
    REQUIRE(parser.parse(data).get(all) == simdjson::SUCCESS);
    simdjson::dom::array people;
    REQUIRE(all["attempts"].get_array().get(people) == simdjson::SUCCESS);
    REQUIRE(people.size() == 2);
    CHECK(std::string_view{people.at(0).at(2).at(0)} == "2026-11-24T08:15:00.250Z");
    CHECK(std::string_view{people.at(0).at(2).at(5)} == "two");
    CHECK(std::string_view{people.at(1).at(1).at(5)} == "three");
    CHECK(times(html, "3 writes came back in 1.0 s: 2 accepted, 1 refused for lack of quota") == 2);
}

TEST_CASE("seats after the run are what was seen of the users", "[report]") {
    summary counted;
    counted.command = "apply";
    counted.users = 2;
    counted.seats.push_back({"id", "POWER_BI_PRO", 100, 10, 2, 0});
    auto const html = page_of(
        {row_of("ann@x", verdict::verified), row_of("bob@x", verdict::failed)}, {}, counted);
    CHECK(times(html, "<td class=\"n\">10</td><td class=\"n\">11</td>") == 1);
    counted.command = "plan";
    auto const planned = page_of({row_of("ann@x", verdict::would_change)}, {}, counted);
    CHECK(times(planned, "<td class=\"n\">10</td><td class=\"n\">12</td>") == 1);
}

TEST_CASE("the limit of a chart is the smallest that writes meet", "[report]") {
    pacing_line paced;
    CHECK_FALSE(writes_a_second(paced).has_value());
    paced.limits = {{"writes", 3000, 150, 0.5, true, "bucket"},
                    {"units", 10, 10, {}, false, "bucket"},
                    {"tenant_writes", 18000, 300, {}, false, "bucket"}};
    CHECK(writes_a_second(paced) == 10.0);
}

TEST_CASE("a summary that was kept reads as it was", "[report]") {
    summary full;
    full.run_id = "run-1";
    full.command = "apply";
    full.tenant = "contoso \"x\"";
    full.started_at = *parse_iso_8601("2026-11-24T08:15:00.250Z");
    full.finished_at = *parse_iso_8601("2026-11-24T08:16:00Z");
    full.seconds = 59.75;
    full.users = 3;
    count(full, row_of("ann@x", verdict::failed, reason::no_seats));
    full.seats.push_back({"id", "POWER_BI_PRO", 100, 10, -2, 1});
    full.waves = wave_line{10, 2, 1};
    full.groups = 2;
    full.requests = 7;
    full.writes = 3;
    full.refusals = 1;
    full.forecast_seconds = 1.5;
    auto& paced = full.pacing.emplace();
    paced.bound_seconds = 2;
    paced.seconds = 3;
    paced.units_per_read = 1;
    paced.limits = {{"writes", 3000, 150, 0.5, true, "bucket"}, {"units", 10, 10, {}, false, "x"}};
    full.bound_seconds = 2;
    full.exit_code = 3;
    auto const read = read_summary(to_json(full));
    REQUIRE(read.has_value());
    CHECK(to_json(*read) == to_json(full));
    CHECK(to_json(*read_summary("{}")) == to_json(summary{}));
    CHECK_FALSE(read_summary("[]").has_value());
}
