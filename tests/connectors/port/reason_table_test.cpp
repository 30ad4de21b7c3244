#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "connectors/port/reason.hpp"
#include "tests/support/catch.hpp"

using namespace allot;

namespace {

std::string wanted_table() {
    std::string text = "| reason | what it says | what to do |\n|---|---|---|\n";
    for (auto const why : all_reasons) {
        if (why == reason::none) continue;
        text += "| `" + std::string{code(why)} + "` | " + std::string{meaning(why)} + " | " +
                std::string{advice(why)} + " |\n";
    }
    return text;
}

}  // namespace

TEST_CASE("every reason has a code of its own, a meaning, and a sentence of advice", "[reasons]") {
    std::set<std::string_view> codes;
    for (auto const why : all_reasons) {
        if (why == reason::none) continue;
        INFO(code(why));
        CHECK(codes.insert(code(why)).second);
        CHECK_FALSE(meaning(why).empty());
        CHECK(advice(why).ends_with("."));
    }
}

TEST_CASE("engine/README.md tells all reasons as the program does", "[reasons]") {
    std::ifstream file{"engine/README.md"};
    std::stringstream read;
    read << file.rdbuf();
    auto const text = read.str();
    std::string const begin = "<!-- reasons -->\n";
    std::string const end = "<!-- end of reasons -->";
    auto const from = text.find(begin);
    auto const to = text.find(end);
    REQUIRE(from != std::string::npos);
    REQUIRE(to != std::string::npos);
    INFO("put this between the two marks:\n" << wanted_table());
    CHECK(text.substr(from + begin.size(), to - from - begin.size()) == wanted_table());
}
