#include "reading.hpp"
#include "tests/support/catch.hpp"

/// Rows whose target is a group.
using namespace allot::jobs;
using namespace allot::jobs::testing;

TEST_CASE("a row can be for a group, by its id or its display name", "[jobs][groups]") {
    CHECK(read_csv("user,group,sku\n"
                   "ann@contoso.com,,POWER_BI_PRO\n"
                   ",Sales & Büro,POWER_BI_PRO\n"
                   ",22222222-aaaa-4bbb-8ccc-000000000002,POWER_BI_PRO\n") ==
          lines{"2: assign POWER_BI_PRO to ann@contoso.com",
                "3: assign POWER_BI_PRO to group:Sales & Büro",
                "4: assign POWER_BI_PRO to group:22222222-aaaa-4bbb-8ccc-000000000002"});
    lines const alone{"2: remove SPE_E3 from group:Sales"};
    CHECK(read_csv("Group Name,sku,action\nSales,SPE_E3,remove\n") == alone);
    // As the report has it.
    CHECK(read_csv("user,sku,action\ngroup:Sales,SPE_E3,remove\n") == alone);
    CHECK(read_json(R"([{"groupId":"Sales","sku":"SPE_E3"}])") ==
          lines{"1: assign SPE_E3 to group:Sales"});
}

TEST_CASE("a group and a user of one name are two targets, a group in another case is not",
          "[jobs][groups]") {
    std::string const id = "22222222-aaaa-4bbb-8ccc-000000000002";
    CHECK(read_csv("user,group,sku\n" + id + ",,SPE_E3\n," + id + ",SPE_E3\n").size() == 2);
    CHECK(
        read_csv("group,sku\nSales,SPE_E3\nSALES,SPE_E3\n") ==
        lines{"job.csv:3:1: group: the same group and SKU as on line 2 \"SALES\": keep one of the "
              "two"});
}

TEST_CASE("what a row of a group cannot say is an error with its place", "[jobs][groups]") {
    CHECK(
        read_csv("user,group,sku,usage_location\n"
                 "ann@contoso.com,Sales,SPE_E3,\n"
                 ",,SPE_E3,\n"
                 ",Sales,SPE_E3,NL\n"
                 "group:,,SPE_E3,\n"
                 ",22222222-aaaa-4bbb-8ccc-00000000002,SPE_E3,\n") ==
        lines{"job.csv:2:17: group: both a user and a group \"Sales\": a row is for one of them: "
              "leave the other cell empty",
              "job.csv:3:1: user: no user: every target needs a user, or a group, and a sku",
              "job.csv:4:15: usage_location: a usage location for a group \"NL\": leave the cell "
              "empty: each member has a usage location of his own",
              "job.csv:5:1: user: no name after group: \"group:\": write the group's object id or "
              "its exact display name",
              "job.csv:6:2: group: malformed id \"22222222-aaaa-4bbb-8ccc-00000000002\": write "
              "the id as 8-4-4-4-12 hexadecimal digits with nothing around it"});
    CHECK(read_csv("group,sku\n" + std::string(257, 'x') + ",SPE_E3\n")
              .front()
              .find("the group's name is too long") != std::string::npos);
    CHECK(read_csv("group,sku\n,SPE_E3\n") ==
          lines{"job.csv:2:1: group: no group: every target needs a user, or a group, and a sku"});
}

TEST_CASE("a default usage location is not for groups, and a group is no default",
          "[jobs][groups]") {
    CHECK(read_json(R"({"defaults":{"usage_location":"NL","sku":"SPE_E3"},
"targets":[{"user":"ann@contoso.com"},{"group":"Sales"}]})") ==
          lines{"2: assign SPE_E3 to ann@contoso.com in NL", "2: assign SPE_E3 to group:Sales"});
    CHECK(read_json(R"({"defaults":{"group":"Sales"},"targets":[{"sku":"SPE_E3"}]})")
              .front()
              .find("a default for the group") != std::string::npos);
}
