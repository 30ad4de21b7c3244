#include "config/config_file.hpp"

#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "surroundings.hpp"

using namespace allot;
using namespace allot::config;
using namespace allot::config::testing;
using namespace std::chrono_literals;

namespace {

constexpr auto home_file = "/home/ada/.config/allot/allot.conf";

}  // namespace

TEST_CASE("profiles are read with comments, blanks, a byte-order mark and CRLF", "[config]") {
    auto const read = parse_config_file("a.conf",
                                        "\xEF\xBB\xBF# for everyone\r\n"
                                        "quiet = yes\r\n"
                                        "\r\n"
                                        "[ contoso ]\r\n"
                                        "; the wave\r\n"
                                        "  tenant=contoso.com  \r\n"
                                        "ca-file = /etc/a # b.pem\r\n"
                                        "[empty]");
    REQUIRE(read.has_value());
    REQUIRE(read->sections.size() == 3);
    CHECK(read->sections[0].name.empty());
    REQUIRE(read->sections[0].entries.size() == 1);
    CHECK(read->sections[0].entries[0].key == "quiet");
    auto const* const contoso = read->find("contoso");
    REQUIRE(contoso != nullptr);
    CHECK(contoso->line == 4);
    REQUIRE(contoso->entries.size() == 2);
    CHECK(contoso->entries[0].key == "tenant");
    CHECK(contoso->entries[0].value == "contoso.com");
    CHECK(contoso->entries[0].line == 6);
    CHECK(contoso->entries[1].value == "/etc/a # b.pem");
    REQUIRE(read->find("empty") != nullptr);
    CHECK(read->find("empty")->entries.empty());
    CHECK(read->find("other") == nullptr);
}

TEST_CASE("a mistake in the configuration file is shown with its line and key", "[config]") {
    std::vector<std::pair<std::string, std::string>> const table{
        {"[contoso\n", "a.conf:1: this is not a profile's name: write it like [contoso]"},
        {"[a] [b]\n", "a.conf:1: this is not a profile's name: write it like [contoso]"},
        {"[a\x1B[2J]\n", "a.conf:1: this is not a profile's name: write it like [contoso]"},
        {"[a\rb]\n", "a.conf:1: this is not a profile's name: write it like [contoso]"},
        {"\n[]\n", "a.conf:2: this is not a profile's name: write it like [contoso]"},
        {"[a]\n[b]\n[a]\n", "a.conf:3: profile \"a\" was begun on line 1 already: join the two"},
        {"[a]\ntenant\n",
         "a.conf:2: this is neither [PROFILE] nor KEY = VALUE: add what is missing, or begin the "
         "line with # to make it a comment"},
        {"[a]\ntennant = x\n",
         "a.conf:2: \"tennant\": unknown key (did you mean tenant?): keys are the names of flags, "
         "without --"},
        {"[a]\nusers = 5\n",
         "a.conf:2: \"users\": unknown key: keys are the names of flags, without --"},
        {"[a]\ntenant = a.com\ntenant = b.com\n",
         "a.conf:3: tenant: was given on line 2 already: keep one"},
        {"tenant =\n", "a.conf:1: tenant: has no value: write one, or take the line out"},
        {"[a]\nprofile = b\n",
         "a.conf:2: profile: has no meaning inside a profile: move it above the first [PROFILE]"},
    };
    for (auto const& [text, sentence] : table) {
        INFO(text);
        auto const read = parse_config_file("a.conf", text);
        REQUIRE(read.has_error());
        CHECK(read.error().code == errc::invalid_input);
        CHECK(read.error().message == sentence);
    }
}

TEST_CASE("a bad value is shown with its line, whether its profile is used or not", "[config]") {
    auto machine = able({"check", "wave.csv"});
    machine.files[home_file] = "[a]\n\n[b]\nbatch-size = 50\n";
    CHECK(
        machine.failure_message() ==
        "/home/ada/.config/allot/allot.conf:4: batch-size: \"50\" is not a whole number from 1 to "
        "20: write digits only");
}

TEST_CASE("a profile sets what its keys say, over what stands above all profiles", "[config]") {
    auto machine = bare({"plan", "wave.csv", "--profile", "contoso"});
    machine.files[home_file] =
        "verify-timeout = 20m\n"
        "max-removals = 5%\n"
        "[contoso]\n"
        "tenant = contoso.com\n"
        "client-id = AAAAAAAA-bbbb-cccc-dddd-eeeeeeeeeeee\n"
        "client-secret-file = ~/contoso.secret\n"
        "report-dir = reports\n"
        "max-removals = 0\n"
        "skip-redundant = on\n"
        "[fabrikam]\n"
        "tenant = fabrikam.com\n";
    machine.files["/home/ada/contoso.secret"] = std::string{secret} + "\n";
    auto const values = machine.read();
    CHECK(values.tenant.profile == "contoso");
    CHECK(values.tenant.tenant == "contoso.com");
    CHECK(values.tenant.client_id == client_id);
    CHECK(values.tenant.client_secret == secret);
    CHECK(values.plan.max_removals == cap{0, false});
    CHECK(values.plan.skip_redundant);
    // Relative to the file, wherever the run starts.
    CHECK(values.run.report_dir == "/home/ada/.config/allot/reports");
    machine.arguments[0] = "apply";
    CHECK(machine.read().run.verify_timeout == 20min);
}

TEST_CASE("the file is looked for in its places, the named one first", "[config]") {
    auto machine = able({"skus"});
    machine.files["/etc/allot/allot.conf"] = "tenant = etc.example\n";
    machine.variables.erase("ALLOT_TENANT");
    CHECK(machine.read().tenant.tenant == "etc.example");
    machine.files[home_file] = "tenant = home.example\n";
    CHECK(machine.read().tenant.tenant == "home.example");
    machine.variables["XDG_CONFIG_HOME"] = "/xdg";
    machine.files["/xdg/allot/allot.conf"] = "tenant = xdg.example\n";
    CHECK(machine.read().tenant.tenant == "xdg.example");
    machine.variables["ALLOT_CONFIG"] = "v.conf";
    machine.files["v.conf"] = "tenant = variable.example\n";
    CHECK(machine.read().tenant.tenant == "variable.example");
    machine.files["f.conf"] = "tenant = flag.example\n";
    machine.arguments = {"skus", "--config", "f.conf"};
    CHECK(machine.read().tenant.tenant == "flag.example");
}

TEST_CASE("a file that was named must be there, and one that is there must be readable",
          "[config]") {
    auto machine = able({"skus", "--config", "none.conf"});
    CHECK(machine.failure_message() ==
          "--config: there is no file \"none.conf\": correct the name");
    machine.arguments = {"skus"};
    machine.unreadable[home_file] = "Permission denied";
    CHECK(machine.failure_message() ==
          "/home/ada/.config/allot/allot.conf cannot be read: Permission denied");
    machine.variables["ALLOT_CONFIG"] = "v.conf";
    machine.unreadable["v.conf"] = "Is a directory";
    CHECK(machine.failure_message() == "ALLOT_CONFIG: \"v.conf\" cannot be read: Is a directory");
}

TEST_CASE("a profile that does not exist is answered with those that do", "[config]") {
    auto machine = able({"skus", "--profile", "contosso"});
    CHECK(
        machine.failure_message() ==
        "--profile: there is no profile \"contosso\": no configuration file was found (looked for "
        "/home/ada/.config/allot/allot.conf, /etc/allot/allot.conf)");
    machine.files[home_file] = "[contoso]\n[fabrikam]\n";
    CHECK(machine.failure_message() ==
          "--profile: there is no profile \"contosso\" (did you mean contoso?): "
          "/home/ada/.config/allot/allot.conf has simulated, contoso, fabrikam (simulated is built "
          "in)");
    machine.arguments = {"skus"};
    machine.files[home_file] = "profile = fabricam\n[fabrikam]\n";
    CHECK(
        has(machine.failure_message(),
            "/home/ada/.config/allot/allot.conf:1: profile: there is no profile \"fabricam\" (did "
            "you mean fabrikam?)"));
}

TEST_CASE("simulate does not read the configuration file", "[config]") {
    auto machine = bare({"simulate"});
    machine.files[home_file] = "nonsense";
    CHECK(machine.read().simulated.users == 6000);
}

TEST_CASE("the example configuration is one that allot takes", "[config]") {
    std::ifstream file{"config/allot.conf.example"};
    REQUIRE(file);
    std::ostringstream text;
    text << file.rdbuf();
    auto machine = bare({"apply", "wave.csv"});
    machine.files["/etc/allot/allot.conf"] = text.str();
    auto const values = machine.read();
    CHECK(values.tenant.profile == "contoso");
    CHECK(values.tenant.tenant == "contoso.onmicrosoft.com");
    CHECK(values.tenant.auth == auth_kind::certificate);
    CHECK(values.tenant.certificate_file == "/etc/allot/contoso.pem");
    CHECK(values.tenant.certificate_key_file == "/etc/allot/contoso.key");
    CHECK(values.plan.max_removals == cap{100, false});
    CHECK(values.plan.default_usage_location == "GB");
    CHECK(values.run.report_dir == "/var/lib/allot/reports");
}
