#include "engine/progress/cells.hpp"

#include <string>

#include "tests/support/catch.hpp"

using namespace allot::progress;

TEST_CASE("wide characters take two columns, combining ones none", "[progress]") {
    struct {
        char const* text;
        std::size_t columns;
    } const cases[] = {
        {"", 0},       {"POWER_BI_PRO", 12},
        {"Zürich", 6}, {"Zu\xcc\x88rich", 6},  // u and a combining diaeresis
        {"東京", 4},   {"ﾃｽﾄ", 3},             // half-width
        {"Ａ", 2},                             // full-width
        {"한국", 4},   {"👩 ok", 5},
        {"\xff", 1},
    };
    for (auto const& one : cases) {
        CAPTURE(one.text);
        CHECK(columns_of(one.text) == one.columns);
    }
}

TEST_CASE("nothing that moves a cursor or turns the writing round gets through", "[progress]") {
    CHECK(harmless("a\x1b[2Jb") == "a\\x1b[2Jb");
    CHECK(harmless("a\r\n\tb\x7f") == "a\\x0d\\x0a\\x09b\\x7f");
    CHECK(harmless("a\xc2\x9b"
                   "2Jb") == "a\\x9b2Jb");  // CSI in one character of C1
    CHECK(harmless("invoice\xe2\x80\xaegpj.exe") ==
          "invoice\\u202egpj.exe");  // right-to-left override
    CHECK(harmless("\xe2\x81\xa6x") == "\\u2066x");
    CHECK(harmless("caf\xe9") == "caf\\xe9");  // Latin-1
    CHECK(harmless("Jürgen 東京 👩") == "Jürgen 東京 👩");
}

TEST_CASE("a text is cut to the columns there are, never in the middle of a character",
          "[progress]") {
    CHECK(fitted("allot", 5) == "allot");
    CHECK(fitted("allots", 5) == "allo…");
    CHECK(fitted("東京都", 6) == "東京都");
    CHECK(fitted("東京都", 5) == "東京…");
    CHECK(fitted("東京都", 4) == "東…");  // the second would take the fourth column as well
    CHECK(fitted("abc", 1) == "…");
    CHECK(fitted("abc", 0).empty());
    for (std::size_t columns = 0; columns < 30; ++columns) {
        CHECK(columns_of(fitted("x東\x1b[31mZu\xcc\x88rich\xff👩…", columns)) <= columns);
    }
}
