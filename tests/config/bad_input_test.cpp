#include <string>
#include <vector>

#include "config/settings.hpp"
#include "surroundings.hpp"

using namespace allot;
using namespace allot::config;
using namespace allot::config::testing;

namespace {

struct bad_line {
    std::vector<std::string> arguments;
    std::string sentence;
};

}  // namespace

TEST_CASE("a command line that is not understood says what to write instead", "[config]") {
    std::vector<bad_line> const table{
        {{},
         "no command given: write `allot COMMAND`, one of check, plan, apply, verify, resume, "
         "undo, runs, report, skus, export, doctor, simulate, completion, man; see `allot --help`"},
        {{"aply", "wave.csv"},
         "unknown command \"aply\" (did you mean apply?): write one of check, plan, apply, verify, "
         "resume, undo, runs, report, skus, export, doctor, simulate, completion, man"},
        {{"completion"},
         "nothing is named: write `allot completion ` and one of bash, zsh, fish, profiles, runs, "
         "skus"},
        {{"man", "plan"}, "there is no \"plan\": write `allot man ` and one of job"},
        {{"plan"},
         "no job file given: write `allot plan JOB`, for example `allot plan wave.csv`, or - to "
         "read standard input"},
        {{"plan", "a.csv", "b.csv"},
         "unexpected argument \"b.csv\" after `allot plan`: one job file is read at a time"},
        {{"undo"}, "no run given: write `allot undo RUN`; `allot runs` lists them"},
        {{"report"}, "no run given: write `allot report RUN`; `allot runs` lists them"},
        {{"resume", ""}, "no run given: write `allot resume RUN`; `allot runs` lists them"},
        {{"resume", "a", "b"},
         "unexpected argument \"b\" after `allot resume`: one run is named at a time"},
        {{"runs", "a"},
         "unexpected argument \"a\" after `allot runs`: this command takes flags only"},
        {{"skus", "a.csv"},
         "unexpected argument \"a.csv\" after `allot skus`: this command takes flags only"},
        {{"plan", "a.csv", "--max-removal", "5"},
         "unknown flag \"--max-removal\" (did you mean --max-removals?): see `allot plan --help`"},
        {{"plan", "a.csv", "--frobnicate"},
         "unknown flag \"--frobnicate\": see `allot plan --help`"},
        {{"plan", "a.csv", "-x"}, "unknown flag \"-x\": see `allot plan --help`"},
        {{"check", "a.csv", "--yes"},
         "--yes has no meaning for `allot check`: it belongs to apply, undo"},
        {{"apply", "a.csv", "--out", "p.json"},
         "--out has no meaning for `allot apply`: it belongs to plan, skus, export"},
        {{"plan", "a.csv", "--max-shrink", "5%"},
         "--max-shrink has no meaning for `allot plan`: it belongs to apply"},
        {{"verify", "a.csv", "--lock-timeout", "1h"},
         "--lock-timeout has no meaning for `allot verify`: it belongs to apply, resume, undo"},
        {{"skus", "--latency", "5ms"},
         "--latency has no meaning for `allot skus`: it belongs to simulate"},
        {{"plan", "a.csv", "--tenant"}, "--tenant: its value is missing: write one after it"},
        {{"plan", "a.csv", "--report-dir", "--max-removals=0"},
         "--report-dir: its value is missing: write one after it; one that begins with a hyphen as "
         "--report-dir=VALUE"},
        {{"plan", "a.csv", "--report-dir", "-q"},
         "--report-dir: its value is missing: write one after it"},
        {{"plna", "wave.csv"},
         "unknown command \"plna\" (did you mean plan?): write one of check, plan, apply, verify, "
         "resume, undo, runs, report, skus, export, doctor, simulate, completion, man"},
        {{"plan", "a.csv", "--tenant="}, "--tenant: its value is missing: write one after it"},
        {{"plan", "a.csv", "--cloud", "global", "--cloud", "china"},
         "--cloud is given twice: give it once"},
    };
    for (auto const& line : table) {
        CAPTURE(line.arguments);
        CHECK(able(line.arguments).failure_message() == line.sentence);
    }
}

TEST_CASE("a bad value names its flag, itself and the mend", "[config]") {
    std::vector<bad_line> const table{
        {{"--encoding", "latin1"},
         "--encoding: \"latin1\" is not an encoding: write one of auto, utf-8, utf-16le, utf-16be, "
         "windows-1252"},
        {{"--encoding", "utf8"},
         "--encoding: \"utf8\" is not an encoding: write one of auto, utf-8, utf-16le, utf-16be, "
         "windows-1252 (did you mean utf-8?)"},
        {{"--format", "xlsx"},
         "--format: \"xlsx\" is not a job file's format: write one of auto, csv, json"},
        {{"-o", "xml"},
         "--output: \"xml\" is not a form of output: write one of text, json, csv, junit, "
         "markdown"},
        {{"--strict=no"}, "--strict takes no value: write it alone, or leave it out"},
        {{"--default-usage-location", "UK"},
         "--default-usage-location: \"UK\" is not a country's code: write GB for the United "
         "Kingdom"},
        {{"--default-usage-location", "Germany"},
         "--default-usage-location: \"Germany\" is not a country's code: write its two letters "
         "(ISO "
         "3166-1) like GB or DE"},
        {{"--set-usage-location", "allways"},
         "--set-usage-location: \"allways\" is not a rule for usage locations: write one of "
         "missing, always (did you mean always?)"},
        {{"--wait-for-users", "10"},
         "--wait-for-users: \"10\" is not a duration up to 30 days: write it like 90s, 10m or "
         "1h30m"},
        {{"--max-changes", "many"},
         "--max-changes: \"many\" is not a cap: write a number like 500, or a share like 10%"},
        {{"--max-removals", "110%"},
         "--max-removals: \"110%\" is not a cap: write a number like 500, or a share like 10%"},
        {{"--max-shrink", "20"}, "--max-shrink: \"20\" lacks its %: write 20%"},
        {{"--max-shrink", "500"},
         "--max-shrink: \"500\" is not a whole percentage from 0% to 100%: write it like 20%"},
        {{"--max-shrink", "101%"},
         "--max-shrink: \"101%\" is not a whole percentage from 0% to 100%: write it like 20%"},
        {{"--max-shrink", "2.5%"},
         "--max-shrink: \"2.5%\" is not a whole percentage from 0% to 100%: write it like 20%"},
        {{"--lock-timeout", "31d"},
         "--lock-timeout: \"31d\" is not a duration up to 30 days: write it like 90s, 10m or "
         "1h30m"},
        {{"--keep-runs", "365"},
         "--keep-runs: \"365\" is not a time up to 3650 days: write it like 365d or 12h"},
        {{"--keep-runs", "3651d"},
         "--keep-runs: \"3651d\" is not a time up to 3650 days: write it like 365d or 12h"},
        {{"--wave-size", "1k"},
         "--wave-size: \"1k\" is not a whole number from 0 to 10000000: write digits only"},
        {{"--wave-pause", "10"},
         "--wave-pause: \"10\" is not a duration up to 30 days: write it like 90s, 10m or 1h30m"},
        {{"--max-failures", "few"},
         "--max-failures: \"few\" is not a cap: write a number like 500, or a share like 10%"},
        {{"--timeout", "0s"}, "--timeout: \"0s\" leaves no time at all: write it like 60s"},
        {{"--patience", "soon"},
         "--patience: \"soon\" is not a duration up to 30 days: write it like 90s, 10m or 1h30m"},
        {{"--connections", "0"},
         "--connections: \"0\" is not a whole number from 1 to 128: write digits only"},
        {{"--batch-size", "21"},
         "--batch-size: \"21\" is not a whole number from 1 to 20: write digits only"},
        {{"--write-limit", "3000"},
         "--write-limit: \"3000\" is not a limit: write AMOUNT/WINDOW like 3000/150s, or none"},
        {{"--assume-limits", "learnt"},
         "--assume-limits: \"learnt\" is not what limits can be assumed to be: write one of "
         "published, learned, unknown (did you mean learned?)"},
        {{"--share", "0"},
         "--share: \"0\" is not a part of a limit, above 0 and up to 1: write it like 0.5 or 50%"},
        {{"--share", "50"},
         "--share: \"50\" is not a part of a limit, above 0 and up to 1: write it like 0.5 or 50%"},
        {{"--tenant", "common"},
         "--tenant: \"common\" is neither a GUID nor a domain: copy \"Directory (tenant) ID\", or "
         "write a domain like contoso.onmicrosoft.com"},
        {{"--cloud", "germany"},
         "--cloud: \"germany\" is not a cloud: write one of global (gcc, commercial), usgov "
         "(gcc-high, l4), usgov-dod (dod, l5), china (21vianet, cn)"},
        {{"--graph-url", "http://graph.microsoft.com"},
         "--graph-url: \"http://graph.microsoft.com\" is not the root of an https service: write "
         "https://HOST or https://HOST:PORT, without a path"},
        {{"--login-url", "https://login.microsoftonline.com/common"},
         "--login-url: \"https://login.microsoftonline.com/common\" is not the root of an https "
         "service: write https://HOST or https://HOST:PORT, without a path"},
    };
    for (auto const& line : table) {
        CAPTURE(line.arguments);
        auto machine = able({"apply", "wave.csv"});
        machine.arguments.insert(machine.arguments.end(), line.arguments.begin(),
                                 line.arguments.end());
        CHECK(machine.failure_message() == line.sentence);
    }
}

TEST_CASE("a bad value of simulate names its flag, itself and the mend", "[config]") {
    std::vector<bad_line> const table{
        {{"--address", "0.0.0.0"},
         "--address: \"0.0.0.0\" is not an address of this machine alone: write 127.0.0.1 or ::1"},
        {{"--port", "65536"},
         "--port: \"65536\" is not a whole number from 0 to 65535: write digits only"},
        {{"--users", "0"},
         "--users: \"0\" is not a whole number from 1 to 10000000: write digits only"},
        {{"--write-limit", "3000/0s"},
         "--write-limit: \"3000/0s\" is not a limit: write AMOUNT/WINDOW like 3000/150s, or none"},
        {{"--limit-kind", "sliding-windows"},
         "--limit-kind: \"sliding-windows\" is not a way to count: write one of token-bucket, "
         "sliding-window, fixed-window (did you mean sliding-window?)"},
        {{"--retry-after", "soon"},
         "--retry-after: \"soon\" is no Retry-After: write exact, none, or a time of at least 1s "
         "like 150s"},
        {{"--retry-after", "999ms"},
         "--retry-after: \"999ms\" is no Retry-After: write exact, none, or a time of at least 1s "
         "like 150s"},
        {{"--faults", "5"}, "--faults: \"5\" is not a share from 0% to 100%: write it like 5%"},
        {{"--fault-kinds", "reset,,throttle"},
         "--fault-kinds: \"reset,,throttle\" has an empty name: write names joined by commas"},
        {{"--token-lifetime", "0"},
         "--token-lifetime: \"0\" is no lifetime: write it like 10m or 1h"},
        {{"--seed", "-1"},
         "--seed: \"-1\" is not a whole number from 0 to 18446744073709551615: write digits only"},
    };
    for (auto const& line : table) {
        CAPTURE(line.arguments);
        auto machine = bare({"simulate"});
        machine.arguments.insert(machine.arguments.end(), line.arguments.begin(),
                                 line.arguments.end());
        CHECK(machine.failure_message() == line.sentence);
    }
}

TEST_CASE("a bad variable is named as the variable", "[config]") {
    auto machine = able({"plan", "wave.csv"});
    machine.variables["ALLOT_STRICT"] = "perhaps";
    CHECK(machine.failure_message() ==
          "ALLOT_STRICT: \"perhaps\" is neither yes nor no: write yes or no");
    machine.variables.erase("ALLOT_STRICT");
    machine.variables["ALLOT_UNIT_LIMIT"] = "8000";
    CHECK(machine.failure_message() ==
          "ALLOT_UNIT_LIMIT: \"8000\" is not a limit: write AMOUNT/WINDOW like 3000/150s, or none");
    machine.variables.erase("ALLOT_UNIT_LIMIT");
    machine.variables["AZURE_TENANT_ID"] = "organizations";
    INFO("another tool's variable does not matter where allot's own is set");
    CHECK(machine.read().tenant.tenant == tenant_id);
    machine.variables.erase("ALLOT_TENANT");
    CHECK(has(machine.failure_message(), "AZURE_TENANT_ID: \"organizations\" is neither"));
}

TEST_CASE("a value that would spoil the terminal is shown without its control characters",
          "[config]") {
    auto const message = able({"plan", "a.csv", "--cloud", "\x1B[2Jx\n"}).failure_message();
    CHECK(has(message, "\"?[2Jx?\" is not a cloud"));
    auto const long_one =
        able({"plan", "a.csv", "--cloud", std::string(500, 'x')}).failure_message();
    CHECK(has(long_one, "\"" + std::string(60, 'x') + "...\""));
    CHECK_FALSE(has(long_one, std::string(61, 'x')));
}
