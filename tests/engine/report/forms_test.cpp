#include <string>

#include "engine/report/junit.hpp"
#include "engine/report/markdown.hpp"
#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::report;
using reconcile::verdict;

namespace {

reconcile::row row_of(std::string user, verdict is, reason why = reason::none) {
    reconcile::row made;
    made.line = 7;
    made.user = std::move(user);
    made.sku = "POWER_BI_PRO";
    made.action = "assign";
    made.is = is;
    made.why = why;
    return made;
}

std::string junit_of(reconcile::row const& one) {
    std::string out;
    append_junit(out, one);
    return out;
}

bool has(std::string const& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a CI server counts what needs somebody as failed", "[report]") {
    summary counted;
    counted.command = "apply";
    counted.run_id = "run-1";
    counted.started_at = *parse_iso_8601("2026-11-24T08:15:00Z");
    for (auto const each : reconcile::all_verdicts) count(counted, row_of("ann@x", each));
    CHECK(junit_begin(counted) ==
          "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
          "<testsuites name=\"allot apply\" tests=\"8\" failures=\"4\" errors=\"0\" "
          "time=\"0.000\">\n"
          "<testsuite name=\"allot apply run-1\" tests=\"8\" failures=\"4\" errors=\"0\" "
          "skipped=\"2\" time=\"0.000\" timestamp=\"2026-11-24T08:15:00\">\n");
}

TEST_CASE("a target is a test case", "[report]") {
    CHECK(junit_of(row_of("ann@x", verdict::verified)) ==
          "<testcase classname=\"POWER_BI_PRO\" name=\"ann@x\" time=\"0\"/>\n");
    auto removal = row_of("ann@x", verdict::would_change);
    removal.action = "remove";
    CHECK(junit_of(removal) ==
          "<testcase classname=\"POWER_BI_PRO\" name=\"ann@x (remove)\" time=\"0\"><skipped "
          "message=\"would_change\"/></testcase>\n");
    auto bad = row_of("ann@x", verdict::failed, reason::refused);
    bad.detail = "<&>\x01\xEF\xBF\xBF]]>";
    bad.request_id = "abc";
    CHECK(junit_of(bad) ==
          "<testcase classname=\"POWER_BI_PRO\" name=\"ann@x\" time=\"0\"><failure "
          "message=\"failed: refused\" type=\"refused\">line 7: Read the service&#39;s message; "
          "correct the cause and run again. &lt;&amp;&gt;\xEF\xBF\xBD\xEF\xBF\xBD]]&gt; Request "
          "id: abc.</failure></testcase>\n");
}

TEST_CASE("a ticket gets the answer, the numbers and who needs somebody", "[report]") {
    summary counted;
    counted.command = "apply";
    counted.run_id = "run-1";
    counted.users = 60;
    counted.seats.push_back({"id", "POWER_BI_PRO", 100, 10, 60, 3});
    markdown told;
    for (int number = 0; number < 60; ++number) {
        auto const one =
            row_of("ann" + std::to_string(number) + "@x", verdict::blocked, reason::no_seats);
        told.add(one);
        count(counted, one);
    }
    auto const text = told.text(counted);
    CHECK(text.starts_with("## 0 of 60 people have what the job says; 60 need you.\n"));
    CHECK(has(text, "| blocked | 60 |\n"));
    CHECK(has(text, "| no\\_seats | 60 | Buy more seats"));
    CHECK(has(text, "| POWER\\_BI\\_PRO | 100 | 10 | 10 | 3 |\n"));
    CHECK(has(text, "| 7 | ann49&#64;x | POWER\\_BI\\_PRO | blocked | no\\_seats |  |\n"));
    CHECK_FALSE(has(text, "ann50&#64;x"));
    CHECK(has(text, "\n10 more are in the report.\n"));
}

TEST_CASE("nothing in a name is Markdown", "[report]") {
    markdown told;
    told.add(row_of("a|b`c*[x](y)<b>#1'@team", verdict::failed));
    CHECK(has(told.text({}), "| a\\|b\\`c\\*\\[x\\](y)&lt;b&gt;&#35;1&#39;&#64;team |"));
}
