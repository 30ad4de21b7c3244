#include "connectors/graph/wire/token.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "connectors/graph/wire/address.hpp"
#include "connectors/graph/wire/failures.hpp"
#include "connectors/graph/wire/limits.hpp"
#include "connectors/graph/wire/text.hpp"

namespace allot::graph::wire {

namespace {

constexpr std::int64_t lifetime_max = 7 * 24 * 3600;  ///< seconds; the longest known is 28 hours
constexpr std::size_t detail_max = 1000;

/// What is known to go wrong, and the mend.
/// Source: learn.microsoft.com/entra/identity-platform/reference-error-codes.
struct known_error {
    std::int64_t code;
    std::string_view sentence;
};
constexpr std::array known_errors{
    known_error{7000215, "the client secret is wrong: give the secret's value, not its id"},
    known_error{7000222, "the client secret has expired: make a new one for the application"},
    known_error{700027,
                "the signature of the client assertion is not accepted: check the certificate"},
    known_error{700016,
                "the application is not known in this tenant: check the client id and tenant"},
    known_error{7000112,
                "the application is disabled in this tenant: enable it or use another one"},
    known_error{90002, "there is no such tenant: check its id or domain, and the cloud"},
    known_error{900023, "this is no name of a tenant: give its id or one of its domains"},
    known_error{53003,
                "a Conditional Access policy forbids the sign-in: ask who keeps the policies"},
    known_error{70011, "the scope is not accepted: check that the Graph URL belongs to this cloud"},
    known_error{500011, "Microsoft Graph is not known in this tenant: check the Graph URL"},
};

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
    return cut(text.substr(0, text.find_first_of("\r\n")), detail_max);
}

std::string sentence_for(std::int64_t code, std::string_view error, std::string_view description) {
    std::string sentence = "the sign-in was refused: ";
    auto const* const known = std::ranges::find(known_errors, code, &known_error::code);
    if (known != known_errors.end()) {
        sentence += known->sentence;
        sentence += " (AADSTS" + std::to_string(code) + ")";
    } else {
        sentence += description.empty() ? cut(error, detail_max) : first_line(description);
    }
    return sentence;
}

/// Anything that may go into a header. A token is letters, digits and a few signs.
bool fits_header(std::string_view token) {
    return !token.empty() && std::ranges::all_of(token, [](char c) { return c > ' ' && c < 127; });
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

token_reading read_granted(answer const& from) {
    token_reading read;
    auto const unreadable = [&from](std::string what) {
        token_reading nothing;
        nothing.how = unbelievable(from, effect::reads, std::move(what));
        return nothing;
    };
    if (from.shape != body_shape::object) return unreadable("the sign-in reply is not whole JSON");
    auto const token = json::text_at(from.body, "access_token").value_or("");
    auto const seconds = seconds_at(from.body, "expires_in");
    if (!fits_header(token)) return unreadable("the sign-in reply has no usable token");
    if (!seconds || *seconds <= 0)
        return unreadable("the sign-in reply does not say how long it holds");
    read.how = outcome_of(from);
    read.token = secret{std::string{token}};
    read.lifetime = std::chrono::seconds{std::min(*seconds, lifetime_max)};
    return read;
}

void judge_refusal(outcome& to, answer const& from, wall_time wall_now) {
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
        to.detail = sentence_for(code, error, description);
    } else {
        to.kind = outcome_kind::stopped;
        to.detail = "what answers at the login URL is no sign-in service: HTTP " +
                    std::to_string(from.status) + " without an explanation";
    }
}

}  // namespace

http_request token_request(sign_in_as const& who) {
    http_request made;
    made.method = "POST";
    made.url =
        std::string{who.login_url} + "/" + escaped_segment(who.tenant) + "/oauth2/v2.0/token";
    made.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    append_field(made.body, "client_id", who.client_id);
    append_field(made.body, "scope", std::string{who.graph_url} + "/.default");
    append_field(made.body, "grant_type", "client_credentials");
    append_field(made.body, "client_secret", who.client_secret);
    return made;
}

token_reading read_token(http_response const& reply, wall_time wall_now) {
    auto const from = answer_of(reply);
    if (from.status == 200) return read_granted(from);
    token_reading read;
    read.how = outcome_of(from);
    judge_refusal(read.how, from, wall_now);
    return read;
}

}  // namespace allot::graph::wire
