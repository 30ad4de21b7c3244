#include <string>
#include <vector>

#include "config/settings.hpp"
#include "surroundings.hpp"

using namespace allot;
using namespace allot::config;
using namespace allot::config::testing;

namespace {

machine without_secret(std::vector<std::string> arguments) {
    auto made = able(std::move(arguments));
    made.variables.erase("ALLOT_CLIENT_SECRET");
    return made;
}

}  // namespace

TEST_CASE("the secret comes from the strongest place that has it", "[config]") {
    auto machine = without_secret({"skus"});
    machine.variables["AZURE_CLIENT_SECRET"] = "azure";
    CHECK(machine.read().tenant.client_secret == "azure");
    machine.variables["CREDENTIALS_DIRECTORY"] = "/run/credentials/allot";
    // systemd hands over other credentials only: the next place counts.
    CHECK(machine.read().tenant.client_secret == "azure");
    machine.files["/run/credentials/allot/client_secret"] = "systemd\n";
    CHECK(machine.read().tenant.client_secret == "systemd");
    machine.files["/etc/allot/allot.conf"] =
        "client-secret-file = s\n[p]\nclient-secret-file = /p\n";
    machine.files["/etc/allot/s"] = "general";
    CHECK(machine.read().tenant.client_secret == "general");
    machine.files["/p"] = "profile";
    machine.variables["ALLOT_PROFILE"] = "p";
    CHECK(machine.read().tenant.client_secret == "profile");
    machine.variables["ALLOT_CLIENT_SECRET_FILE"] = "/v";
    machine.files["/v"] = "  variable_file\r\n";
    CHECK(machine.read().tenant.client_secret == "variable_file");
    machine.variables.erase("ALLOT_CLIENT_SECRET_FILE");
    machine.variables["ALLOT_CLIENT_SECRET"] = "variable";
    CHECK(machine.read().tenant.client_secret == "variable");
    machine.files["/f"] = "flag";
    machine.arguments = {"skus", "--client-secret-file", "/f"};
    CHECK(machine.read().tenant.client_secret == "flag");
}

TEST_CASE("all that is missing to sign in is listed at once, with every place to set it",
          "[config]") {
    CHECK(bare({"plan", "wave.csv"}).failure_message() ==
          "cannot sign in, not given: tenant, client id, credential. Set each in one of these "
          "places:\n"
          "  tenant: --tenant, ALLOT_TENANT, `tenant` in a profile, or AZURE_TENANT_ID\n"
          "  client id: --client-id, ALLOT_CLIENT_ID, `client-id` in a profile, or "
          "AZURE_CLIENT_ID\n"
          "  credential: a client secret (--client-secret-file, ALLOT_CLIENT_SECRET,\n"
          "    ALLOT_CLIENT_SECRET_FILE, `client-secret-file` in a profile,\n"
          "    $CREDENTIALS_DIRECTORY/client_secret, AZURE_CLIENT_SECRET), a certificate\n"
          "    (--client-certificate-file, ALLOT_CLIENT_CERTIFICATE_FILE, …), a federated\n"
          "    token (--federated-token-file, ALLOT_FEDERATED_TOKEN_FILE, …), or\n"
          "    --auth managed-identity on a machine in Azure\n"
          "To try allot without an account, use --profile simulated.");
    auto const one = without_secret({"apply", "wave.csv"}).failure_message();
    CHECK(has(one, "cannot sign in, not given: credential."));
    CHECK_FALSE(has(one, "client id:"));
}

TEST_CASE("a secret that cannot be one is refused before it is tried", "[config]") {
    auto machine = without_secret({"skus", "--client-secret-file", "/s"});
    CHECK(machine.failure_message() ==
          "--client-secret-file: the file that it names does not exist");
    machine.unreadable["/s"] = "Permission denied";
    CHECK(machine.failure_message() ==
          "--client-secret-file: the file that it names cannot be read: Permission denied");
    machine.unreadable.clear();
    machine.files["/s"] = " \n";
    CHECK(machine.failure_message() == "--client-secret-file: there is no secret in it");
    for (auto const* contents : {"two words", "two\nlines", "\xEF\xBB\xBFmarked", "\xFF\xFEs"}) {
        machine.files["/s"] = contents;
        CHECK(machine.failure_message() ==
              "--client-secret-file: it must hold the secret alone, on one line of plain ASCII "
              "without a byte-order mark");
    }
    machine.arguments = {"skus"};
    machine.variables["ALLOT_CLIENT_SECRET"] = "a";
    machine.variables["ALLOT_CLIENT_SECRET_FILE"] = "/s";
    CHECK(machine.failure_message() ==
          "ALLOT_CLIENT_SECRET and ALLOT_CLIENT_SECRET_FILE are both set: unset one");
}

TEST_CASE("no flag takes a secret", "[config]") {
    for (auto const* flag : {"--client-secret", "--password", "--client-secret-value"}) {
        CHECK(able({"skus", flag, secret}).failure_message() ==
              std::string{"unknown flag "} + flag +
                  ": no flag takes a secret, since other users of this machine see it; use "
                  "--client-secret-file FILE or the variable ALLOT_CLIENT_SECRET");
    }
}

TEST_CASE("no message shows a secret, wherever it was put by mistake", "[config]") {
    std::string const s = secret;
    std::vector<machine> machines{
        able({"skus", "--client-secret", s}),
        able({"skus", "--client-secret=" + s}),
        able({"skus", "--secret=" + s}),
        able({"plan", "a.csv", "-p" + s}),
        able({"skus", "--client-id", s}),
        able({"skus", "--client-secret-file", s}),
        able({"skus", "--graph-url", "https://app:" + s + "@graph.microsoft.com"}),
    };
    for (auto const& text :
         {"client-secret = " + s, "password=" + s, "[a]\nclient_secret: " + s, "client-id = " + s,
          "client-secret-file = " + s, "login-url = https://a:" + s + "@login", "\n" + s + "\n",
          "[p]\nclientSecret=" + s}) {
        machines.push_back(without_secret({"skus"}));
        machines.back().files["/etc/allot/allot.conf"] = text;
    }
    for (auto const& each : {"ALLOT_CLIENT_ID", "AZURE_CLIENT_ID", "ALLOT_CLIENT_SECRET_FILE"}) {
        machines.push_back(without_secret({"skus"}));
        machines.back().variables[each] = s;
    }
    for (auto const& contents : {s + "\n" + s, s + " " + s}) {
        machines.push_back(without_secret({"skus", "--client-secret-file", "/s"}));
        machines.back().files["/s"] = contents;
        machines.push_back(without_secret({"skus"}));
        machines.back().variables["ALLOT_CLIENT_SECRET"] = contents;
    }
    for (auto const& each : machines) {
        auto const message = each.failure_message();
        INFO(message);
        CHECK_FALSE(has(message, s));
        CHECK_FALSE(has(message, s.substr(0, 8)));
    }
}

TEST_CASE("the file is named as the place for a secret only through a file of its own",
          "[config]") {
    auto machine = without_secret({"skus"});
    machine.files["/etc/allot/allot.conf"] = "[a]\nclient-secret = x\n";
    CHECK(machine.failure_message() ==
          "/etc/allot/allot.conf:2: \"client-secret\": a secret does not belong in this file: put "
          "it in a file that only you can read, and write client-secret-file = FILE");
}
