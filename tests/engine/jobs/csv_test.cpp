#include <string>

#include "reading.hpp"
#include "tests/support/catch.hpp"

using namespace allot::jobs;
using namespace allot::jobs::testing;

TEST_CASE("a CSV job gives one target for each row, in the file's order", "[jobs][csv]") {
    auto const result = read(
        "user,sku,action,disabled_plans,usage_location,priority\n"
        "ann@contoso.com,POWER_BI_PRO,,,,\n"
        "bob@contoso.com,SPE_E5,assign,BI_AZURE_P2;TEAMS1,de,10\n"
        "bob@contoso.com,POWER_BI_PRO,remove,,,-3\n"
        "f8a1db68-be16-40ed-86d5-cb42ce701560,Power BI Pro,ASSIGN,none,US,\n",
        options_for("targets.csv"));
    CHECK(describe(result) ==
          lines{"2: assign POWER_BI_PRO to ann@contoso.com",
                "3: assign SPE_E5 to bob@contoso.com plans BI_AZURE_P2+TEAMS1 in DE priority 10",
                "4: remove POWER_BI_PRO from bob@contoso.com priority -3",
                "5: assign Power BI Pro to f8a1db68-be16-40ed-86d5-cb42ce701560 plans none in US"});
    CHECK(result.read.source == "targets.csv");
    CHECK(result.notes.empty());
    CHECK(result.read.users.size() == 3);
    CHECK(result.read.skus == std::vector<std::string>{"POWER_BI_PRO", "SPE_E5", "Power BI Pro"});
    CHECK(result.read.targets[1].sku_column == 17);
}

TEST_CASE("columns are known by any of their names, in any order and case", "[jobs][csv]") {
    for (auto const* user : {"user", "userPrincipalName", "UPN", "email", "Mail", "userId", "ID",
                             "User Principal Name", "user_principal_name", " user ", "E-Mail"}) {
        for (auto const* sku : {"sku", "license", "Licence", "skuPartNumber", "skuId", "PRODUCT"}) {
            CAPTURE(user, sku);
            CHECK(read_csv(fmt::format("{},{}\nann@contoso.com,POWER_BI_PRO\n", user, sku)) ==
                  ann_alone);
        }
    }
    for (auto const* plans : {"disabled_plans", "disabledPlans", "Disabled Plans"}) {
        for (auto const* location : {"usage_location", "usageLocation", "Country"}) {
            CAPTURE(plans, location);
            CHECK(read_csv(fmt::format(
                               "priority,{},Action,sku,{},upn\n1,P1,assign,S,FR,ann@contoso.com\n",
                               location, plans))
                      .front()
                      .find("unknown country code") != std::string::npos);
            CHECK(read_csv(fmt::format(
                      "priority,{},Action,sku,{},upn\n1,FR,assign,S,P1,ann@contoso.com\n", location,
                      plans)) == lines{"2: assign S to ann@contoso.com plans P1 in FR priority 1"});
        }
    }
}

TEST_CASE("quoting follows RFC 4180", "[jobs][csv]") {
    struct example {
        std::string_view cell;
        std::string_view value;
    };
    for (auto const& [cell, value] :
         {example{"plain", "plain"}, example{"\"\"", ""}, example{"", ""},
          example{"\"quoted\"", "quoted"}, example{"\"a,b\"", "a,b"},
          example{"\"say \"\"hello\"\"\"", "say \"hello\""}, example{"\"\"\"\"", "\""},
          example{"\"\"\"a\"\"\"", "\"a\""}, example{"\"two\nlines\"", "two\nlines"},
          example{"\"two\r\nlines\"", "two\r\nlines"}, example{"\"a\"\"\nb\"\"\"", "a\"\nb\""},
          example{"  \"spaces around\"  ", "spaces around"}, example{"\" inside \"", " inside "},
          example{"  kept  ", "  kept  "}, example{"5\" pipe", "5\" pipe"},
          example{"Müller 😀", "Müller 😀"},
          example{"\"{\"\"type\"\": \"\"Point\"\"}\"", "{\"type\": \"Point\"}"}}) {
        CAPTURE(std::string{cell});
        auto const expected = fmt::format("note=<{}>", value);
        auto const first =
            read_csv(fmt::format("note,user,sku\n{},ann@contoso.com,POWER_BI_PRO\n", cell));
        CHECK(first == lines{"2: assign POWER_BI_PRO to ann@contoso.com " + expected});
        auto const last =
            read_csv(fmt::format("user,sku,note\nann@contoso.com,POWER_BI_PRO,{}", cell));
        CHECK(last == lines{"2: assign POWER_BI_PRO to ann@contoso.com " + expected});
    }
}

TEST_CASE("lines are counted as an editor counts them", "[jobs][csv]") {
    CHECK(read_csv("user,sku,note\n"
                   "a@contoso.com,S,\"one\ntwo\r\nthree\rfour\"\n"
                   "\n"
                   "b@contoso.com,S,\n") ==
          lines{"2: assign S to a@contoso.com note=<one\ntwo\r\nthree\rfour>",
                "7: assign S to b@contoso.com note=<>"});
}

TEST_CASE("any line end will do, and the last one may be missing", "[jobs][csv]") {
    for (std::string const end : {"\n", "\r\n", "\r"}) {
        for (bool const at_the_end : {true, false}) {
            CAPTURE(end, at_the_end);
            CHECK(read_csv("user,sku" + end + "ann@contoso.com,A" + end + end +
                           "bob@contoso.com,B" + (at_the_end ? end : "")) ==
                  lines{"2: assign A to ann@contoso.com", "4: assign B to bob@contoso.com"});
        }
    }
}

TEST_CASE("the separator is found in the header", "[jobs][csv]") {
    for (char const separator : {',', ';', '\t'}) {
        CAPTURE(separator);
        auto const head = fmt::format("user{0}sku{0}disabled_plans", separator);
        CHECK(read_csv(fmt::format("{1}\nann@contoso.com{0}S{0}A+B\n", separator, head)) ==
              lines{"2: assign S to ann@contoso.com plans A+B"});
        CHECK(read_csv(fmt::format("{1}\nann@contoso.com{0}S{0}\"A;B\"\n", separator, head)) ==
              lines{"2: assign S to ann@contoso.com plans A+B"});
    }
    CHECK(read_csv("user;sku;\"a,b,c,d\"\nann@contoso.com;S;x\n") ==
          lines{"2: assign S to ann@contoso.com a,b,c,d=<x>"});
}

TEST_CASE("a sep= line names the separator", "[jobs][csv]") {
    lines const expected{"3: assign S to ann@contoso.com"};
    CHECK(read_csv("sep=;\nuser;sku\nann@contoso.com;S\n") == expected);
    CHECK(read_csv("\"sep=;\"\r\nuser;sku\r\nann@contoso.com;S\r\n") == expected);
    CHECK(read_csv("SEP=|\nuser|sku\nann@contoso.com|S\n") == expected);
    CHECK(read_csv("sep=\t\nuser\tsku\nann@contoso.com\tS\n") == expected);
    CHECK(read_csv("sep=,\nuser,sku\nann@contoso.com,S\n") == expected);
}

TEST_CASE("blank lines and rows of separators are no targets", "[jobs][csv]") {
    CHECK(read_csv("\n  \nuser,sku\n\nann@contoso.com,A\n   \n,\n , "
                   "\n\"\",\"\"\nbob@contoso.com,B\n,\n\n") ==
          lines{"5: assign A to ann@contoso.com", "10: assign B to bob@contoso.com"});
}

TEST_CASE("spaces around a value do not count, no-break spaces included", "[jobs][csv]") {
    CHECK(read_csv("user , sku\n  ann@contoso.com\t,\" POWER_BI_PRO\xC2\xA0\"\n") == ann_alone);
    CHECK(read_csv("user,sku,action,disabled_plans,usage_location,priority\n"
                   "ann@contoso.com,S, Remove , , US , 7 \n") ==
          lines{"2: remove S from ann@contoso.com in US priority 7"});
}

TEST_CASE("the same user or SKU in another case is the same", "[jobs][csv]") {
    auto const result = read(
        "user,sku\nAnn@Contoso.com,Power_BI_Pro\nann@contoso.COM,SPE_E5\nbob@contoso.com,POWER_BI_"
        "PRO\n",
        options_for("job.csv"));
    CHECK(describe(result) == lines{"2: assign Power_BI_Pro to Ann@Contoso.com",
                                    "3: assign SPE_E5 to Ann@Contoso.com",
                                    "4: assign Power_BI_Pro to bob@contoso.com"});
    CHECK(result.read.users.size() == 2);
    CHECK(result.read.skus.size() == 2);
}

TEST_CASE("service plans: empty keeps, none switches all on, else exactly these are off",
          "[jobs][csv]") {
    auto const result = read(
        "user,sku,disabled_plans\na@contoso.com,S,\nb@contoso.com,S,None\nc@contoso.com,S,A;B\n"
        "d@contoso.com,S, A + B \ne@contoso.com,S,A;b;a\n",
        options_for("job.csv"));
    CHECK(describe(result) ==
          lines{"2: assign S to a@contoso.com", "3: assign S to b@contoso.com plans none",
                "4: assign S to c@contoso.com plans A+B", "5: assign S to d@contoso.com plans A+B",
                "6: assign S to e@contoso.com plans A+b"});
    REQUIRE(result.read.plan_rules.size() == 4);
    CHECK(result.read.plan_rules[0] == plan_rule{});
    CHECK(result.read.targets[2].plans == result.read.targets[3].plans);
}

TEST_CASE("unknown columns are carried along as they are, and a note says so", "[jobs][csv]") {
    auto const result = read(
        "Department,user,sku,ticket\n Sales ,ann@contoso.com,S,7\n\"R&D, "
        "\"\"new\"\"\",bob@contoso.com,S,\n",
        options_for("job.csv"));
    CHECK(describe(result) ==
          lines{"2: assign S to ann@contoso.com Department=< Sales > ticket=<7>",
                "3: assign S to bob@contoso.com Department=<R&D, \"new\"> ticket=<>"});
    CHECK(describe("job.csv", result.notes) ==
          lines{"job.csv:1:1: Department: unknown column: it is carried into the report as it is",
                "job.csv:1:21: ticket: unknown column: it is carried into the report as it is"});
}

TEST_CASE("a misspelt column is an error: carried along, it would turn removals into assignments",
          "[jobs][csv]") {
    CHECK(read_csv("user,sku,acton\nann@contoso.com,S,remove\n") ==
          lines{"job.csv:1:10: acton: unknown column: did you mean action? A column of your own "
                "needs a name that is further from ours"});
}

TEST_CASE("a quote that takes many rows into its cell is remarked on, and strictly an error",
          "[jobs][csv]") {
    auto const job_of = [](int rows) {
        std::string text = "user,sku,note\nann@contoso.com,POWER_BI_PRO,\"hi\n";
        for (int row = 0; row < rows; ++row) {
            text += fmt::format("user{}@contoso.com,POWER_BI_PRO,x\n", row);
        }
        return text + "bob@contoso.com,POWER_BI_PRO,bye\"\n";
    };
    lines const told{
        "job.csv:2: a row of 23 lines: what is between two quotes is one cell: take the "
        "quotes away if there are rows between them"};
    auto const result = read(job_of(21), options_for("job.csv"));
    CHECK(result.read.targets.size() == 1);
    REQUIRE(result.notes.size() == 2);
    CHECK(describe("job.csv", result.notes)[1] == told[0]);
    // An address of some lines is nothing to speak of.
    CHECK(read(job_of(18), options_for("job.csv")).notes.size() == 1);
    auto strict = options_for("job.csv");
    strict.strict = true;
    CHECK(describe(read(job_of(21), strict)).back() == told[0]);
}

TEST_CASE("an empty cell under no name is passed over, as spreadsheets leave them", "[jobs][csv]") {
    CHECK(read_csv("user,sku,,\nann@contoso.com,POWER_BI_PRO,, \n") == ann_alone);
    CHECK(read_csv("user,sku,\nann@contoso.com,POWER_BI_PRO,remove\n") ==
          lines{"job.csv:2:30: a value in a column without a name \"remove\": name the column in "
                "the header"});
}
