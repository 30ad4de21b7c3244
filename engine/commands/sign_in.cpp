#include "engine/commands/sign_in.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>

#include "connectors/graph/certificate/certificate.hpp"
#include "engine/commands/console.hpp"

namespace allot::commands {

namespace {

using config::auth_kind;

/// Before its end a certificate should be followed by another one.
constexpr std::chrono::days end_is_near{30};
constexpr std::size_t file_bytes_max = 1U << 20U;

failure unusable(std::string_view source, std::string_view what) {
    return failure{errc::invalid_input, fmt::format("{}: {}", source, what)};
}

/// A file that holds a secret.
struct secret_file {
    graph::wire::secret text;
    bool open_to_others = false;
};

/// Read into one piece of memory, so that no buffer keeps a copy. It may be a pipe. The failure's
/// message is the reason alone.
result<secret_file> read_secret_file(std::string const& path) {
    constexpr std::string_view unread = "the file cannot be read";
    auto const file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return unusable(unread, std::strerror(errno));
    struct stat about {};
    bool const known = ::fstat(file, &about) == 0;
    std::string text(file_bytes_max + 1, '\0');
    std::size_t size = 0;
    int error = known ? 0 : errno;
    while (error == 0 && size < text.size()) {
        auto const got = ::read(file, text.data() + size, text.size() - size);
        if (got == 0) break;
        if (got < 0 && errno != EINTR) error = errno;
        if (got > 0) size += static_cast<std::size_t>(got);
    }
    ::close(file);
    text.resize(size);
    secret_file made{graph::wire::secret{std::move(text)}, (about.st_mode & S_IRWXO) != 0};
    if (error != 0) return unusable(unread, std::strerror(error));
    if (size == 0) return unusable(unread, "it is empty");
    if (size > file_bytes_max) return unusable(unread, "it is too large");
    return made;
}

std::string day(wall_time at) {
    return iso_8601(at).substr(0, 10);
}

/// A date as a certificate has it: to the second.
std::string moment(wall_time at) {
    auto const text = iso_8601(at);
    return text.substr(0, 10) + " " + text.substr(11, 8) + " UTC";
}

/// Expired, or not yet valid: the service would say no, less clearly.
std::optional<std::string> not_valid(graph::signing_certificate const& one, wall_time now) {
    if (now >= one.not_after()) {
        return fmt::format(
            "the certificate has expired on {} (now it is {}): make a new one, and add it to the "
            "application",
            moment(one.not_after()), moment(now));
    }
    if (now < one.not_before()) {
        return fmt::format(
            "the certificate is not valid before {} (now it is {}): set this machine's clock, or "
            "wait",
            moment(one.not_before()), moment(now));
    }
    return std::nullopt;
}

result<graph::signing_certificate> read_certificate(config::connection const& where) {
    auto const& source = where.auth_source;
    auto const certificate = read_secret_file(where.certificate_file);
    if (!certificate) return unusable(source, certificate.error().message);
    secret_file key;
    if (!where.certificate_key_file.empty()) {
        auto read = read_secret_file(where.certificate_key_file);
        if (!read) return unusable(source, "of its key " + read.error().message);
        key = std::move(*read);
    }
    auto read = graph::signing_certificate::read(
        {certificate->text.reveal(), key.text.reveal(), where.certificate_password});
    if (!read) return unusable(source, read.error().message);
    auto const& holds_key = key.text.empty() ? *certificate : key;
    if (holds_key.open_to_others) {
        note(fmt::format("allot: {}: every user of this machine can use the file with the key: "
                         "`chmod o= FILE`",
                         printable(source)),
             logging::level::warning);
    }
    return read;
}

result<void> sign_with_certificate(graph::client_options& to, config::connection const& where,
                                   wall_time now) {
    auto read = read_certificate(where);
    if (!read) return read.error();
    if (auto const wrong = not_valid(*read, now)) return unusable(where.auth_source, *wrong);
    if (read->not_after() - now < end_is_near) {
        note(fmt::format("allot: {}: the certificate ends on {}: make a new one in time",
                         printable(where.auth_source), day(read->not_after())),
             logging::level::warning);
    }
    to.signs_in_with = graph::wire::credential_kind::certificate;
    auto const by = where.sign_rs256 ? graph::wire::signature_algorithm::rs256
                                     : graph::wire::signature_algorithm::ps256;
    auto const held = std::make_shared<graph::signing_certificate const>(std::move(*read));
    to.assertion = [held, by](graph::wire::assertion_claims const& claims) {
        return held->sign(by, claims);
    };
    return {};
}

/// Whoever renews the token replaces the file.
void present_federated_token(graph::client_options& to, config::connection const& where) {
    to.signs_in_with = graph::wire::credential_kind::federated_token;
    to.assertion = [path = where.federated_token_file, source = where.auth_source](
                       graph::wire::assertion_claims const&) -> result<graph::wire::secret> {
        auto const read = read_secret_file(path);
        if (!read) return unusable(source, read.error().message);
        std::string_view token = read->text.reveal();
        while (!token.empty() && std::string_view{" \t\r\n"}.find(token.back()) != token.npos) {
            token.remove_suffix(1);
        }
        bool const plain =
            !token.empty() && std::ranges::all_of(token, [](char c) { return c > ' ' && c < 127; });
        if (!plain) return unusable(source, "there is no token in the file, on one line");
        return graph::wire::secret{std::string{token}};
    };
}

}  // namespace

result<void> set_sign_in(graph::client_options& to, config::connection const& where,
                         wall_time now) {
    to.credential_source = where.auth_source;
    switch (where.auth) {
        case auth_kind::certificate:
            return sign_with_certificate(to, where, now);
        case auth_kind::federated:
            present_federated_token(to, where);
            break;
        case auth_kind::managed_identity:
            to.signs_in_with = graph::wire::credential_kind::managed_identity;
            to.identity.url = where.identity_url;
            to.identity.app_service = where.identity_app_service;
            to.identity.header = graph::wire::secret{std::string{where.identity_header}};
            break;
        case auth_kind::secret:
        case auth_kind::automatic:
            to.client_secret = graph::wire::secret{std::string{where.client_secret}};
            break;
    }
    return {};
}

}  // namespace allot::commands
