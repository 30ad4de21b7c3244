#include "config/sign_in.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "config/credentials.hpp"
#include "config/environment.hpp"
#include "config/values.hpp"
#include "config/words.hpp"

namespace allot::config {

namespace {

constexpr std::string_view secret = "client-secret";
constexpr std::string_view secret_file = "client-secret-file";
constexpr std::string_view certificate_file = "client-certificate-file";
constexpr std::string_view key_file = "client-key-file";
constexpr std::string_view password_file = "client-certificate-password-file";
constexpr std::string_view token_file = "federated-token-file";
constexpr std::string_view algorithm = "assertion-algorithm";

/// Where Azure answers a virtual machine.
constexpr auto machine_endpoint = "http://169.254.169.254";

failure wrong(std::string message) {
    return failure{errc::invalid_input, std::move(message)};
}

/// What speaks for one kind.
struct sign {
    auth_kind kind;
    std::string_view option;
};
constexpr std::array signs{sign{auth_kind::secret, secret}, sign{auth_kind::secret, secret_file},
                           sign{auth_kind::certificate, certificate_file},
                           sign{auth_kind::federated, token_file}};

said const* find(sign_in_place const& in, std::string_view option) {
    auto const found = in.by_name.find(option);
    return found == in.by_name.end() ? nullptr : &found->second;
}

class chooser {
 public:
    chooser(std::vector<sign_in_place> const& places, surroundings const& from, connection& into)
        : places_(places), from_(from), into_(into) {}

    result<void> choose() {
        if (auto chosen = choose_kind(); !chosen) return chosen;
        // What is missing is said by check_complete.
        if (into_.auth == auth_kind::automatic || into_.auth == auth_kind::certificate) return {};
        for (auto const& place : places_) {
            for (auto const& option : {key_file, password_file, algorithm}) {
                if (!place.flags || find(place, option) == nullptr) continue;
                return wrong(
                    fmt::format("--{} has a meaning only with a certificate: take it away, or "
                                "give --client-certificate-file",
                                option));
            }
        }
        return {};
    }

 private:
    result<void> choose_kind() {
        auto const asked = into_.auth;
        if (asked == auth_kind::automatic) return choose_alone();
        if (auto const clash = misplaced_flag(asked)) return *clash;
        for (auto const& place : places_) {
            if (auto const clash = secret_twice(place)) return *clash;
            for (auto const& each : signs) {
                auto const* const found = find(place, each.option);
                if (each.kind == asked && found != nullptr) return take(each, *found);
            }
        }
        auto const found = ecosystem(asked);
        if (!found) return found.error();
        // Which kind is missing, check_complete says.
        into_.auth = asked;
        if (!*found && asked == auth_kind::managed_identity) return take_identity(source_of_auth());
        return {};
    }

    result<void> choose_alone() {
        for (auto const& place : places_) {
            if (auto const clash = secret_twice(place)) return *clash;
            sign const* chosen = nullptr;
            said const* as = nullptr;
            for (auto const& each : signs) {
                auto const* const found = find(place, each.option);
                if (found == nullptr) continue;
                if (chosen != nullptr && chosen->kind != each.kind) {
                    return wrong(fmt::format(
                        "{} and {} are two ways to sign in: take one of them away, or choose with "
                        "--auth {} or {}",
                        as->source, found->source, name(chosen->kind), name(each.kind)));
                }
                if (chosen == nullptr) {
                    chosen = &each;
                    as = found;
                }
            }
            if (chosen != nullptr) return take(*chosen, *as);
        }
        auto const found = ecosystem(auth_kind::automatic);
        if (!found) return found.error();
        return {};
    }

    static std::optional<failure> secret_twice(sign_in_place const& in) {
        auto const* const direct = find(in, secret);
        auto const* const file = find(in, secret_file);
        if (direct == nullptr || file == nullptr) return std::nullopt;
        return wrong(
            fmt::format("{} and {} are both set: unset one", direct->source, file->source));
    }

    /// A flag that could have no effect is a mistake.
    std::optional<failure> misplaced_flag(auth_kind asked) const {
        for (auto const& place : places_) {
            auto const* const chosen = find(place, "auth");
            if (!place.flags || chosen == nullptr) continue;
            for (auto const& each : signs) {
                auto const* const other = find(place, each.option);
                if (other == nullptr || each.kind == asked) continue;
                return wrong(
                    fmt::format("--auth {} and {} are two ways to sign in: take one of "
                                "them away",
                                name(asked), other->source));
            }
        }
        return std::nullopt;
    }

    std::string source_of_auth() const {
        for (auto const& place : places_) {
            if (auto const* const found = find(place, "auth")) return found->source;
        }
        return {};
    }

    result<void> take(sign const& how, said const& found) {
        into_.auth = how.kind;
        into_.auth_source = found.source;
        if (how.kind == auth_kind::certificate) return take_certificate(found.value);
        if (how.kind == auth_kind::federated) return take_token(found);
        return take_secret({found.source, found.value, how.option == secret_file});
    }

    result<void> take_secret(secret_place const& where) {
        auto text = read_secret(from_, where);
        if (!text) return text.error();
        into_.client_secret = std::move(*text);
        return {};
    }

    /// The key's file and the password may be said in another place than the certificate.
    result<void> take_certificate(std::string const& path) {
        into_.certificate_file = path;
        for (auto const& place : places_) {
            auto const* const key = find(place, key_file);
            if (key == nullptr) continue;
            into_.certificate_key_file = key->value;
            break;
        }
        auto password = find_password();
        if (!password) return password.error();
        into_.certificate_password = std::move(*password);
        return {};
    }

    result<std::string> find_password() const {
        std::string const direct = "ALLOT_CLIENT_CERTIFICATE_PASSWORD";
        auto const in_variable = variable(from_, direct);
        for (auto const& place : places_) {
            auto const* const file = find(place, password_file);
            bool const here = in_variable && !place.flags;
            if (here && file != nullptr && file->source == direct + "_FILE") {
                return wrong(fmt::format("{0} and {0}_FILE are both set: unset one", direct));
            }
            if (here) break;
            if (file != nullptr) return read_password(from_, {file->source, file->value, true});
        }
        if (in_variable) return read_password(from_, {direct, *in_variable, false});
        constexpr auto azure = "AZURE_CLIENT_CERTIFICATE_PASSWORD";
        auto const by_azure = variable(from_, azure);
        return by_azure ? read_password(from_, {azure, *by_azure, false}) : std::string{};
    }

    /// Only looked at: it is read anew for each request.
    result<void> take_token(said const& file) {
        auto const text = read_secret(from_, {file.source, file.value, true});
        if (!text) return text.error();
        into_.federated_token_file = file.value;
        return {};
    }

    /// What systemd and the Azure tools hand over; true when it was chosen. With a kind asked for,
    /// only that one.
    result<bool> ecosystem(auth_kind asked) {
        auto const wanted = [asked](auth_kind kind) {
            return asked == auth_kind::automatic || asked == kind;
        };
        if (wanted(auth_kind::secret)) {
            auto found = secret_from_ecosystem(from_);
            if (!found) return found.error();
            if (*found) {
                into_.auth = auth_kind::secret;
                into_.auth_source = std::move((*found)->source);
                into_.client_secret = std::move((*found)->value);
                return true;
            }
        }
        if (wanted(auth_kind::certificate) && take_credential_of_systemd()) return true;
        constexpr sign azure[] = {{auth_kind::certificate, "AZURE_CLIENT_CERTIFICATE_PATH"},
                                  {auth_kind::federated, "AZURE_FEDERATED_TOKEN_FILE"}};
        for (auto const& each : azure) {
            std::string const source{each.option};
            auto const path = variable(from_, source);
            if (!path || !wanted(each.kind)) continue;
            if (auto const taken = take(each, {source, *path}); !taken) return taken.error();
            return true;
        }
        if (!wanted(auth_kind::managed_identity) || !identity_announced()) return false;
        if (auto const taken = take_identity(""); !taken) return taken.error();
        return true;
    }

    /// `client_certificate`, with `client_certificate_password` where it has one.
    bool take_credential_of_systemd() {
        auto const folder = variable(from_, "CREDENTIALS_DIRECTORY");
        if (!folder) return false;
        auto const path = *folder + "/client_certificate";
        auto const contents = from_.file(path);
        if (contents && !*contents) return false;
        into_.auth = auth_kind::certificate;
        into_.auth_source = "$CREDENTIALS_DIRECTORY/client_certificate";
        into_.certificate_file = path;
        auto const password = from_.file(path + "_password");
        if (password && *password) into_.certificate_password = trimmed(**password);
        return true;
    }

    [[nodiscard]] bool identity_announced() const {
        return (variable(from_, "IDENTITY_ENDPOINT") && variable(from_, "IDENTITY_HEADER")) ||
               variable(from_, "AZURE_POD_IDENTITY_AUTHORITY_HOST");
    }

    result<void> take_identity(std::string source) {
        into_.auth = auth_kind::managed_identity;
        into_.auth_source = std::move(source);
        into_.identity_url = machine_endpoint;
        std::string by;
        bool const app = variable(from_, "IDENTITY_ENDPOINT") && variable(from_, "IDENTITY_HEADER");
        if (app)
            by = "IDENTITY_ENDPOINT";
        else if (variable(from_, "AZURE_POD_IDENTITY_AUTHORITY_HOST")) {
            by = "AZURE_POD_IDENTITY_AUTHORITY_HOST";
        }
        if (by.empty()) return {};
        auto const url = parse_plain_url(*variable(from_, by), app);
        if (!url) {
            return wrong(
                fmt::format("{}: it is no address of a managed identity endpoint: it must "
                            "be like http://HOST:PORT{}",
                            by, app ? "/PATH" : ", without a path"));
        }
        into_.identity_url = *url;
        into_.identity_app_service = app;
        if (app) into_.identity_header = *variable(from_, "IDENTITY_HEADER");
        if (into_.auth_source.empty()) into_.auth_source = by;
        return {};
    }

    std::vector<sign_in_place> const& places_;
    surroundings const& from_;
    connection& into_;
};

}  // namespace

bool about_sign_in(std::string_view option_name) {
    constexpr std::array names{
        secret_file, certificate_file,        key_file, password_file, token_file,
        algorithm,   std::string_view{"auth"}};
    return std::ranges::find(names, option_name) != names.end();
}

result<void> choose_sign_in(std::vector<sign_in_place> const& strongest_first,
                            surroundings const& from, connection& into) {
    return chooser{strongest_first, from, into}.choose();
}

std::string_view name(auth_kind of) {
    switch (of) {
        case auth_kind::automatic:
            return "auto";
        case auth_kind::secret:
            return "secret";
        case auth_kind::certificate:
            return "certificate";
        case auth_kind::federated:
            return "federated";
        case auth_kind::managed_identity:
            return "managed-identity";
    }
    return "";
}

}  // namespace allot::config
