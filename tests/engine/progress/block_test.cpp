#include "engine/progress/block.hpp"

#include "engine/progress/cells.hpp"
#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::progress;
using namespace std::chrono_literals;

namespace {

standing in_the_middle() {
    standing is;
    is.title = "apply wave.csv, tenant contoso.onmicrosoft.com";
    is.at = stage::changing;
    is.done = 3120;
    is.total = 5000;
    is.accepted = 3190;
    is.per_second = 18.94;
    is.left = 90500ms;
    is.refusals = 1;
    is.seats = {{"POWER_BI_PRO", 96880}, {"SPE_E3", -2}};
    return is;
}

using lines = std::vector<std::string>;

}  // namespace

TEST_CASE("the block says what is done, how fast, how long still, and what is left of seats",
          "[progress]") {
    CHECK(block(in_the_middle(), 79, false) ==
          lines{"apply wave.csv, tenant contoso.onmicrosoft.com",
                "changing: 3,120 of 5,000 users through, 62 %  "
                "[===================>           ]",
                "18.9 users/s, 1 min 31 s left",
                "3,190 accepted, 1 refusal, seats left: POWER_BI_PRO 96,880, SPE_E3 -2"});
}

TEST_CASE("what is waited for, and how long, stands at the end", "[progress]") {
    auto is = in_the_middle();
    is.wait = 34200ms;
    auto const last = [&](waiting_for why) {
        is.waits = why;
        return block(is, 79, false).back();
    };
    CHECK(last(waiting_for::quota) == "waiting 35 s: the service has no quota for us (429)");
    is.wave = 2;
    is.waves = 7;
    CHECK(last(waiting_for::wave) == "waiting 35 s: then wave 3 of 7 begins");
    CHECK(last(waiting_for::trouble) == "waiting 35 s: the service failed, then it is tried again");
    CHECK(last(waiting_for::showing) == "waiting 35 s: the tenant does not show every change yet");
    CHECK(block(is, 79, false)[3].find("wave 2 of 7") != std::string::npos);
    is.waits = waiting_for::none;
    CHECK(block(is, 79, false).size() == 4);
}

TEST_CASE("where the time left is not known, the block says so", "[progress]") {
    auto is = in_the_middle();
    is.left.reset();
    is.per_second.reset();
    CHECK(block(is, 79, false)[2] == "time left unknown");
    is.at = stage::looking;
    is.per_second = 4;
    CHECK(block(is, 79, false)[2] == "time left unknown");
    CHECK(block(is, 79, false)[1].starts_with("looking again: 3,120 of 5,000"));
}

TEST_CASE("users of whom nobody knows how many there are have no percentage", "[progress]") {
    standing is;
    is.title = "export, tenant contoso";
    is.done = 12345678;
    is.per_second = 1000;
    CHECK(block(is, 79, false) == lines{"export, tenant contoso", "reading: 12,345,678 users",
                                        "1000.0 users/s, time left unknown", "0 refusals"});
    is.total = 0;
    CHECK(block(is, 79, false)[1] == "reading: 12,345,678 of 0 users");
}

TEST_CASE("a hundred per cent are all, and not before", "[progress]") {
    auto is = in_the_middle();
    is.done = 4999;
    CHECK(block(is, 79, false)[1].find("99 %") != std::string::npos);
    is.done = 5000;
    CHECK(block(is, 79, false)[1].find("100 %  [====") != std::string::npos);
    CHECK(block(is, 79, false)[1].find('>') == std::string::npos);
}

TEST_CASE("no line is longer than the terminal, however narrow", "[progress]") {
    auto is = in_the_middle();
    is.title = "apply 東京の従業員\x1b[2J.csv, tenant 会社.example";
    is.seats.push_back(
        {"名前\xc2\x9b"
         "31m",
         1});
    is.waits = waiting_for::quota;
    is.wait = 5s;
    for (std::size_t columns = 0; columns < 120; ++columns) {
        for (auto const& one : block(is, columns, false)) {
            CAPTURE(columns, one);
            CHECK(columns_of(one) <= columns);
            CHECK(one.find('\x1b') == std::string::npos);
            CHECK(one.find('\n') == std::string::npos);
        }
    }
    CHECK(block(is, 19, false)[0] == "apply 東京の従業員…");
}

TEST_CASE("colour adds escape sequences and nothing else", "[progress]") {
    auto is = in_the_middle();
    is.waits = waiting_for::quota;
    auto const plain = block(is, 60, false);
    auto const coloured = block(is, 60, true);
    REQUIRE(coloured.size() == plain.size());
    CHECK(coloured[0] == "\x1b[1m" + plain[0] + "\x1b[0m");
    CHECK(coloured[1] == plain[1]);
    CHECK(coloured.back() == "\x1b[33m" + plain.back() + "\x1b[0m");
}

TEST_CASE("a line for the log has it all", "[progress]") {
    auto is = in_the_middle();
    CHECK(line(is) ==
          "changing: 3,120 of 5,000 users through, 62 %, 18.9 users/s, 1 min 31 s left, 3,190 "
          "accepted, 1 refusal, seats left: POWER_BI_PRO 96,880, SPE_E3 -2");
    is.waits = waiting_for::quota;
    is.wait = 2s;
    CHECK(line(is).ends_with(", waiting 2 s: the service has no quota for us (429)"));
}

TEST_CASE("a block is taken away from where it began, also after the terminal was made narrower",
          "[progress]") {
    CHECK(erasure({}, 80).empty());
    std::string const last = "\r\x1b[2K";
    std::string const above = "\x1b[1A\x1b[2K";
    CHECK(erasure({"one"}, 80) == last);
    CHECK(erasure({"one", "two", "three"}, 80) == last + above + above);
    // Each of 50 columns takes three rows of 20; colour takes no room.
    std::string const fifty(50, 'x');
    CHECK(erasure({"\x1b[1m" + fifty + "\x1b[0m", fifty}, 20) ==
          last + above + above + above + above + above);
    CHECK(erasure({"東京東京"}, 4) == last + above);
    CHECK(erasure({"", "x"}, 0) == last + above);
}
