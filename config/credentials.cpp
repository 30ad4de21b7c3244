#include "config/credentials.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "config/environment.hpp"
#include "config/words.hpp"

namespace allot::config {

namespace {

failure wrong(std::string message) {
    return failure{errc::invalid_input, std::move(message)};
}

/// Printable ASCII without spaces, as the service makes them. It also tells a file in UTF-16 or
/// with a byte-order mark, which the service would only call a wrong secret.
result<std::string> checked_secret(std::string_view source, std::string_view text) {
    auto const secret = trimmed(text);
    auto const printable = [](char c) { return c > ' ' && c < '\x7F'; };
    if (secret.empty()) return wrong(fmt::format("{}: there is no secret in it", source));
    if (!std::ranges::all_of(secret, printable)) {
        return wrong(
            fmt::format("{}: it must hold the secret alone, on one line of plain ASCII "
                        "without a byte-order mark",
                        source));
    }
    return std::string{secret};
}

/// What stands at that place.
result<std::string> text_at(surroundings const& from, secret_place const& place) {
    if (!place.is_file) return place.text;
    auto const contents = from.file(place.text);
    if (!contents) {
        return wrong(fmt::format("{}: the file that it names cannot be read: {}", place.source,
                                 contents.error().message));
    }
    if (!*contents) {
        return wrong(fmt::format("{}: the file that it names does not exist", place.source));
    }
    return **contents;
}

/// What is missing of the kind of credential that was chosen, and where it can be set; empty when
/// nothing is.
struct lack {
    std::string_view what;
    std::string_view places;
};
lack lacking(connection const& to) {
    switch (to.auth) {
        case auth_kind::secret:
            if (!to.client_secret.empty()) break;
            return {"client secret",
                    "--client-secret-file, ALLOT_CLIENT_SECRET, ALLOT_CLIENT_SECRET_FILE,\n"
                    "    `client-secret-file` in a profile, $CREDENTIALS_DIRECTORY/client_secret, "
                    "or AZURE_CLIENT_SECRET"};
        case auth_kind::certificate:
            if (!to.certificate_file.empty()) break;
            return {"certificate",
                    "--client-certificate-file, ALLOT_CLIENT_CERTIFICATE_FILE,\n"
                    "    `client-certificate-file` in a profile, "
                    "$CREDENTIALS_DIRECTORY/client_certificate, or\n"
                    "    AZURE_CLIENT_CERTIFICATE_PATH"};
        case auth_kind::federated:
            if (!to.federated_token_file.empty()) break;
            return {"federated token",
                    "--federated-token-file, ALLOT_FEDERATED_TOKEN_FILE,\n"
                    "    `federated-token-file` in a profile, or AZURE_FEDERATED_TOKEN_FILE"};
        case auth_kind::managed_identity:
            break;
        case auth_kind::automatic:
            return {
                "credential",
                "a client secret (--client-secret-file, ALLOT_CLIENT_SECRET,\n"
                "    ALLOT_CLIENT_SECRET_FILE, `client-secret-file` in a profile,\n"
                "    $CREDENTIALS_DIRECTORY/client_secret, AZURE_CLIENT_SECRET), a certificate\n"
                "    (--client-certificate-file, ALLOT_CLIENT_CERTIFICATE_FILE, …), a federated\n"
                "    token (--federated-token-file, ALLOT_FEDERATED_TOKEN_FILE, …), or\n"
                "    --auth managed-identity on a machine in Azure"};
    }
    return {};
}

}  // namespace

result<std::string> read_secret(surroundings const& from, secret_place const& place) {
    auto const text = text_at(from, place);
    return text ? checked_secret(place.source, *text) : text;
}

result<std::string> read_password(surroundings const& from, secret_place const& place) {
    auto text = text_at(from, place);
    if (!text) return text;
    while (text->ends_with('\n') || text->ends_with('\r')) text->pop_back();
    if (text->empty()) return wrong(fmt::format("{}: there is no password in it", place.source));
    if (text->find_first_of(std::string_view{"\r\n\0", 3}) != std::string::npos) {
        return wrong(fmt::format("{}: it must hold the password alone, on one line", place.source));
    }
    return text;
}

result<std::optional<found_secret>> secret_from_ecosystem(surroundings const& from) {
    if (auto const folder = variable(from, "CREDENTIALS_DIRECTORY")) {
        auto const path = *folder + "/client_secret";
        auto const contents = from.file(path);
        // systemd may hand over other credentials only: then there is no such file.
        if (!contents || *contents) {
            std::string const source = "$CREDENTIALS_DIRECTORY/client_secret";
            auto secret = read_secret(from, {source, path, true});
            if (!secret) return secret.error();
            return std::optional{found_secret{source, std::move(*secret)}};
        }
    }
    std::string const source = "AZURE_CLIENT_SECRET";
    auto const by_azure = variable(from, source);
    if (!by_azure) return std::optional<found_secret>{};
    auto secret = read_secret(from, {source, *by_azure, false});
    if (!secret) return secret.error();
    return std::optional{found_secret{source, std::move(*secret)}};
}

result<void> check_complete(connection const& to) {
    std::vector<std::string_view> missing;
    std::string places;
    if (to.tenant.empty()) {
        missing.emplace_back("tenant");
        places += "\n  tenant: --tenant, ALLOT_TENANT, `tenant` in a profile, or AZURE_TENANT_ID";
    }
    // The machine's own managed identity needs no name.
    if (to.client_id.empty() && to.auth != auth_kind::managed_identity) {
        missing.emplace_back("client id");
        places +=
            "\n  client id: --client-id, ALLOT_CLIENT_ID, `client-id` in a profile, or "
            "AZURE_CLIENT_ID";
    }
    if (auto const lacks = lacking(to); !lacks.what.empty()) {
        missing.push_back(lacks.what);
        places += fmt::format("\n  {}: {}", lacks.what, lacks.places);
    }
    if (missing.empty()) return {};
    return wrong(
        fmt::format("cannot sign in, not given: {}. Set each in one of these places:{}\n"
                    "To try allot without an account, use --profile simulated.",
                    listed(missing), places));
}

}  // namespace allot::config
