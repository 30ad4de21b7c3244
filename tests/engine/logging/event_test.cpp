#include "engine/logging/event.hpp"

#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::logging;
using namespace std::chrono_literals;

namespace {

wall_time const moment{std::chrono::sys_days{std::chrono::year{2026} / 1 / 5} + 8h + 1250ms};

event throttled() {
    event made{level::warning, "throttled", "everything waits"};
    made.fields = {{"run", std::string{"20260105-080001-7f3a"}},
                   {"wait_seconds", 34.5},
                   {"refusals", std::int64_t{12}},
                   {"whole", true},
                   {"why", std::string{"no quota, says \"the service\""}}};
    return made;
}

}  // namespace

TEST_CASE("an event as text has its time, its level, and its fields behind the message",
          "[logging]") {
    CHECK(as_text(throttled(), moment) ==
          "2026-01-05T08:00:01.250Z warning: everything waits run=20260105-080001-7f3a "
          "wait_seconds=34.500 refusals=12 whole=true why=\"no quota, says \\\"the "
          "service\\\"\"\n");
    CHECK(as_text({level::info, {}, "a remark"}, moment) ==
          "2026-01-05T08:00:01.250Z info: a remark\n");
}

TEST_CASE("an event as JSON is one line and one object", "[logging]") {
    CHECK(as_json(throttled(), moment) ==
          "{\"time\":\"2026-01-05T08:00:01.250Z\",\"level\":\"warning\",\"event\":\"throttled\","
          "\"message\":\"everything waits\",\"run\":\"20260105-080001-7f3a\","
          "\"wait_seconds\":34.500,\"refusals\":12,\"whole\":true,"
          "\"why\":\"no quota, says \\\"the service\\\"\"}\n");
    CHECK(as_json({level::error, {}, "two\nlines\x1b"}, moment) ==
          "{\"time\":\"2026-01-05T08:00:01.250Z\",\"level\":\"error\","
          "\"message\":\"two\\nlines\\u001b\"}\n");
}

TEST_CASE("nobody can forge a line of the log through a message or a value", "[logging]") {
    event made{level::info, {}, "bad\n2026 error: forged\x1b[2J"};
    made.fields = {{"user", std::string{"a\nb=c"}}};
    CHECK(as_text(made, moment) ==
          "2026-01-05T08:00:01.250Z info: bad\n    2026 error: forged\\x1b[2J "
          "user=\"a\\x0ab=c\"\n");
}

TEST_CASE("journald is told the level of every line", "[logging]") {
    CHECK(for_journal("one\ntwo\n", level::error) == "<3>one\n<3>two\n");
    CHECK(for_journal("x\n", level::warning) == "<4>x\n");
    CHECK(for_journal("x", level::info) == "<6>x");
    CHECK(for_journal("\n", level::debug) == "<7>\n");
    CHECK(for_journal("", level::debug).empty());
}
