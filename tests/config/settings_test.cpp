#include "config/settings.hpp"

#include <string>
#include <vector>

#include "surroundings.hpp"

using namespace allot;
using namespace allot::config;
using namespace allot::config::testing;
using namespace std::chrono_literals;

TEST_CASE("without any setting the published limits and cautious caps apply", "[config]") {
    auto const values = able({"apply", "wave.csv"}).read();
    CHECK(values.what == command::apply);
    CHECK(values.input.file == "wave.csv");
    CHECK(values.input.encoding == "auto");
    CHECK(values.input.format == "auto");
    CHECK_FALSE(values.input.strict);
    CHECK(values.output == output_form::text);
    CHECK_FALSE(values.quiet);
    CHECK(values.state_dir == "/home/ada/.local/state/allot");
    CHECK(values.tenant.tenant == tenant_id);
    CHECK(values.tenant.client_id == client_id);
    CHECK(values.tenant.client_secret == secret);
    CHECK(values.tenant.graph_url == "https://graph.microsoft.com");
    CHECK(values.tenant.login_url == "https://login.microsoftonline.com");
    CHECK(values.tenant.connections == 72);
    CHECK(values.tenant.reply_timeout == 60s);
    CHECK_FALSE(values.tenant.patience);
    CHECK(values.plan.max_removals == cap{500, false});
    CHECK_FALSE(values.plan.max_changes);
    CHECK_FALSE(values.plan.max_shrink);
    CHECK(values.plan.wait_for_users == 0s);
    CHECK_FALSE(values.plan.always_set_usage_location);
    CHECK_FALSE(values.run.yes);
    CHECK(values.run.report_dir == "allot-report");
    CHECK_FALSE(values.run.verify_timeout);
    CHECK(values.run.batch_size == 0);
    CHECK(values.run.wave_size == 0);
    CHECK(values.run.wave_pause == 0s);
    CHECK_FALSE(values.run.max_failures);
    CHECK(values.run.write_limit == quota{3000, 150s});
    CHECK(values.run.unit_limit == quota{8000, 10s});
    CHECK(values.run.assume == assumed_limits::learned);
    CHECK(values.run.share == 1);
    CHECK(values.run.lock_timeout == 0s);
    CHECK(values.run.keep_runs == 365 * 24h);
}

TEST_CASE("what changes the tenant writes a report without being asked", "[config]") {
    CHECK(able({"apply", "wave.csv"}).read().run.report_dir == "allot-report");
    CHECK(able({"resume"}).read().run.report_dir.empty());  // where the run's report is
    CHECK(able({"undo", "r"}).read().run.report_dir == "allot-report");
    CHECK(able({"report", "r"}).read().run.report_dir.empty());
    CHECK(able({"plan", "wave.csv"}).read().run.report_dir.empty());
    CHECK(able({"verify", "wave.csv"}).read().run.report_dir.empty());
    CHECK(able({"plan", "wave.csv", "--report-dir", "r"}).read().run.report_dir == "r");
}

TEST_CASE("every flag of apply reaches its setting", "[config]") {
    auto const values = able({"apply",
                              "-",
                              "--encoding",
                              "windows-1252",
                              "--format=csv",
                              "--strict",
                              "--default-usage-location",
                              "gb",
                              "--set-usage-location",
                              "always",
                              "--skip-redundant",
                              "--wait-for-users",
                              "10m",
                              "--report-dir",
                              "reports",
                              "--timeout",
                              "15s",
                              "--patience",
                              "1m",
                              "--connections",
                              "16",
                              "--write-limit",
                              "1000/60s",
                              "--unit-limit",
                              "none",
                              "--assume-limits",
                              "Published",
                              "--share",
                              "50%",
                              "--batch-size",
                              "5",
                              "--max-changes",
                              "5000",
                              "--max-removals",
                              "10%",
                              "--max-shrink",
                              "20%",
                              "--lock-timeout",
                              "1h",
                              "--keep-runs",
                              "90d",
                              "--yes",
                              "--verify-timeout",
                              "1h30m",
                              "--wave-size",
                              "1000",
                              "--wave-pause",
                              "15m",
                              "--max-failures",
                              "2%",
                              "-o",
                              "json",
                              "-q",
                              "--state-dir",
                              "/state",
                              "--cloud",
                              "usgov-dod",
                              "--ca-file",
                              "corp.pem"})
                            .read();
    CHECK(values.input.file == "-");
    CHECK(values.input.encoding == "windows-1252");
    CHECK(values.input.format == "csv");
    CHECK(values.input.strict);
    CHECK(values.plan.default_usage_location == "GB");
    CHECK(values.plan.always_set_usage_location);
    CHECK(values.plan.skip_redundant);
    CHECK(values.plan.wait_for_users == 10min);
    CHECK(values.plan.max_changes == cap{5000, false});
    CHECK(values.plan.max_removals == cap{10, true});
    CHECK(values.plan.max_shrink == 20U);
    CHECK(values.run.lock_timeout == 1h);
    CHECK(values.run.keep_runs == 90 * 24h);
    CHECK(values.run.report_dir == "reports");
    CHECK(values.run.write_limit == quota{1000, 60s});
    CHECK_FALSE(values.run.unit_limit);
    CHECK(values.run.assume == assumed_limits::published);
    CHECK(values.run.share == 0.5);
    CHECK(values.run.batch_size == 5);
    CHECK(values.run.yes);
    CHECK(values.run.verify_timeout == 90min);
    CHECK(values.run.wave_size == 1000);
    CHECK(values.run.wave_pause == 15min);
    CHECK(values.run.max_failures == cap{2, true});
    CHECK(values.tenant.connections == 16);
    CHECK(values.tenant.reply_timeout == 15s);
    CHECK(values.tenant.patience == 1min);
    CHECK(values.output == output_form::json);
    CHECK(values.quiet);
    CHECK(values.state_dir == "/state");
    CHECK(values.tenant.graph_url == "https://dod-graph.microsoft.us");
    CHECK(values.tenant.login_url == "https://login.microsoftonline.us");
    CHECK(values.tenant.ca_file == "corp.pem");
}

TEST_CASE("every flag of simulate reaches its setting", "[config]") {
    auto const values = bare({"simulate",
                              "--address",
                              "127.0.0.2",
                              "--port",
                              "8443",
                              "--tenant-file",
                              "t.json",
                              "--users",
                              "500",
                              "--state-file",
                              "s.json",
                              "--credentials-dir",
                              "sim",
                              "--write-limit",
                              "10/1s",
                              "--unit-limit",
                              "none",
                              "--limit-kind",
                              "Sliding-Window",
                              "--retry-after",
                              "150s",
                              "--refused-cost",
                              "--limit-percentage",
                              "--latency",
                              "80ms",
                              "--lag",
                              "5s",
                              "--group-lag",
                              "2m",
                              "--token-lifetime",
                              "5m",
                              "--faults",
                              "5%",
                              "--fault-kinds",
                              "throttle,reset",
                              "--seed",
                              "18446744073709551615",
                              "--quiet"})
                            .read();
    auto const& simulated = values.simulated;
    CHECK(simulated.address == "127.0.0.2");
    CHECK(simulated.port == 8443);
    CHECK(simulated.tenant_file == "t.json");
    CHECK(simulated.users == 500);
    CHECK(simulated.state_file == "s.json");
    CHECK(simulated.credentials_dir == "sim");
    CHECK(simulated.write_limit == quota{10, 1s});
    CHECK_FALSE(simulated.unit_limit);
    CHECK(simulated.limits == limit_kind::sliding_window);
    CHECK(simulated.retry_after == retry_hint{true, 150s});
    CHECK(simulated.refused_cost);
    CHECK(simulated.limit_percentage);
    CHECK(simulated.latency == 80ms);
    CHECK(simulated.lag == 5s);
    CHECK(simulated.group_lag == 2min);
    CHECK(simulated.token_lifetime == 5min);
    CHECK(simulated.faults == 0.05);
    CHECK(simulated.fault_kinds == std::vector<std::string>{"throttle", "reset"});
    CHECK(simulated.seed == 18446744073709551615U);
    CHECK(values.quiet);
    // The limits that a client of allot's own would keep are another setting.
    CHECK(values.run.write_limit == quota{3000, 150s});
}

TEST_CASE("simulate limits callers in the way that is asked for", "[config]") {
    auto const read = [](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "simulate");
        return bare(std::move(arguments)).read().simulated;
    };
    CHECK(read({}).limits == limit_kind::token_bucket);
    CHECK(read({"--limit-kind", "token-bucket"}).limits == limit_kind::token_bucket);
    CHECK(read({"--limit-kind", "fixed-window"}).limits == limit_kind::fixed_window);
    CHECK(read({}).retry_after == retry_hint{true, std::nullopt});
    CHECK(read({"--retry-after", "exact"}).retry_after == retry_hint{true, std::nullopt});
    CHECK(read({"--retry-after", "None"}).retry_after == retry_hint{false, std::nullopt});
    CHECK(read({"--retry-after", "1s"}).retry_after == retry_hint{true, 1s});
    CHECK_FALSE(read({}).refused_cost);
    CHECK_FALSE(read({}).limit_percentage);
}

TEST_CASE("with waves nobody may fail unless it is said how many may", "[config]") {
    auto const failures = [](std::vector<std::string> arguments) {
        return able(std::move(arguments)).read().run.max_failures;
    };
    CHECK(failures({"apply", "x.csv", "--wave-size", "100"}) == cap{0, false});
    CHECK(failures({"plan", "x.csv", "--wave-size", "100"}) == cap{0, false});
    CHECK(failures({"apply", "x.csv", "--wave-size", "100", "--max-failures", "7"}) ==
          cap{7, false});
    CHECK(failures({"apply", "x.csv", "--max-failures", "7"}) == cap{7, false});
    CHECK_FALSE(failures({"apply", "x.csv"}));
}

TEST_CASE("waves of a profile can be switched off for one run, and verify knows of none",
          "[config]") {
    auto machine = able({"apply", "x.csv"});
    machine.files["/etc/allot/allot.conf"] = "wave-size = 500\nwave-pause = 10m\n";
    CHECK(machine.read().run.wave_size == 500);
    CHECK(machine.read().run.wave_pause == 10min);
    machine.arguments = {"apply", "x.csv", "--wave-size", "0"};
    CHECK(machine.read().run.wave_size == 0);
    CHECK_FALSE(machine.read().run.max_failures);
    machine.arguments = {"verify", "x.csv"};
    CHECK(machine.read().run.wave_size == 0);
}

TEST_CASE("a pause without waves is a mistake", "[config]") {
    CHECK(able({"apply", "x.csv", "--wave-pause", "10m"}).failure_message() ==
          "--wave-pause has a meaning only with --wave-size: say how large a wave is");
}

TEST_CASE("who shares a tenant says so once, in its profile, and every command keeps to it",
          "[config]") {
    auto machine = able({"apply", "x.csv"});
    machine.files["/etc/allot/allot.conf"] = "share = 25%\nassume-limits = learned\n";
    for (auto const* command : {"plan", "apply", "verify"}) {
        machine.arguments = {command, "x.csv"};
        CHECK(machine.read().run.share == 0.25);
    }
    machine.variables["ALLOT_SHARE"] = "0.4";
    CHECK(machine.read().run.share == 0.4);
    machine.variables["ALLOT_ASSUME_LIMITS"] = "published";
    CHECK(machine.read().run.assume == assumed_limits::published);
}

TEST_CASE("a share of limits that are not known cannot be kept to", "[config]") {
    auto machine = able({"apply", "x.csv", "--assume-limits", "unknown"});
    CHECK(machine.read().run.assume == assumed_limits::unknown);
    machine.files["/etc/allot/allot.conf"] = "share = 25%\n";
    CHECK(machine.failure_message() ==
          "a share (--share, ALLOT_SHARE, or `share` in a profile) is of limits that are known: "
          "with --assume-limits unknown, write --share 1");
    machine.arguments.insert(machine.arguments.end(), {"--share", "1"});
    CHECK(machine.read().run.share == 1);
}

TEST_CASE("plan takes --detailed-exitcode, and apply does not", "[config]") {
    CHECK(able({"plan", "x.csv", "--detailed-exitcode"}).read().plan.detailed_exitcode);
    CHECK(able({"apply", "x.csv", "--detailed-exitcode"}).failure_message() ==
          "--detailed-exitcode has no meaning for `allot apply`: it belongs to plan");
}

TEST_CASE("a setting comes from the strongest source that has it", "[config]") {
    constexpr auto path = "/home/ada/.config/allot/allot.conf";
    auto machine = able({"plan", "wave.csv", "--profile", "contoso"});
    CHECK([&] {
        machine.files[path] = "[contoso]\n";
        return machine.read().plan.max_removals == cap{500, false};
    }());
    machine.files[path] = "max-removals = 1\n[contoso]\n[other]\nmax-removals = 9\n";
    CHECK(machine.read().plan.max_removals == cap{1, false});
    machine.files[path] = "max-removals = 1\n[contoso]\nmax-removals = 2\n";
    CHECK(machine.read().plan.max_removals == cap{2, false});
    machine.variables["ALLOT_MAX_REMOVALS"] = "3";
    CHECK(machine.read().plan.max_removals == cap{3, false});
    machine.arguments.insert(machine.arguments.end(), {"--max-removals", "4"});
    CHECK(machine.read().plan.max_removals == cap{4, false});
}

TEST_CASE("an empty variable is as good as none", "[config]") {
    auto machine = able({"plan", "wave.csv"});
    machine.variables["ALLOT_MAX_REMOVALS"] = "";
    machine.variables["ALLOT_PROFILE"] = "";
    machine.variables["ALLOT_CONFIG"] = "";
    CHECK(machine.read().plan.max_removals == cap{500, false});
}

TEST_CASE("the variables of the Azure tools are weaker than a profile", "[config]") {
    auto machine = bare({"plan", "wave.csv"});
    machine.variables["AZURE_TENANT_ID"] = "99999999-2222-3333-4444-555555555555";
    machine.variables["AZURE_CLIENT_ID"] = client_id;
    machine.variables["AZURE_CLIENT_SECRET"] = secret;
    machine.variables["SSL_CERT_FILE"] = "/etc/corp.pem";
    auto const by_azure = machine.read();
    CHECK(by_azure.tenant.tenant == "99999999-2222-3333-4444-555555555555");
    CHECK(by_azure.tenant.client_id == client_id);
    CHECK(by_azure.tenant.client_secret == secret);
    CHECK(by_azure.tenant.ca_file == "/etc/corp.pem");
    machine.files["/etc/allot/allot.conf"] =
        "profile = contoso\n[contoso]\ntenant = contoso.com\nca-file = corp.pem\n";
    auto const by_profile = machine.read();
    CHECK(by_profile.tenant.profile == "contoso");
    CHECK(by_profile.tenant.tenant == "contoso.com");
    CHECK(by_profile.tenant.ca_file == "/etc/allot/corp.pem");
}

TEST_CASE("a cloud names both services, and an URL of its own is stronger beside it", "[config]") {
    auto machine = able({"skus", "--graph-url", "https://127.0.0.1:8443/", "--cloud", "china"});
    auto const both = machine.read();
    CHECK(both.tenant.graph_url == "https://127.0.0.1:8443");
    CHECK(both.tenant.login_url == "https://login.partner.microsoftonline.cn");
    // The flag is stronger than all that the profile says of the services.
    machine.arguments = {"skus", "--cloud", "usgov", "--profile", "p"};
    machine.files["/etc/allot/allot.conf"] = "[p]\ngraph-url = https://graph.example\n";
    CHECK(machine.read().tenant.graph_url == "https://graph.microsoft.us");
}

TEST_CASE("a cloud may be called what others call it", "[config]") {
    std::vector<std::pair<char const*, char const*>> const names{
        {"gcc", "https://graph.microsoft.com"},
        {"GCC-High", "https://graph.microsoft.us"},
        {"l4", "https://graph.microsoft.us"},
        {"dod", "https://dod-graph.microsoft.us"},
        {"L5", "https://dod-graph.microsoft.us"},
        {"21Vianet", "https://microsoftgraph.chinacloudapi.cn"}};
    for (auto const& [name, url] : names) {
        INFO(name);
        CHECK(able({"skus", "--cloud", name}).read().tenant.graph_url == url);
    }
}

TEST_CASE("a variable takes back what a profile switches on", "[config]") {
    auto machine = able({"plan", "wave.csv"});
    machine.files["/etc/allot/allot.conf"] = "strict = yes\n";
    CHECK(machine.read().input.strict);
    machine.variables["ALLOT_STRICT"] = "no";
    CHECK_FALSE(machine.read().input.strict);
    machine.arguments.emplace_back("--strict");
    CHECK(machine.read().input.strict);
}

TEST_CASE("flags stand before and after the command and the job", "[config]") {
    auto const values =
        able({"-q", "--strict", "apply", "--yes", "wave.csv", "-ojson", "--batch-size=3"}).read();
    CHECK(values.what == command::apply);
    CHECK(values.input.file == "wave.csv");
    CHECK(values.quiet);
    CHECK(values.input.strict);
    CHECK(values.run.yes);
    CHECK(values.output == output_form::json);
    CHECK(values.run.batch_size == 3);
    CHECK(able({"check", "--", "--odd-name.csv"}).read().input.file == "--odd-name.csv");
}

TEST_CASE("no variable and no profile stands for --yes", "[config]") {
    auto machine = able({"apply", "wave.csv"});
    machine.variables["ALLOT_YES"] = "1";
    CHECK_FALSE(machine.read().run.yes);
    machine.files["/etc/allot/allot.conf"] = "yes = yes\n";
    CHECK(has(machine.failure_message(), "/etc/allot/allot.conf:1: \"yes\": unknown key"));
}

TEST_CASE("a misspelt variable is no setting that is silently not there", "[config]") {
    auto machine = able({"apply", "wave.csv"});
    machine.variables["ALLOT_MAX_REMOVAL"] = "0";
    CHECK(machine.failure_message() ==
          "unknown variable \"ALLOT_MAX_REMOVAL\" (did you mean ALLOT_MAX_REMOVALS?): correct its "
          "name, or unset it");
    machine.variables.erase("ALLOT_MAX_REMOVAL");
    // What a script around it, or --on-finish, has of its own.
    for (auto const* const name :
         {"ALLOT_WHERE_WE_ARE", "ALLOT_REPORTS", "ALLOT_PORT", "ALLOT_REPORT"}) {
        machine.variables[name] = "0";
    }
    CHECK_FALSE(machine.read().run.yes);
}

TEST_CASE("a value that begins with a hyphen is written after =", "[config]") {
    CHECK(able({"plan", "a.csv", "--report-dir=--x"}).read().run.report_dir.ends_with("--x"));
}

TEST_CASE("state is kept where the system says", "[config]") {
    auto machine = able({"skus"});
    machine.variables["XDG_STATE_HOME"] = "relative/is/ignored";
    CHECK(machine.read().state_dir == "/home/ada/.local/state/allot");
    machine.variables["XDG_STATE_HOME"] = "/xdg";
    CHECK(machine.read().state_dir == "/xdg/allot");
    machine.variables["STATE_DIRECTORY"] = "/var/lib/allot:/var/lib/other";
    CHECK(machine.read().state_dir == "/var/lib/allot");
    machine.variables["ALLOT_STATE_DIR"] = "/mine";
    CHECK(machine.read().state_dir == "/mine");
    machine.variables = able({}).variables;
    machine.variables.erase("HOME");
    CHECK(machine.failure_message() ==
          "there is no folder for allot's state, since HOME is not set: set --state-dir or "
          "ALLOT_STATE_DIR");
}

TEST_CASE("the simulated profile needs no account and keeps its tenant with the state",
          "[config]") {
    auto machine = bare({"apply", "wave.csv", "--state-dir", "/s"});
    machine.variables["ALLOT_PROFILE"] = "simulated";
    machine.variables["ALLOT_SIMULATED_TENANT"] = "tenant.json";
    auto const values = machine.read();
    CHECK(values.tenant.simulated);
    CHECK(values.tenant.profile == "simulated");
    CHECK(values.simulated.tenant_file == "tenant.json");
    CHECK(values.simulated.state_file == "/s/simulated/tenant.json");
    CHECK(values.tenant.client_secret.empty());
    machine.arguments.insert(machine.arguments.end(), {"--tenant", tenant_id});
    CHECK(has(machine.failure_message(), "--tenant has no meaning with the profile simulated"));
    CHECK(has(able({"skus", "--simulated-tenant", "t.json"}).failure_message(),
              "--simulated-tenant has a meaning only with --profile simulated"));
}

TEST_CASE("check and simulate need no account and no home", "[config]") {
    machine without;
    without.arguments = {"check", "wave.csv", "--encoding", "utf-16le"};
    CHECK(without.read().input.encoding == "utf-16le");
    without.arguments = {"simulate"};
    CHECK(without.read().simulated.users == 6000);
}

TEST_CASE("what is told of the whole tenant, and how it is read, can be chosen", "[config]") {
    auto const told = able({"export", "--sku", "POWER_BI_PRO,SPE_E3", "--users", "who.txt",
                            "--inherited", "--out", "now.csv", "--product-names", "names.csv"})
                          .read();
    CHECK(told.what == command::export_job);
    CHECK(told.tell.skus == std::vector<std::string>{"POWER_BI_PRO", "SPE_E3"});
    CHECK(told.tell.users_file == "who.txt");
    CHECK(told.tell.inherited);
    CHECK(told.tell.out == "now.csv");
    CHECK(told.product_names == "names.csv");
    CHECK(able({"skus", "--waste", "--out", "w.csv"}).read().tell.waste);
    CHECK(has(able({"skus", "--out", "w.csv"}).failure_message(), "only with --waste"));
    CHECK(able({"plan", "a.csv"}).read().plan.survey == survey_way::automatic);
    CHECK(able({"plan", "a.csv", "--survey", "delta"}).read().plan.survey == survey_way::changes);
    CHECK(able({"apply", "a.csv", "--survey", "by-name"}).read().plan.survey ==
          survey_way::by_name);
    CHECK(has(able({"verify", "a.csv", "--survey", "pages"}).failure_message(),
              "it belongs to plan, apply"));
}

TEST_CASE("the version is told", "[config]") {
    machine without;
    without.arguments = {"--version"};
    auto const from = without.seen();
    CHECK(read_settings(from)->help->text == "allot " + std::string{version()} + "\n");
    CHECK(version().find('.') != std::string_view::npos);
}
