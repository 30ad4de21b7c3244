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

}  // namespace

result<std::string> read_secret(surroundings const& from, secret_place const& place) {
    if (!place.is_file) return checked_secret(place.source, place.text);
    auto const contents = from.file(place.text);
    if (!contents) {
        return wrong(fmt::format("{}: the file that it names cannot be read: {}", place.source,
                                 contents.error().message));
    }
    if (!*contents) {
        return wrong(fmt::format("{}: the file that it names does not exist", place.source));
    }
    return checked_secret(place.source, **contents);
}

result<std::optional<std::string>> secret_from_variables(surroundings const& from) {
    auto const direct = variable(from, "ALLOT_CLIENT_SECRET").has_value();
    auto const file = variable(from, "ALLOT_CLIENT_SECRET_FILE").has_value();
    if (direct && file) {
        return wrong("ALLOT_CLIENT_SECRET and ALLOT_CLIENT_SECRET_FILE are both set: unset one");
    }
    if (!direct && !file) return std::optional<std::string>{};
    std::string const source = direct ? "ALLOT_CLIENT_SECRET" : "ALLOT_CLIENT_SECRET_FILE";
    auto secret = read_secret(from, {source, *from.variable(source), file});
    if (!secret) return secret.error();
    return std::optional{std::move(*secret)};
}

result<std::optional<std::string>> secret_from_ecosystem(surroundings const& from) {
    if (auto const folder = variable(from, "CREDENTIALS_DIRECTORY")) {
        auto const path = *folder + "/client_secret";
        auto const contents = from.file(path);
        // systemd may hand over other credentials only: then there is no such file.
        if (!contents || *contents) {
            auto secret = read_secret(from, {"$CREDENTIALS_DIRECTORY/client_secret", path, true});
            if (!secret) return secret.error();
            return std::optional{std::move(*secret)};
        }
    }
    auto const by_azure = variable(from, "AZURE_CLIENT_SECRET");
    if (!by_azure) return std::optional<std::string>{};
    auto secret = read_secret(from, {"AZURE_CLIENT_SECRET", *by_azure, false});
    if (!secret) return secret.error();
    return std::optional{std::move(*secret)};
}

result<void> check_complete(connection const& to, surroundings const& from) {
    std::vector<std::string_view> missing;
    std::string places;
    if (to.tenant.empty()) {
        missing.emplace_back("tenant");
        places += "\n  tenant: --tenant, ALLOT_TENANT, `tenant` in a profile, or AZURE_TENANT_ID";
    }
    if (to.client_id.empty()) {
        missing.emplace_back("client id");
        places +=
            "\n  client id: --client-id, ALLOT_CLIENT_ID, `client-id` in a profile, or "
            "AZURE_CLIENT_ID";
    }
    if (to.client_secret.empty()) {
        missing.emplace_back("client secret");
        places +=
            "\n  client secret: --client-secret-file, ALLOT_CLIENT_SECRET, "
            "ALLOT_CLIENT_SECRET_FILE,\n    `client-secret-file` in a profile, "
            "$CREDENTIALS_DIRECTORY/client_secret, or AZURE_CLIENT_SECRET";
        for (auto const* other : {"AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_FEDERATED_TOKEN_FILE"}) {
            if (!variable(from, other)) continue;
            places += fmt::format(
                "\n  {} is set, but this version signs in with a client secret "
                "only: make one under\n    \"Certificates & secrets\" of the app "
                "registration",
                other);
        }
    }
    if (missing.empty()) return {};
    return wrong(
        fmt::format("cannot sign in, not given: {}. Set each in one of these places:{}\n"
                    "To try allot without an account, use --profile simulated.",
                    listed(missing), places));
}

}  // namespace allot::config
