// Which way of signing in counts.
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "surroundings.hpp"

using namespace allot;
using namespace allot::config;
using namespace allot::config::testing;

namespace {

constexpr auto token = "eyJh.eyJi.c2ln";

machine without_credential(std::vector<std::string> arguments) {
    auto made = able(std::move(arguments));
    made.variables.erase("ALLOT_CLIENT_SECRET");
    made.files = {
        {"/s", secret}, {"/t", token}, {"/c", "PEM"}, {"/k", "PEM"}, {"/p", "pass word\n"}};
    return made;
}

}  // namespace

TEST_CASE("the strongest place that names a credential chooses its kind", "[config]") {
    struct row {
        std::vector<std::string> flags;
        std::map<std::string, std::string> variables;
        std::string file;
        auth_kind kind;
        std::string source;
    };
    auto const a_secret = std::string{secret};
    std::map<std::string, std::string> const all_azure{
        {"AZURE_CLIENT_SECRET", a_secret},
        {"AZURE_CLIENT_CERTIFICATE_PATH", "/c"},
        {"AZURE_FEDERATED_TOKEN_FILE", "/t"},
        {"IDENTITY_ENDPOINT", "http://127.0.0.1:1/msi/token"},
        {"IDENTITY_HEADER", "hush"}};
    auto const azure_without = [&](std::vector<std::string> const& names) {
        auto made = all_azure;
        for (auto const& each : names) made.erase(each);
        return made;
    };
    std::vector<row> const rows{
        // A flag before a variable before the profile before what stands above all profiles.
        {{"--client-certificate-file", "/c"},
         {{"ALLOT_CLIENT_SECRET", a_secret}},
         "federated-token-file = /t\n",
         auth_kind::certificate,
         "--client-certificate-file"},
        {{},
         {{"ALLOT_FEDERATED_TOKEN_FILE", "/t"}},
         "client-secret-file = /s\n",
         auth_kind::federated,
         "ALLOT_FEDERATED_TOKEN_FILE"},
        {{"--profile", "p"},
         {},
         "client-secret-file = /s\n[p]\nclient-certificate-file = c\n",
         auth_kind::certificate,
         "/etc/allot/allot.conf:3: client-certificate-file"},
        {{},
         all_azure,
         "client-certificate-file = /c\n",
         auth_kind::certificate,
         "/etc/allot/allot.conf:1: client-certificate-file"},
        // Then the ecosystem's, in the order of DefaultAzureCredential.
        {{}, all_azure, "", auth_kind::secret, "AZURE_CLIENT_SECRET"},
        {{},
         azure_without({"AZURE_CLIENT_SECRET"}),
         "",
         auth_kind::certificate,
         "AZURE_CLIENT_CERTIFICATE_PATH"},
        {{},
         azure_without({"AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH"}),
         "",
         auth_kind::federated,
         "AZURE_FEDERATED_TOKEN_FILE"},
        {{},
         {{"IDENTITY_ENDPOINT", "http://127.0.0.1:1/msi/token"}, {"IDENTITY_HEADER", "hush"}},
         "",
         auth_kind::managed_identity,
         "IDENTITY_ENDPOINT"},
        {{},
         {{"AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:2/"}},
         "",
         auth_kind::managed_identity,
         "AZURE_POD_IDENTITY_AUTHORITY_HOST"},
        // What is asked for by name is looked for alone.
        {{"--auth", "federated"},
         all_azure,
         "client-secret-file = /s\n",
         auth_kind::federated,
         "AZURE_FEDERATED_TOKEN_FILE"},
        {{},
         {{"ALLOT_AUTH", "Certificate"}, {"ALLOT_CLIENT_SECRET", a_secret}},
         "client-certificate-file = /c\n",
         auth_kind::certificate,
         "/etc/allot/allot.conf:1: client-certificate-file"},
        {{},
         all_azure,
         "auth = managed-identity\n",
         auth_kind::managed_identity,
         "IDENTITY_ENDPOINT"},
        {{"--auth", "managed-identity"}, {}, "", auth_kind::managed_identity, "--auth"},
        {{"--auth", "auto"},
         all_azure,
         "auth = federated\n",
         auth_kind::secret,
         "AZURE_CLIENT_SECRET"},
    };
    for (auto const& each : rows) {
        std::vector<std::string> arguments{"skus"};
        arguments.insert(arguments.end(), each.flags.begin(), each.flags.end());
        auto machine = without_credential(arguments);
        machine.variables.insert(each.variables.begin(), each.variables.end());
        if (!each.file.empty()) machine.files["/etc/allot/allot.conf"] = each.file;
        CAPTURE(each.source);
        auto const read = machine.read().tenant;
        CHECK(read.auth == each.kind);
        CHECK(read.auth_source == each.source);
        // Nothing of another kind stays.
        CHECK(read.client_secret.empty() == (each.kind != auth_kind::secret));
        CHECK(read.certificate_file.empty() == (each.kind != auth_kind::certificate));
        CHECK(read.federated_token_file.empty() == (each.kind != auth_kind::federated));
        CHECK(read.identity_url.empty() == (each.kind != auth_kind::managed_identity));
    }
}

TEST_CASE("two ways to sign in in one place are an error that names both", "[config]") {
    CHECK(without_credential(
              {"skus", "--client-secret-file", "/s", "--client-certificate-file", "/c"})
              .failure_message() ==
          "--client-secret-file and --client-certificate-file are two ways to sign in: take one of "
          "them away, or choose with --auth secret or certificate");
    auto by_variables = without_credential({"skus"});
    by_variables.variables["ALLOT_CLIENT_SECRET"] = secret;
    by_variables.variables["ALLOT_FEDERATED_TOKEN_FILE"] = "/t";
    CHECK(has(by_variables.failure_message(),
              "ALLOT_CLIENT_SECRET and ALLOT_FEDERATED_TOKEN_FILE are two ways to sign in"));
    by_variables.variables["ALLOT_AUTH"] = "federated";
    CHECK(by_variables.read().tenant.auth == auth_kind::federated);
    auto by_file = without_credential({"skus", "--profile", "p"});
    by_file.files["/etc/allot/allot.conf"] =
        "[p]\nclient-certificate-file = /c\nfederated-token-file = /t\n";
    CHECK(has(by_file.failure_message(),
              "/etc/allot/allot.conf:2: client-certificate-file and /etc/allot/allot.conf:3: "
              "federated-token-file are two ways"));
    CHECK(without_credential({"skus", "--auth", "certificate", "--client-secret-file", "/s"})
              .failure_message() ==
          "--auth certificate and --client-secret-file are two ways to sign in: take one of them "
          "away");
    CHECK(has(without_credential({"skus", "--auth", "token"}).failure_message(),
              "--auth: \"token\" is not a way to sign in: write one of auto, secret, certificate"));
}

TEST_CASE("a certificate has its key, its password and its algorithm from anywhere", "[config]") {
    auto machine = without_credential({"skus", "--client-certificate-file", "/c"});
    machine.files["/etc/allot/allot.conf"] =
        "client-key-file = k\nclient-certificate-password-file = /p\nassertion-algorithm = RS256\n";
    auto read = machine.read().tenant;
    CHECK(read.certificate_file == "/c");
    CHECK(read.certificate_key_file == "/etc/allot/k");
    CHECK(read.certificate_password == "pass word");
    CHECK(read.sign_rs256);
    machine.variables["ALLOT_CLIENT_CERTIFICATE_PASSWORD"] = "of the variable";
    CHECK(machine.read().tenant.certificate_password == "of the variable");
    machine.arguments.insert(machine.arguments.end(), {"--client-certificate-password-file", "/p"});
    CHECK(machine.read().tenant.certificate_password == "pass word");
    machine.arguments.resize(3);
    machine.variables["ALLOT_CLIENT_CERTIFICATE_PASSWORD_FILE"] = "/p";
    CHECK(machine.failure_message() ==
          "ALLOT_CLIENT_CERTIFICATE_PASSWORD and ALLOT_CLIENT_CERTIFICATE_PASSWORD_FILE are both "
          "set: unset one");

    auto azure = without_credential({"skus"});
    azure.variables["AZURE_CLIENT_CERTIFICATE_PATH"] = "/c";
    azure.variables["AZURE_CLIENT_CERTIFICATE_PASSWORD"] = "azure";
    CHECK(azure.read().tenant.certificate_password == "azure");
    CHECK_FALSE(azure.read().tenant.sign_rs256);
    CHECK(has(able({"skus", "--client-certificate-password", "x"}).failure_message(),
              "no flag takes a password"));
}

TEST_CASE("a flag about certificates without one is a mistake", "[config]") {
    for (auto const* const flag :
         {"--client-key-file", "--client-certificate-password-file", "--assertion-algorithm"}) {
        CHECK(able({"skus", flag, "RS256"}).failure_message() ==
              std::string{flag} +
                  " has a meaning only with a certificate: take it away, or give "
                  "--client-certificate-file");
    }
}

TEST_CASE("systemd may hand a certificate over", "[config]") {
    auto machine = without_credential({"skus"});
    machine.variables["CREDENTIALS_DIRECTORY"] = "/run/c";
    machine.files["/run/c/client_certificate"] = "PEM";
    machine.files["/run/c/client_certificate_password"] = "hush\n";
    auto const read = machine.read().tenant;
    CHECK(read.auth == auth_kind::certificate);
    CHECK(read.certificate_file == "/run/c/client_certificate");
    CHECK(read.certificate_password == "hush");
}

TEST_CASE("a managed identity needs no client id, and its endpoint must be an address",
          "[config]") {
    auto machine = without_credential({"skus", "--auth", "managed-identity"});
    machine.variables.erase("ALLOT_CLIENT_ID");
    auto const own = machine.read().tenant;
    CHECK(own.client_id.empty());
    CHECK(own.identity_url == "http://169.254.169.254");
    CHECK_FALSE(own.identity_app_service);
    machine.variables["AZURE_POD_IDENTITY_AUTHORITY_HOST"] = "http://127.0.0.1:8080/";
    CHECK(machine.read().tenant.identity_url == "http://127.0.0.1:8080");
    machine.variables["IDENTITY_ENDPOINT"] = "http://127.0.0.1:41000/MSI/token/?x=1";
    // Without its header it is another kind of machine.
    CHECK(machine.read().tenant.identity_url == "http://127.0.0.1:8080");
    machine.variables["IDENTITY_HEADER"] = "hush";
    auto const app = machine.read().tenant;
    CHECK(app.identity_app_service);
    CHECK(app.identity_url == "http://127.0.0.1:41000/MSI/token/?x=1");
    CHECK(app.identity_header == "hush");
    for (auto const* const wrong :
         {"https://127.0.0.1/msi", "127.0.0.1:1", "http://", "http://a b/"}) {
        machine.variables["IDENTITY_ENDPOINT"] = wrong;
        CAPTURE(wrong);
        CHECK(has(machine.failure_message(), "IDENTITY_ENDPOINT: it is no address"));
        CHECK_FALSE(has(machine.failure_message(), "hush"));
    }
}

TEST_CASE("what is missing of the chosen kind is named with its places", "[config]") {
    auto const missing = [](char const* kind) {
        return without_credential({"skus", "--auth", kind}).failure_message();
    };
    CHECK(has(missing("certificate"),
              "not given: certificate. Set each in one of these places:\n  certificate: "
              "--client-certificate-file, ALLOT_CLIENT_CERTIFICATE_FILE,"));
    CHECK(has(missing("federated"), "not given: federated token."));
    CHECK(has(missing("federated"), "or AZURE_FEDERATED_TOKEN_FILE"));
    CHECK(has(missing("secret"), "not given: client secret."));
    auto gone = without_credential({"skus", "--federated-token-file", "/gone"});
    CHECK(gone.failure_message() ==
          "--federated-token-file: the file that it names does not exist");
}

TEST_CASE("the Azure tools' login service counts, with the cloud it belongs to", "[config]") {
    auto machine = able({"skus"});
    machine.variables["AZURE_AUTHORITY_HOST"] = "https://login.microsoftonline.us/";
    CHECK(machine.read().tenant.login_url == "https://login.microsoftonline.us");
    CHECK(machine.read().tenant.graph_url == "https://graph.microsoft.us");
    machine.variables["AZURE_AUTHORITY_HOST"] = "login.partner.microsoftonline.cn";
    CHECK(machine.read().tenant.graph_url == "https://microsoftgraph.chinacloudapi.cn");
    machine.variables["AZURE_AUTHORITY_HOST"] = "https://login.example";
    CHECK(machine.read().tenant.login_url == "https://login.example");
    CHECK(machine.read().tenant.graph_url == "https://graph.microsoft.com");
    machine.variables["ALLOT_CLOUD"] = "usgov-dod";
    CHECK(machine.read().tenant.login_url == "https://login.microsoftonline.us");
    CHECK(machine.read().tenant.graph_url == "https://dod-graph.microsoft.us");
    machine.variables.erase("ALLOT_CLOUD");
    machine.variables["AZURE_AUTHORITY_HOST"] = "http://login.example";
    CHECK(has(machine.failure_message(), "AZURE_AUTHORITY_HOST: \"http://login.example\" is not"));
}
