#include "engine/report/rows.hpp"

#include <string>
#include <utility>
#include <vector>

#include "connectors/port/json_text.hpp"
#include "engine/report/text.hpp"
#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::report;
using reconcile::row;
using reconcile::verdict;

namespace {

row verified_row() {
    row made;
    made.line = 17;
    made.user = "ada@contoso.example";
    made.user_id = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee";
    made.sku = "POWER_BI_PRO";
    made.action = "assign";
    made.is = verdict::verified;
    made.before = "none";
    made.after = "direct -BI_AZURE_P2";
    made.attempts = 1;
    made.http_status = 200;
    made.request_id = "req-1";
    made.changed_at = "2026-01-05T08:00:01.000Z";
    made.verified_at = "2026-01-05T08:00:09.250Z";
    return made;
}

std::string csv_cell(std::string_view text) {
    std::string out;
    append_csv_cell(out, text);
    return out;
}

}  // namespace

TEST_CASE("the report's columns are the fixed ones, then the job's own", "[report]") {
    std::vector<std::string> const extra{"department", "Cost, centre"};
    CHECK(csv_header(column_names(extra)) ==
          "line,user,user_id,sku,action,verdict,reason,advice,before,after,attempts,http_status,"
          "request_id,changed_at,verified_at,department,\"Cost, centre\"\n");
}

TEST_CASE("a job's column that is named like one of the report's keeps both apart", "[report]") {
    // As when a report is handed in as a job, twice.
    std::vector<std::string> const extra{"Reason", "job_reason", "LINE", "team", "team"};
    auto const names = column_names(extra);
    CHECK(std::vector<std::string>(names.begin() + 15, names.end()) ==
          std::vector<std::string>{"job_Reason", "job_job_reason", "job_LINE", "team", "job_team"});
}

TEST_CASE("a verified target is one line of CSV", "[report]") {
    auto of = verified_row();
    of.extra = {"Finance", ""};
    std::string out;
    append_csv(out, of);
    CHECK(out ==
          "17,ada@contoso.example,aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee,POWER_BI_PRO,assign,verified"
          ",,,none,direct -BI_AZURE_P2,1,200,req-1,2026-01-05T08:00:01.000Z,"
          "2026-01-05T08:00:09.250Z,Finance,\n");
}

TEST_CASE("a blocked target says what to do, then what the service said", "[report]") {
    row of;
    of.line = 2;
    of.user = "bob@contoso.example";
    of.sku = "SPE_E5";
    of.action = "assign";
    of.is = verdict::blocked;
    of.why = reason::no_seats;
    of.detail = "3 more, \"now\"";
    std::string out;
    append_csv(out, of);
    CHECK(out ==
          "2,bob@contoso.example,,SPE_E5,assign,blocked,no_seats,"
          "\"Buy more seats of this SKU or free some, then run the job again. 3 more, \"\"now\"\"\""
          ",,,0,,,,\n");
}

TEST_CASE("a target is one JSON object on a line", "[report]") {
    auto of = verified_row();
    of.extra = {"R&D \"north\""};
    std::vector<std::string> const extra{"de\"partment"};
    std::string out;
    append_jsonl(out, of, column_names(extra));
    CHECK(out ==
          R"({"line":17,"user":"ada@contoso.example",)"
          R"("user_id":"aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee","sku":"POWER_BI_PRO",)"
          R"("action":"assign","verdict":"verified","reason":"","advice":"","before":"none",)"
          R"("after":"direct -BI_AZURE_P2","attempts":1,"http_status":200,"request_id":"req-1",)"
          R"("changed_at":"2026-01-05T08:00:01.000Z","verified_at":"2026-01-05T08:00:09.250Z",)"
          R"("de\"partment":"R&D \"north\""})"
          "\n");
    out.clear();
    append_jsonl(out, row{}, column_names({}));
    CHECK(out ==
          R"({"line":0,"user":"","user_id":"","sku":"","action":"","verdict":"already",)"
          R"("reason":"","advice":"","before":"","after":"","attempts":0,"http_status":null,)"
          R"("request_id":"","changed_at":"","verified_at":""})"
          "\n");
}

TEST_CASE("a cell that a spreadsheet would run as a formula is made harmless", "[report]") {
    std::vector<std::pair<std::string, std::string>> const table{
        {"=1+1", "'=1+1"},
        {"+cmd", "'+cmd"},
        {"-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"},
        {"@SUM(A1)", "'@SUM(A1)"},
        {"\t=1", "'\t'=1"},
        {"\r=1", "\"'\r'=1\""},
        {"\n=1", "\"'\n'=1\""},
        // Some programs drop spaces and quotes, and some separate cells by semicolons.
        {" =1", "\"' =1\""},
        {"\"=1", "\"'\"\"=1\""},
        {"a;=cmd|x", "a;'=cmd|x"},
        {"a;@SUM(A1);-x", "a;'@SUM(A1);'-x"},
        {"a\n=1", "\"a\n'=1\""},
        {"a;-2+3+cmd|x", "a;'-2+3+cmd|x"},
        {"a;+1+1;-5;+1,5", "\"a;'+1+1;-5;+1,5\""},
        {"a; =1+1", "a;' =1+1"},
        {"a;\"=1+1", "\"a;'\"\"=1+1\""},
        {"=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\""},
        {"\xEF\xBC\x9D"
         "1",
         "'\xEF\xBC\x9D"
         "1"},
        {"-", "'-"},
        {"+44 20 7946", "'+44 20 7946"},
        {"-1-1", "'-1-1"},
        {"-1.2.3", "'-1.2.3"},
        {"+1e5", "'+1e5"},
    };
    for (auto const& [text, cell] : table) {
        INFO(text);
        CHECK(csv_cell(text) == cell);
    }
}

TEST_CASE("plain numbers and plain words stay as they are", "[report]") {
    for (auto const* text :
         {"-5", "+3.5", "-0.25", "42", "a=b", "a+b", "x@y", "a;-5", "A;B", "", "2026-01-05",
          "\xC3\x84"
          "rzte"}) {
        CHECK(csv_cell(text) == text);
    }
    CHECK(csv_cell("-1,5") == "\"-1,5\"");
}

TEST_CASE("a cell with a comma, a quote, a line end or outer blanks is quoted", "[report]") {
    CHECK(csv_cell("a,b") == "\"a,b\"");
    CHECK(csv_cell("say \"so\"") == "\"say \"\"so\"\"\"");
    CHECK(csv_cell("two\nlines") == "\"two\nlines\"");
    CHECK(csv_cell(" x") == "\" x\"");
    CHECK(csv_cell("x ") == "\"x \"");
}

TEST_CASE("control characters and broken UTF-8 do not reach the reader of a report", "[report]") {
    std::string const mark = "\xEF\xBF\xBD";
    CHECK(csv_cell("a\x1B[2J") == "a" + mark + "[2J");
    CHECK(csv_cell(std::string_view{"a\0b", 3}) == "a" + mark + "b");
    CHECK(csv_cell("a\x7F") == "a" + mark);
    CHECK(csv_cell("a\xC2\x9B\x33\xC2\xA0z") == "a" + mark + "3\xC2\xA0z");
    CHECK(json_string("a\x1B\x7F\n\t\r\\") == R"("a\u001b\u007f\n\t\r\\")");
    CHECK(json_string(std::string_view{"\0", 1}) == R"("\u0000")");
    std::vector<std::string> const broken{
        "\xFF",             // no first byte
        "\x80",             // a second byte alone
        "\xC0\x80",         // longer than need be
        "\xE2\x82",         // cut short
        "\xED\xA0\x80",     // a surrogate
        "\xF4\x90\x80\x80"  // above U+10FFFF
    };
    for (auto const& bytes : broken) {
        INFO(json_string(bytes));
        std::string marks;
        for (std::size_t count = 0; count < bytes.size(); ++count) marks += mark;
        CHECK(json_string("a" + bytes + "z") == "\"a" + marks + "z\"");
        CHECK(csv_cell("a" + bytes + "z") == "a" + marks + "z");
    }
    std::string const whole = "\xC3\xA4 \xE2\x82\xAC \xF0\x9F\x98\x80 \xEF\xBF\xBF";
    CHECK(json_string(whole) == "\"" + whole + "\"");
    CHECK(csv_cell(whole) == whole);
}
