#include <string>
#include <vector>

#include "config/options.hpp"
#include "surroundings.hpp"

using namespace allot;
using namespace allot::config;
using namespace allot::config::testing;
using namespace std::chrono_literals;

TEST_CASE("help is asked for before anything can be missing, and fits a screen", "[config]") {
    std::vector<std::vector<std::string>> asked{{"--help"}, {"-h"}, {"-h", "plan"}};
    for (auto const each : all_commands) asked.push_back({std::string{name(each)}, "--help"});
    for (auto const& arguments : asked) {
        CAPTURE(arguments);
        machine without;
        without.arguments = arguments;
        auto const from = without.seen();
        auto const read = read_settings(from);
        REQUIRE(read.has_value());
        REQUIRE(read->help.has_value());
        auto const& text = read->help->text;
        std::size_t lines = 0;
        for (std::size_t start = 0; start < text.size(); ++lines) {
            auto const end = text.find('\n', start);
            REQUIRE(end != std::string::npos);
            INFO(text.substr(start, end - start));
            CHECK(end - start <= 80);
            start = end + 1;
        }
        CHECK(lines <= 24);
        CHECK(has(text, "allot "));
        CHECK((arguments.size() == 1 || has(text, "\nExample: allot ")));
    }
}

TEST_CASE("the help of a command shows its own flags and an example", "[config]") {
    machine without;
    without.arguments = {"plan", "--help"};
    auto const from = without.seen();
    auto const text = read_settings(from)->help->text;
    for (auto const* part : {"allot plan JOB [flags]", "--detailed-exitcode", "--max-removals N|N%",
                             "--client-secret-file FILE", "allot skus --help",
                             "-o, --output text|json|csv", "Example: allot plan wave.csv"}) {
        INFO(part);
        CHECK(has(text, part));
    }
    CHECK_FALSE(has(text, "--yes"));
    CHECK_FALSE(has(text, "--users"));
    without.arguments = {"-h", "plan"};
    auto const other_order = without.seen();
    CHECK(read_settings(other_order)->help->text == text);
}

TEST_CASE("what is told of the work can be chosen, and is no part of other commands", "[config]") {
    auto const plain = able({"apply", "a.csv"}).read().work;
    CHECK(plain.progress == progress_kind::automatic);
    CHECK(plain.stats == 1min);
    CHECK(plain.log_file.empty());
    CHECK_FALSE(plain.log_json);
    CHECK(plain.level == log_level::info);
    CHECK_FALSE(plain.debug_http);
    auto const told =
        able({"apply", "a.csv", "--progress", "never", "--stats", "10s", "--log-file", "a.log",
              "--log-format", "json", "--log-level", "debug", "--debug-http", "--metrics-file",
              "/m/allot.prom", "--on-finish", "mail -s allot me@contoso.example"})
            .read()
            .work;
    CHECK(told.progress == progress_kind::never);
    CHECK(told.stats == 10s);
    CHECK(told.log_file == "a.log");
    CHECK(told.log_json);
    CHECK(told.level == log_level::debug);
    CHECK(told.debug_http);
    CHECK(told.metrics_file == "/m/allot.prom");
    CHECK(told.on_finish == "mail -s allot me@contoso.example");
    CHECK(has(able({"apply", "a.csv", "--progress", "bar"}).failure_message(), "auto"));
    CHECK(has(able({"apply", "a.csv", "--log-level", "warn"}).failure_message(), "warning"));
    CHECK(has(able({"skus", "--on-finish", "x"}).failure_message(), "it belongs to plan"));
    auto machine = able({"plan", "a.csv"});
    machine.variables["ALLOT_LOG_FORMAT"] = "json";
    machine.files["/etc/allot/allot.conf"] = "metrics-file = allot.prom\nstats = 5m\n";
    CHECK(machine.read().work.log_json);
    CHECK(machine.read().work.stats == 5min);
    CHECK(machine.read().work.metrics_file == "/etc/allot/allot.prom");
}
