// Goal: a job that is kept is the job that was read. Method: a job from a file, and seeded made-up
// ones, there and back; every prefix and many spoilt copies of their texts.
#include <string>

#include "engine/documents/job.hpp"
#include "engine/jobs/reader.hpp"
#include "made_up.hpp"
#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::documents;
using namespace allot::documents::testing;

namespace {

std::string text_of(jobs::job const& of) {
    std::string text;
    append_job(text, of);
    return text;
}

constexpr auto file =
    "user,sku,action,disabled_plans,usage_location,priority,note\n"
    "ada@contoso.example,POWER_BI_PRO,,,nl,,\"first, \"\"really\"\"\"\n"
    "bob@contoso.example,POWER_BI_PRO,remove,,,,\n"
    "ADA@contoso.example,SPE_E5,assign,TEAMS1+BI_AZURE_P2,,-3,two\n"
    "cy@contoso.example,spe_e5,,none,,0,\n";

constexpr auto kept =
    R"({"source":"wave.csv",
"columns":["note"],
"skus":["POWER_BI_PRO","SPE_E5"],
"plan_rules":["keep",["TEAMS1","BI_AZURE_P2"],"none"],
"users":[
"ada@contoso.example",
"bob@contoso.example",
"cy@contoso.example"
],
"targets":[
{"line":2,"user":"ada@contoso.example","sku":"POWER_BI_PRO","location":"NL","column":21,"cells":["first, \"really\""]},
{"line":3,"user":"bob@contoso.example","sku":"POWER_BI_PRO","action":"remove","column":21,"cells":[""]},
{"line":4,"user":"ada@contoso.example","sku":"SPE_E5","disabled_plans":["TEAMS1","BI_AZURE_P2"],"priority":-3,"column":21,"cells":["two"]},
{"line":5,"user":"cy@contoso.example","sku":"SPE_E5","disabled_plans":"none","priority":0,"column":20,"cells":[""]}
]})";

}  // namespace

TEST_CASE("a job is kept as its users and rows, one to a line", "[documents]") {
    auto const read = jobs::read(file, {"wave.csv"});
    REQUIRE(read.errors.empty());
    CHECK(text_of(read.read) == kept);
    auto const again = parse_job(kept);
    REQUIRE(again.has_value());
    CHECK(same(*again, read.read));
}

TEST_CASE("any job is read back as it was", "[documents]") {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        made_up by{seed};
        auto const job = by.job();
        auto const text = text_of(job);
        INFO("seed " << seed << "\n" << text);
        auto const again = parse_job(text);
        REQUIRE(again.has_value());
        CHECK(same(*again, job));
    }
    auto const empty = parse_job(text_of({}));
    REQUIRE(empty.has_value());
    CHECK(same(*empty, {}));
}

TEST_CASE("a job that was cut short is not read", "[documents]") {
    std::string const whole{kept};
    for (std::size_t length = 0; length < whole.size(); ++length) {
        INFO(length);
        CHECK(parse_job(whole.substr(0, length)).has_error());
    }
    CHECK(parse_job(whole + "\nx").has_error());
    CHECK(parse_job(whole + "x").has_error());
}

TEST_CASE("a spoilt job is read as something whole or not at all", "[documents]") {
    for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
        INFO("seed " << seed);
        made_up by{seed};
        auto const read = parse_job(spoilt(by, seed % 2 == 0 ? kept : text_of(by.job())));
        if (!read) continue;
        auto const again = parse_job(text_of(*read));
        REQUIRE(again.has_value());
        CHECK(same(*again, *read));
    }
}

TEST_CASE("a job whose parts do not fit is an error with its line", "[documents]") {
    struct mistake {
        std::string_view what;
        std::string_view instead;
        std::size_t line;
    };
    for (auto const& one : std::initializer_list<mistake>{
             {"{\"source\"", "{\"origin\"", 1},
             {"\"columns\":[\"note\"]", "\"columns\":\"note\"", 2},
             {"\"POWER_BI_PRO\",\"SPE_E5\"]", "\"SPE_E5\",\"SPE_E5\"]", 3},
             {"[\"keep\",[\"TEAMS1\"", "[\"none\",[\"TEAMS1\"", 4},
             {"\"BI_AZURE_P2\"],\"none\"]", "\"BI_AZURE_P2\"],\"keep\"]", 4},
             {"\"BI_AZURE_P2\"],\"none\"]", "\"BI_AZURE_P2\"],\"some\"]", 4},
             {"\"bob@contoso.example\",\n", "\"ada@contoso.example\",\n", 7},
             {"\"cy@contoso.example\"\n]", "\"cy@contoso.example\",\n]", 9},
             {"\"bob@contoso.example\",\n", "\"bob@contoso.example\"\n", 8},
             {"\"line\":2", "\"line\":-2", 11},
             {"\"line\":2", "\"line\":4294967296", 11},
             {"\"line\":2,", "", 11},
             {"\"location\":\"NL\"", "\"location\":\"N\"", 11},
             {"\"sku\":\"POWER_BI_PRO\",\"location\"", "\"sku\":\"VISIO\",\"location\"", 11},
             {"\"action\":\"remove\"", "\"action\":\"assign\"", 12},
             {"\"user\":\"bob", "\"user\":\"bo", 12},
             {"\"cells\":[\"\"]},", "\"cells\":[]},", 12},
             {",\"cells\":[\"\"]},", "},", 12},
             {"\"disabled_plans\":[\"TEAMS1\"", "\"disabled_plans\":[\"TEAMS2\"", 13},
             {"\"priority\":-3", "\"priority\":\"-3\"", 13}}) {
        std::string text{kept};
        auto const at = text.find(one.what);
        INFO(one.what << " as " << one.instead);
        REQUIRE(at != std::string::npos);
        text.replace(at, one.what.size(), one.instead);
        auto const read = parse_job(text);
        REQUIRE(read.has_error());
        CHECK(read.error().code == errc::could_not_run);
        CHECK(read.error().message == "what is kept of a job is not as allot writes it, in line " +
                                          std::to_string(one.line));
    }
}
