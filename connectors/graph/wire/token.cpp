#include "connectors/graph/wire/token.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "connectors/graph/wire/address.hpp"
#include "connectors/graph/wire/failures.hpp"
#include "connectors/graph/wire/limits.hpp"
#include "connectors/graph/wire/sign_in_refusals.hpp"
#include "connectors/graph/wire/text.hpp"

namespace allot::graph::wire {

namespace {

constexpr std::size_t type_max = 40;                  ///< bytes of a token's type that are told
constexpr std::int64_t lifetime_max = 7 * 24 * 3600;  ///< seconds; the longest known is 28 hours
constexpr std::size_t detail_max = 1000;
/// Bytes of a token. With many permissions it has some 3 KB, and servers take headers of 16 to 32
/// KB as a whole.
constexpr std::size_t token_size_max = std::size_t{32} * 1024;

/// A passing fault of the sign-in service that it reports as a refusal.
constexpr std::int64_t passing_fault = 90033;

/// `key=value`, with all but unreserved characters escaped.
void append_field(std::string& to, std::string_view key, std::string_view value) {
    static constexpr char digits[] = "0123456789ABCDEF";
    if (!to.empty()) to += '&';
    to += key;
    to += '=';
    for (char const c : value) {
        bool const plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
        if (plain) {
            to += c;
            continue;
        }
        auto const byte = static_cast<unsigned char>(c);
        to += '%';
        to += digits[byte >> 4];
        to += digits[byte & 15];
    }
}

/// The first of `error_codes`, else the number after `AADSTS`; 0 when there is none.
std::int64_t error_code(json::object const& body, std::string_view description) {
    if (auto const codes = json::array_at(body, "error_codes")) {
        for (auto const code : *codes) {
            std::int64_t number = 0;
            if (code.get_int64().get(number) == simdjson::SUCCESS) return number;
        }
    }
    constexpr std::string_view mark = "AADSTS";
    auto const at = description.find(mark);
    std::int64_t number = 0;
    if (at != std::string_view::npos) {
        auto const* const end = description.data() + description.size();
        std::from_chars(description.data() + at + mark.size(), end, number);
    }
    return number;
}

/// The service follows its words with ids and a date, on lines of their own.
std::string first_line(std::string_view text) {
    return said(text.substr(0, text.find_first_of("\r\n")), detail_max);
}

/// Anything that may go into a header. A token is letters, digits and a few signs.
bool fits_header(std::string_view token) {
    return !token.empty() && token.size() <= token_size_max &&
           std::ranges::all_of(token, [](char c) { return c > ' ' && c < 127; });
}

/// A number, or a number as text, as managed identities write it.
std::optional<std::int64_t> seconds_at(json::object const& body, std::string_view key) {
    std::int64_t seconds = 0;
    if (json::read_count(body, key, seconds)) return seconds;
    auto const text = json::text_at(body, key).value_or("");
    auto const* const end = text.data() + text.size();
    auto const [stop, error] = std::from_chars(text.data(), end, seconds);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return seconds;
}

/// How long a granted token holds: `expires_in`, else the moment `expires_on`.
std::optional<std::int64_t> lifetime_of(json::object const& body, wall_time wall_now) {
    if (auto const seconds = seconds_at(body, "expires_in")) return seconds;
    auto const end = seconds_at(body, "expires_on");
    if (!end) return std::nullopt;
    auto const now = std::chrono::floor<std::chrono::seconds>(wall_now).time_since_epoch().count();
    // A moment before 1970, as far away as may be, is not subtracted from.
    return *end <= 0 ? 0 : *end - now;
}

token_reading read_granted(answer const& from, wall_time wall_now) {
    token_reading read;
    auto const unreadable = [&from](std::string what) {
        token_reading nothing;
        nothing.how = unbelievable(from, effect::reads, std::move(what));
        return nothing;
    };
    if (from.shape != body_shape::object) return unreadable("the sign-in reply is not whole JSON");
    auto const token = json::text_at(from.body, "access_token").value_or("");
    // Needed by the standard (RFC 6749, 5.1); who leaves it out means the same.
    auto const type = json::text_at(from.body, "token_type").value_or("Bearer");
    if (!same_word(type, "Bearer")) {
        read.how = outcome_of(from);
        read.how.kind = outcome_kind::stopped;
        read.how.why = reason::sign_in_refused;
        read.how.detail =
            "the sign-in service grants a token of the type \"" + said(type, type_max) +
            "\", and Graph is asked with those of the type Bearer only: look where the "
            "login URL leads";
        return read;
    }
    auto const seconds = lifetime_of(from.body, wall_now);
    if (!fits_header(token)) return unreadable("the sign-in reply has no usable token");
    if (!seconds || *seconds <= 0)
        return unreadable(
            "the sign-in reply does not say how long its token holds, or for no time");
    read.how = outcome_of(from);
    read.token = secret{std::string{token}};
    read.lifetime = std::chrono::seconds{std::min(*seconds, lifetime_max)};
    return read;
}

void judge_refusal(outcome& to, answer const& from, wall_time wall_now, credential_kind with) {
    auto const error = from.shape == body_shape::object
                           ? json::text_at(from.body, "error").value_or("")
                           : std::string_view{};
    auto const description = error.empty()
                                 ? std::string_view{}
                                 : json::text_at(from.body, "error_description").value_or("");
    auto const code = error.empty() ? 0 : error_code(from.body, description);
    bool const passing = from.status >= 500 || from.status == 429 || from.status == 408 ||
                         error == "temporarily_unavailable" || error == "server_error" ||
                         code == passing_fault;
    to.why = reason::service_error;
    if (passing) {
        // Not `throttled`: it is not Graph's limit that was met.
        to.kind = outcome_kind::transient;
        to.retry_after = retry_after(from.headers, wall_now);
        to.detail =
            "the sign-in service does not answer for now: HTTP " + std::to_string(from.status);
    } else if (!error.empty()) {
        to.kind = outcome_kind::stopped;
        to.why = reason::sign_in_refused;
        to.detail = refusal_sentence(
            with, code, description.empty() ? said(error, detail_max) : first_line(description));
    } else {
        to.kind = outcome_kind::stopped;
        to.detail = "what answers at the login URL is no sign-in service: HTTP " +
                    std::to_string(from.status) + " without an explanation";
    }
}

/// Managed identities have errors of their own: the code alone, or an object with `code` and
/// `message` (App Service).
/// Source:
/// learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token.
void judge_identity(outcome& to, answer const& from, wall_time wall_now) {
    to.why = reason::service_error;
    bool const passing = from.status >= 500 || from.status == 429 || from.status == 404 ||
                         from.status == 410 || from.status == 408;
    if (passing) {
        to.kind = outcome_kind::transient;
        to.retry_after = retry_after(from.headers, wall_now);
        to.detail = "the managed identity endpoint does not answer for now: HTTP " +
                    std::to_string(from.status);
        return;
    }
    to.kind = outcome_kind::stopped;
    to.why = reason::sign_in_refused;
    std::string_view words;
    if (from.shape == body_shape::object) {
        words = json::text_at(from.body, "error_description").value_or("");
        if (words.empty()) words = json::text_at(from.body, "message").value_or("");
        if (words.empty()) words = json::text_at(from.body, "error").value_or("");
    }
    auto const said = words.empty() ? "HTTP " + std::to_string(from.status) : first_line(words);
    to.detail = refusal_sentence(
        credential_kind::managed_identity, 0,
        said +
            ": give this machine or app a managed identity, or with --client-id the id of one "
            "that it has");
}

}  // namespace

std::string_view name(credential_kind of) {
    switch (of) {
        case credential_kind::client_secret:
            return "a client secret";
        case credential_kind::certificate:
            return "a certificate";
        case credential_kind::federated_token:
            return "a federated token";
        case credential_kind::managed_identity:
            return "a managed identity";
    }
    return "";
}

std::string token_url(std::string_view login_url, std::string_view tenant) {
    return std::string{login_url} + "/" + escaped_segment(tenant) + "/oauth2/v2.0/token";
}

http_request token_request(sign_in_as const& who) {
    http_request made;
    made.method = "POST";
    made.reply_size_max = token_reply_size_max;
    made.url = token_url(who.login_url, who.tenant);
    made.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    append_field(made.body, "client_id", who.client_id);
    append_field(made.body, "scope", std::string{who.graph_url} + "/.default");
    append_field(made.body, "grant_type", "client_credentials");
    if (who.client_assertion.empty()) {
        append_field(made.body, "client_secret", who.client_secret);
    } else {
        append_field(made.body, "client_assertion_type",
                     "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        append_field(made.body, "client_assertion", who.client_assertion);
    }
    if (!who.claims.empty()) append_field(made.body, "claims", who.claims);
    return made;
}

token_reading read_token(http_response const& reply, wall_time wall_now, credential_kind with) {
    auto const from = answer_of(reply);
    if (from.status == 200) return read_granted(from, wall_now);
    token_reading read;
    read.how = outcome_of(from);
    bool const from_login = with != credential_kind::managed_identity;
    if (from_login)
        judge_refusal(read.how, from, wall_now, with);
    else
        judge_identity(read.how, from, wall_now);
    return read;
}

}  // namespace allot::graph::wire
