#include <string>
#include <vector>

#include "config/options.hpp"
#include "surroundings.hpp"

using namespace allot;
using namespace allot::config;
using namespace allot::config::testing;
using namespace std::chrono_literals;

namespace {

/// The flags that a command takes, in the table's order, without the ones that every command has.
std::vector<std::string> own_flags(command of) {
    std::vector<std::string> names;
    for (auto const& each : all_options()) {
        auto const always = each.name == "help" || each.name == "version";
        if (fits(each, of) && !always) names.emplace_back(each.name);
    }
    return names;
}

}  // namespace

TEST_CASE("a run is named after the command, and resume finds the latest by itself", "[config]") {
    auto const named = able({"resume", "20260105-080001-7f3a"}).read();
    CHECK(named.what == command::resume);
    CHECK(named.run_name == "20260105-080001-7f3a");
    CHECK(named.input.file.empty());
    CHECK(able({"resume"}).read().run_name.empty());
    auto const undone = able({"undo", "a-run", "--yes"}).read();
    CHECK(undone.what == command::undo);
    CHECK(undone.run_name == "a-run");
    CHECK(undone.run.yes);
    CHECK(able({"report", "a-run"}).read().run_name == "a-run");
    CHECK(able({"runs"}).read().what == command::runs);
    CHECK(able({"apply", "wave.csv"}).read().run_name.empty());
}

TEST_CASE("each command of runs takes the flags that do something in it, and no others",
          "[config]") {
    std::vector<std::string> const resume{"product-names",
                                          "report-dir",
                                          "connections",
                                          "write-limit",
                                          "unit-limit",
                                          "assume-limits",
                                          "share",
                                          "batch-size",
                                          "lock-timeout",
                                          "patience",
                                          "keep-runs",
                                          "progress",
                                          "stats",
                                          "log-file",
                                          "log-format",
                                          "log-level",
                                          "debug-http",
                                          "metrics-file",
                                          "on-finish",
                                          "profile",
                                          "config",
                                          "state-dir",
                                          "tenant",
                                          "client-id",
                                          "simulated-tenant",
                                          "cloud",
                                          "timeout",
                                          "graph-url",
                                          "login-url",
                                          "proxy",
                                          "ca-file",
                                          "auth",
                                          "client-secret-file",
                                          "client-certificate-file",
                                          "client-key-file",
                                          "client-certificate-password-file",
                                          "federated-token-file",
                                          "assertion-algorithm",
                                          "output",
                                          "quiet"};
    CHECK(own_flags(command::resume) == resume);
    std::vector<std::string> undo{"product-names",  "max-changes", "max-removals", "yes",
                                  "verify-timeout", "wave-size",   "wave-pause",   "max-failures"};
    undo.insert(undo.end(), resume.begin() + 1, resume.end());
    CHECK(own_flags(command::undo) == undo);
    CHECK(own_flags(command::report) ==
          std::vector<std::string>{"report-dir", "profile", "config", "state-dir", "output"});
    CHECK(own_flags(command::runs) ==
          std::vector<std::string>{"profile", "config", "state-dir", "output"});
}

TEST_CASE("doctor takes what is about the tenant, and nothing about jobs and pace", "[config]") {
    std::vector<std::string> about_tenant;
    for (auto const& each : own_flags(command::skus)) {
        bool const about_skus =
            each == "quiet" || each == "product-names" || each == "waste" || each == "out";
        bool const about_work =
            each == "progress" || each == "stats" || each == "timeout" || each == "patience";
        if (!about_skus && !about_work) about_tenant.push_back(each);
    }
    CHECK(own_flags(command::doctor) == about_tenant);
    auto machine = able({"doctor", "-o", "json", "--state-dir", "/s"});
    CHECK(machine.read().what == command::doctor);
    CHECK(machine.read().tenant.config_file.empty());
    machine.files["/etc/allot/allot.conf"] = "cloud = l4\n";
    CHECK(machine.read().tenant.config_file == "/etc/allot/allot.conf");
    machine.arguments = {"doctor", "wave.csv"};
    CHECK(has(machine.failure_message(), "this command takes flags only"));
}

TEST_CASE("what a simulated tenant permits, and how its clock is", "[config]") {
    auto machine = able({"simulate"});
    CHECK_FALSE(machine.read().simulated.roles);
    machine.arguments = {"simulate", "--roles", "A.Read.All, B", "--date-shift", "10m"};
    CHECK(machine.read().simulated.roles == std::vector<std::string>{"A.Read.All", "B"});
    CHECK(machine.read().simulated.date_shift == std::chrono::minutes{10});
    machine.arguments = {"simulate", "--roles", "none"};
    CHECK(machine.read().simulated.roles->empty());
}

TEST_CASE("every flag of undo reaches its setting", "[config]") {
    auto const values = able({"undo",           "a-run", "--max-changes",    "7",
                              "--max-removals", "10%",   "--verify-timeout", "20m",
                              "--wave-size",    "5",     "--wave-pause",     "1m",
                              "--report-dir",   "r",     "--share",          "50%",
                              "--lock-timeout", "2h",    "--keep-runs",      "0",
                              "-ojson",         "-q"})
                            .read();
    CHECK(values.plan.max_changes == cap{7, false});
    CHECK(values.plan.max_removals == cap{10, true});
    CHECK(values.run.verify_timeout == 20min);
    CHECK(values.run.wave_size == 5);
    CHECK(values.run.wave_pause == 1min);
    CHECK(values.run.max_failures == cap{0, false});
    CHECK(values.run.report_dir == "r");
    CHECK(values.run.share == 0.5);
    CHECK(values.run.lock_timeout == 2h);
    CHECK(values.run.keep_runs == 0s);
    CHECK(values.output == output_form::json);
    CHECK(values.quiet);
}

TEST_CASE("what was agreed to at the start of a run is not asked again when it is resumed",
          "[config]") {
    auto machine = able({"resume"});
    machine.files["/etc/allot/allot.conf"] = "wave-size = 500\nmax-changes = 3\n";
    CHECK(machine.read().run.wave_size == 0);
    CHECK_FALSE(machine.read().plan.max_changes);
    machine.arguments = {"resume", "--yes"};
    CHECK(machine.failure_message() ==
          "--yes has no meaning for `allot resume`: it belongs to apply, undo");
    machine.arguments = {"resume", "--wave-size", "5"};
    CHECK(machine.failure_message() ==
          "--wave-size has no meaning for `allot resume`: it belongs to plan, apply, undo");
}

TEST_CASE("looking at past runs needs no account, only the state folder", "[config]") {
    for (auto const& arguments : {std::vector<std::string>{"runs"}, {"report", "a-run"}}) {
        CAPTURE(arguments);
        auto machine = bare(arguments);
        CHECK(machine.read().state_dir == "/home/ada/.local/state/allot");
        machine.files["/etc/allot/allot.conf"] =
            "[contoso]\nstate-dir = state\nclient-secret-file = gone.secret\n";
        machine.variables["ALLOT_PROFILE"] = "contoso";
        INFO("a secret that cannot be read does not matter");
        CHECK(machine.read().state_dir == "/etc/allot/state");
        CHECK(machine.read().tenant.client_secret.empty());
        machine.arguments.insert(machine.arguments.end(), {"--state-dir", "/mine"});
        CHECK(machine.read().state_dir == "/mine");
        machine.variables = {};
        CHECK(machine.read().state_dir == "/mine");
    }
    CHECK(has(bare({"resume"}).failure_message(), "cannot sign in"));
    CHECK(has(bare({"undo", "a-run"}).failure_message(), "cannot sign in"));
}

TEST_CASE("how long runs are kept and locks waited for is said once, in a profile", "[config]") {
    auto machine = able({"apply", "x.csv"});
    machine.files["/etc/allot/allot.conf"] =
        "lock-timeout = 30m\nkeep-runs = 2d\nmax-shrink = 10%\n";
    CHECK(machine.read().run.lock_timeout == 30min);
    CHECK(machine.read().run.keep_runs == 48h);
    CHECK(machine.read().plan.max_shrink == 10U);
    machine.variables["ALLOT_MAX_SHRINK"] = "100%";
    CHECK(machine.read().plan.max_shrink == 100U);
    for (auto const& arguments : {std::vector<std::string>{"resume"}, {"undo", "a-run"}}) {
        machine.arguments = arguments;
        CHECK(machine.read().run.lock_timeout == 30min);
        CHECK(machine.read().run.keep_runs == 48h);
        INFO("there is no job that could shrink");
        CHECK_FALSE(machine.read().plan.max_shrink);
    }
}

TEST_CASE("plan saves where it is told, once", "[config]") {
    auto machine = able({"plan", "x.csv", "--out", "p.json"});
    CHECK(machine.read().plan.out == "p.json");
    machine.arguments = {"plan", "x.csv"};
    machine.variables["ALLOT_OUT"] = "p.json";
    CHECK(machine.read().plan.out.empty());
}
