#include <string>

#include "reading.hpp"
#include "tests/support/catch.hpp"

using namespace allot::jobs;
using namespace allot::jobs::testing;

TEST_CASE("an array of objects is a job", "[jobs][json]") {
    CHECK(read_json("[\n"
                    "  {\"user\": \"ann@contoso.com\", \"sku\": \"POWER_BI_PRO\"},\n"
                    "  {\"skuPartNumber\": \"SPE_E5\", \"UPN\": \"bob@contoso.com\", \"action\": "
                    "\"remove\",\n"
                    "   \"usageLocation\": \"de\", \"priority\": 3}, {\"id\": \"cid@contoso.com\", "
                    "\"license\": \"S\"}\n"
                    "]\n") == lines{"2: assign POWER_BI_PRO to ann@contoso.com",
                                    "3: remove SPE_E5 from bob@contoso.com in DE priority 3",
                                    "4: assign S to cid@contoso.com"});
}

TEST_CASE("one object per line is a job", "[jobs][json]") {
    for (std::string const end : {"\n", "\r\n"}) {
        CHECK(read_json("{\"user\":\"ann@contoso.com\",\"sku\":\"A\"}" + end + end +
                        "  {\"user\":\"bob@contoso.com\",\"sku\":\"B\"}  " + end +
                        "{\"user\":\"cid@contoso.com\",\"sku\":\"C\"}") ==
              lines{"1: assign A to ann@contoso.com", "3: assign B to bob@contoso.com",
                    "4: assign C to cid@contoso.com"});
    }
}

TEST_CASE("defaults stand in for what a target does not say, wherever they are", "[jobs][json]") {
    std::string const defaults =
        "\"defaults\": {\"sku\": \"POWER_BI_PRO\", \"usage_location\": \"DE\", \"disabled_plans\": "
        "[\"A\"],"
        " \"priority\": 5, \"ticket\": \"T1\"}";
    std::string const targets =
        "\"targets\": [{\"user\": \"ann@contoso.com\"},\n"
        " {\"user\": \"bob@contoso.com\", \"sku\": \"SPE_E5\", \"usage_location\": \"FR\", "
        "\"disabled_plans\": \"none\","
        " \"priority\": -1, \"ticket\": \"T2\"},\n"
        " {\"user\": \"cid@contoso.com\", \"action\": \"remove\", \"usage_location\": null, "
        "\"ticket\": null}]";
    lines const expected{
        "1: assign POWER_BI_PRO to ann@contoso.com plans A in DE priority 5 ticket=<T1>",
        "2: assign SPE_E5 to bob@contoso.com plans none in FR priority -1 ticket=<T2>",
        "3: remove POWER_BI_PRO from cid@contoso.com in DE priority 5 ticket=<>"};
    CHECK(read_json("{" + defaults + "," + targets + "}") == expected);
    CHECK(read_json("{" + targets + "," + defaults + "}") == expected);
    CHECK(read_json("{\"targets\": [{\"user\": \"ann@contoso.com\", \"sku\": \"S\"}]}") ==
          lines{"1: assign S to ann@contoso.com"});
    CHECK(read_json("{\n\"defaults\": {\"action\": \"remove\"},\n\"targets\": [\n{\"user\": "
                    "\"a@b.de\", \"sku\": \"S\"}\n]\n}") == lines{"4: remove S from a@b.de"});
}

TEST_CASE("the form is told from the first byte, else from the name, unless given",
          "[jobs][json]") {
    lines const expected{"1: assign S to ann@contoso.com"};
    std::string const one = " \n[{\"user\":\"ann@contoso.com\",\"sku\":\"S\"}]";
    CHECK(describe(read(one, options_for("-"))) == lines{"2: assign S to ann@contoso.com"});
    CHECK(describe(read(one, options_for("job.csv"))) == lines{"2: assign S to ann@contoso.com"});
    CHECK(describe(read("user,sku\nann@contoso.com,S\n", options_for("-"))) ==
          lines{"2: assign S to ann@contoso.com"});
    CHECK(read_json("user,sku\n") == lines{"job.json:1:1: JSON syntax error \"u\": expected [ or { "
                                           "at the start of a job in JSON"});
    auto forced = options_for("job.json");
    forced.form = file_form::csv;
    CHECK(describe(read("user,sku\nann@contoso.com,S\n", forced)) ==
          lines{"2: assign S to ann@contoso.com"});
    forced.form = file_form::json;
    CHECK(describe(read("user,sku\n", forced)).front().find("JSON syntax error") !=
          std::string::npos);
    CHECK(read_json("\xEF\xBB\xBF[{\"user\":\"ann@contoso.com\",\"sku\":\"S\"}]") == expected);
}

TEST_CASE("service plans in JSON are a text or a list of texts", "[jobs][json]") {
    auto const plans = [](std::string_view value) {
        return read_json(
            fmt::format("[{{\"user\":\"a@b.de\",\"sku\":\"S\",\"disabled_plans\":{}}}]", value));
    };
    CHECK(plans("\"A;B\"") == lines{"1: assign S to a@b.de plans A+B"});
    CHECK(plans("[\"A\", \"B\"]") == lines{"1: assign S to a@b.de plans A+B"});
    CHECK(plans("[\"none\"]") == lines{"1: assign S to a@b.de plans none"});
    CHECK(plans("null") == lines{"1: assign S to a@b.de"});
    CHECK(plans("\"\"") == lines{"1: assign S to a@b.de"});
    CHECK(plans("[]") == lines{"job.json:1:46: disabled_plans: an empty list: write \"none\" to "
                               "switch every plan on; leave it "
                               "out to keep what is off"});
    CHECK(
        plans("[1]") ==
        lines{"job.json:1:46: disabled_plans: wrong type \"[\": write a text, or a list of texts"});
    CHECK(
        plans("5") ==
        lines{"job.json:1:46: disabled_plans: wrong type \"5\": write a text, or a list of texts"});
}

TEST_CASE("texts are unescaped, numbers and truths are carried as written", "[jobs][json]") {
    CHECK(read_json(
              "[{\"us\\u0065r\":\"\\u0061nn@contoso.com\",\"sku\":\"Pro \\\"X\\\" \\ud83d\\ude00\","
              "\"priority\":\" 12 "
              "\",\"count\":1.50,\"big\":123456789012345678901234567890,\"on\":true,\"off\":null}"
              "]") == lines{"1: assign Pro \"X\" 😀 to ann@contoso.com priority 12 count=<1.50> "
                            "big=<123456789012345678901234567890> on=<true> off=<>"});
}

TEST_CASE("unknown keys are carried, whichever objects have them", "[jobs][json]") {
    auto const result = read(
        "[{\"user\":\"a@b.de\",\"sku\":\"S\"},{\"user\":\"b@b.de\",\"sku\":\"S\",\"x\":\"1\"},"
        "{\"y\":2,\"user\":\"c@b.de\",\"sku\":\"S\"},{\"user\":\"d@b.de\",\"X\":\"3\",\"sku\":"
        "\"S\",\"y\":4}]",
        options_for("job.json"));
    CHECK(describe(result) ==
          lines{"1: assign S to a@b.de x=<> y=<>", "1: assign S to b@b.de x=<1> y=<>",
                "1: assign S to c@b.de x=<> y=<2>", "1: assign S to d@b.de x=<3> y=<4>"});
    CHECK(describe("job.json", result.notes) ==
          lines{"job.json:1:61: x: unknown key: it is carried into the report as it is",
                "job.json:1:71: y: unknown key: it is carried into the report as it is"});
    auto strict = options_for("job.json");
    strict.strict = true;
    CHECK(describe(read("[{\"user\":\"a@b.de\",\"sku\":\"S\",\"acton\":\"remove\"}]", strict)) ==
          lines{"job.json:1:37: acton: unknown key: did you mean action? A key of your own "
                "needs a name that is further from ours"});
}

TEST_CASE("a misspelt key is one with spaces around it too", "[jobs][json]") {
    CHECK(
        read_json("[{\"user\":\"a@b.de\",\"sku\":\"S\",\" bation\":\"remove\"}]") ==
        lines{"job.json:1:39: bation: unknown key: did you mean action? A key of your own needs a "
              "name that is further from ours"});
}

TEST_CASE("a NUL in what is carried along is an error, as the report could not be read again",
          "[jobs][json]") {
    CHECK(read_json("[{\"user\":\"a@b.de\",\"sku\":\"S\",\"x\":\"1\\u0000\"},\n"
                    "{\"user\":\"b@b.de\",\"sku\":\"S\",\"y\\u0000\":\"1\"},\n"
                    "{\"user\":\"c@b.de\",\"sku\":\"S\",\"y\\u0000\":\"2\"}]") ==
          lines{"job.json:1:33: x: a NUL character \"1\\x00\": leave it out",
                "job.json:2:38: y\\x00: a NUL character in the key \"1\": leave it out"});
}

TEST_CASE("a key without a name is an error, as a column without one is", "[jobs][json]") {
    CHECK(read_json("[{\"user\":\"a@b.de\",\"sku\":\"S\",\"\":\"x\"},\n"
                    "{\"user\":\"b@b.de\",\"sku\":\"S\",\" \":1}]") ==
          lines{"job.json:1:32: a value under a key without a name \"x\": name the key, or leave "
                "it out",
                "job.json:2:32: a value under a key without a name \"1\": name the key, or leave "
                "it out"});
}

TEST_CASE("every error of a JSON job is reported with its place", "[jobs][json]") {
    CHECK(read_json(
              "[\n"
              "{\"user\": \"ann\", \"sku\": \"S\", \"action\": \"ad\"},\n"
              "{\"sku\": \"S\"},\n"
              "{\"user\": \"bob@contoso.com\", \"sku\": \"\"},\n"
              "{\"user\": 5, \"sku\": true, \"priority\": false},\n"
              "{\"user\": \"cid@contoso.com\", \"UPN\": \"cid@contoso.com\", \"sku\": \"S\"},\n"
              "7,\n"
              "{\"user\": \"dan@contoso.com\", \"sku\": \"S\", \"x\": {\"deep\": 1}, \"x\": 2},\n"
              "{\"user\": \"eve@contoso.com\", \"sku\": \"S\", \"priority\": 1.5},\n"
              "{\"user\": \"eve@contoso.com\", \"sku\": \"s\"}\n"
              "]") ==
          lines{"job.json:2:10: user: neither a user principal name nor an id \"ann\": write a "
                "user principal name "
                "(ann@contoso.com) or an object id",
                "job.json:2:39: action: unknown action \"ad\": write assign or remove",
                "job.json:3:1: user: no user: every target needs a user, or a group, and a sku",
                "job.json:4:36: sku: no sku: every target needs a user, or a group, and a sku",
                "job.json:5:10: user: wrong type \"5\": write a text in quotes",
                "job.json:5:20: sku: wrong type \"true\": write a text in quotes",
                "job.json:5:38: priority: wrong type \"false\": write a whole number",
                "job.json:6:36: user: the same key twice in one object \"cid@contoso.com\": keep "
                "one of the two",
                "job.json:7:1: not an object \"7\": each target is an object in braces",
                "job.json:8:46: x: wrong type \"{\": an unknown key is carried along when its "
                "value is a text, a number, "
                "true or false",
                "job.json:8:64: x: the same key twice in one object \"2\": keep one of the two",
                "job.json:9:53: priority: malformed priority \"1.5\": write a whole number of at "
                "most nine digits; lower "
                "numbers get seats first",
                "job.json:10:10: user: the same user and SKU as on line 9 \"eve@contoso.com\": "
                "keep one of the two"});
}

TEST_CASE("a syntax error spoils one target and not its neighbours", "[jobs][json]") {
    struct example {
        std::string_view object;
        std::string_view place;
    };
    for (auto const& [object, place] :
         {example{R"({"user":"b@b.de" "sku":"S"})", "2:18"},
          example{R"({"user":"b@b.de","sku":"S",})", "2:28"},
          example{R"({"user":"b@b.de",,"sku":"S"})", "2:18"},
          example{R"({"user":"b@b.de","sku":tru})", "2:24"},
          example{R"({"user":"b@b.de","sku":nul})", "2:24"},
          example{R"({"user":"b@b.de","n":01,"sku":"S"})", "2:22"},
          example{R"({"user":"b@b.de","n":1.2.3})", "2:22"},
          example{R"({"user":"b@b.de","sku":"S)", "2:24"},
          example{R"({"user":"b@b.de","sku":"\x"})", "2:24"},
          example{R"({"user":"b@b.de","sku":"\ud800"})", "2:24"},
          example{"{\"user\":\"b@b.de\",\"sku\":\"a\tb\"}", "2:26"},
          example{"{\"user\":\"b@b.de\",\"sku\":\"a\xFF\"}", "2:26"},
          example{R"({user:"b@b.de"})", "2:2"}, example{R"({"user":})", "2:9"}}) {
        CAPTURE(std::string{object});
        auto const found = read_json(fmt::format(
            "{{\"user\":\"ann\",\"sku\":\"S\"}}\n{}\n{{\"user\":\"cid\",\"sku\":\"S\"}}\n",
            object));
        REQUIRE(found.size() == 3);
        CHECK(found[0].starts_with("job.json:1:9: user: neither"));
        CHECK(found[1].starts_with(fmt::format("job.json:{}: ", place)));
        CHECK(found[2].starts_with("job.json:3:9: user: neither"));
    }
    auto const in_array = read_json(
        "[{\"user\":\"ann\",\"sku\":\"S\"},\n{\"user\":\"b@b.de\" "
        "\"sku\":\"S\"},\n{\"user\":\"cid\",\"sku\":\"S\"}]");
    REQUIRE(in_array.size() == 3);
    CHECK(in_array[1].starts_with("job.json:2:18: JSON syntax error"));
    CHECK(in_array[2].starts_with("job.json:3:9: user: neither"));
}

TEST_CASE("no target is lost to a line that lacks its end, or has too much", "[jobs][json]") {
    CHECK(read_json("{\"user\":\"a@b.de\",\"sku\":\"S\"\n{\"user\":\"b@b.de\",\"sku\":\"S\"}\n") ==
          lines{"job.json:1:27: JSON syntax error: expected a comma or }"});
    CHECK(read_json("{\"user\":\"a@b.de\",\"sku\":\"S\"}{\"user\":\"b@b.de\",\"sku\":\"S\"}\n") ==
          lines{"job.json:1:28: text after the object \"{\"user\":\"b@b.de\",\"sku\":\"S\"}\": "
                "each line holds one target and no comma"});
    CHECK(
        read_json("{\"user\":\"a@b.de\",\"sku\":\"S\"},\n") ==
        lines{
            "job.json:1:28: text after the object \",\": each line holds one target and no comma"});
    CHECK(read_json("{\"user\":\"a@b.de\",\"sku\":\"S\"}\n[1]\n") ==
          lines{"job.json:2:1: not an object \"[1]\": each line holds one target, in braces"});
}

TEST_CASE("a lone CR inside an object's line is a line end in the places that follow",
          "[jobs][json]") {
    CHECK(read_json(
              "{\"user\":\"a@contoso.com\",\r\"sku\":\"S\"}\r\n{\"user\":\"b@contoso.com\"}\n") ==
          lines{"job.json:3:1: sku: no sku: every target needs a user, or a group, and a sku"});
}

TEST_CASE("the array must be whole", "[jobs][json]") {
    std::string const ann = "{\"user\":\"a@b.de\",\"sku\":\"S\"}";
    CHECK(read_json("[" + ann) ==
          lines{"job.json:1:29: JSON syntax error: expected ] at the end of the array"});
    CHECK(read_json("[" + ann + ",]") ==
          lines{"job.json:1:30: JSON syntax error \"]\": expected an object"});
    CHECK(read_json("[," + ann + "]") ==
          lines{"job.json:1:2: JSON syntax error \",\": expected an object"});
    CHECK(read_json("[" + ann + ann + "]") ==
          lines{"job.json:1:29: JSON syntax error \"{\": expected a comma or ]"});
    CHECK(read_json("[" + ann + "] x") ==
          lines{"job.json:1:31: text after the end of the array \"x\": leave it out"});
    CHECK(read_json("[" + ann + "]\n[]") ==
          lines{"job.json:2:1: text after the end of the array \"[\": leave it out"});
    CHECK(read_json("[" + ann + ",{\"user\":\"b@b.de\"") ==
          lines{"job.json:1:46: JSON syntax error: expected a comma or }",
                "job.json:1:46: JSON syntax error: expected ] at the end of the array"});
}

TEST_CASE("the outer object has defaults and targets and nothing else", "[jobs][json]") {
    std::string const targets = "\"targets\":[{\"user\":\"a@b.de\",\"sku\":\"S\"}]";
    CHECK(read_json("{" + targets + ",\"default\":{}}") ==
          lines{"job.json:1:42: default: unknown key: a job has defaults and targets (did you mean "
                "defaults?)"});
    CHECK(read_json("{" + targets + "," + targets + "}") ==
          lines{"job.json:1:42: targets: the same key twice in one object: keep one of the two"});
    CHECK(read_json("{\"defaults\":[]," + targets + "}") ==
          lines{"job.json:1:13: defaults of the wrong type \"[]\": defaults is an object"});
    CHECK(read_json("{\"targets\":5}") ==
          lines{"job.json:1:12: targets of the wrong type \"5\": targets is an array of objects"});
    CHECK(read_json("{\"defaults\":{\"sku\":\"S\"}}") ==
          lines{"job.json: the file has no targets: add a row for each user and SKU"});
    CHECK(read_json("{" + targets + "} {}") ==
          lines{"job.json:1:43: text after the end of the object \"{}\": leave it out"});
    CHECK(read_json("{" + targets) ==
          lines{"job.json:1:41: JSON syntax error: expected a comma or }"});
    CHECK(read_json("{\n" + targets + "\n\"defaults\":{}}") ==
          lines{"job.json:3:1: JSON syntax error: expected a comma or }"});
}

TEST_CASE("a wrong default is said once, and targets are not blamed for it", "[jobs][json]") {
    CHECK(
        read_json("{\"defaults\":{\"user\":\"a@b.de\",\"sku\":\"f8a1db68-be16-40ed-86d5-"
                  "cb42ce70156\",\"action\":\"giv\","
                  "\"usage_location\":\"EN\"},\n\"targets\":[{\"user\":\"ann@b.de\"},{\"user\":"
                  "\"bob@b.de\"},{\"sku\":\"S\"}]}") ==
        lines{
            "job.json:1:21: user: a default for the user \"a@b.de\": name the user in each target",
            "job.json:1:36: sku: malformed id \"f8a1db68-be16-40ed-86d5-cb42ce70156\": write the "
            "id as 8-4-4-4-12 "
            "hexadecimal digits with nothing around it",
            "job.json:1:83: action: unknown action \"giv\": write assign or remove",
            "job.json:1:106: usage_location: unknown country code \"EN\": write the two letters of "
            "ISO 3166-1, such as "
            "DE or US"});
}

TEST_CASE("a JSON file with nothing to do is an error", "[jobs][json]") {
    CHECK(
        read_json("") ==
        lines{
            "job.json:1:1: the file is empty: write an array of objects, or one object per line"});
    CHECK(read_json("[]") ==
          lines{"job.json: the file has no targets: add a row for each user and SKU"});
    CHECK(read_json("{\"targets\":[]}") ==
          lines{"job.json: the file has no targets: add a row for each user and SKU"});
    CHECK(read_json("{}") ==
          lines{"job.json:1:1: user: no user: every target needs a user, or a group, and a sku",
                "job.json:1:1: sku: no sku: every target needs a user, or a group, and a sku"});
}
