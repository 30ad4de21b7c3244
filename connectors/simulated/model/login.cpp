#include "connectors/simulated/model/login.hpp"

#include <simdjson.h>

#include <algorithm>
#include <optional>

#include "connectors/port/base64.hpp"
#include "connectors/simulated/model/address.hpp"
#include "connectors/simulated/model/assertion.hpp"
#include "connectors/simulated/model/json_text.hpp"

namespace allot::simulated {

namespace {

/// A field of a form body (application/x-www-form-urlencoded); empty when it is absent or not
/// encoded so.
std::optional<std::string> field(std::string_view form, std::string_view name) {
    auto const raw = query_value(form, name);
    if (!raw) return std::nullopt;
    std::string spaced{*raw};
    std::ranges::replace(spaced, '+', ' ');
    return percent_decoded(spaced);
}

bool is_form(http_request const& request) {
    auto const* const type = find_header(request.headers, "content-type");
    return type != nullptr && lower(*type).starts_with("application/x-www-form-urlencoded");
}

bool is_default_scope(std::string_view scope) {
    return scope.starts_with("https://") && scope.ends_with("/.default");
}

http_response json_response(int status, std::string body) {
    http_response made;
    made.status = status;
    made.headers.emplace_back("Content-Type", "application/json; charset=utf-8");
    made.headers.emplace_back("Cache-Control", "no-store, no-cache");
    made.headers.emplace_back("Pragma", "no-cache");
    made.body = std::move(body);
    return made;
}

/// What was presented is not what is registered; empty when it is.
std::optional<assertion_refusal> refuse_credential(std::string_view form, std::string_view address,
                                                   login_terms const& terms, wall_time wall) {
    auto const secret = field(form, "client_secret");
    auto const assertion = field(form, "client_assertion");
    if (assertion && field(form, "client_assertion_type") !=
                         "urn:ietf:params:oauth:client-assertion-type:jwt-bearer") {
        return assertion_refusal{50027, "The client_assertion_type is not supported."};
    }
    if (assertion) {
        return refuse_assertion(*assertion,
                                {address, terms.client_id, terms.chosen, terms.used, wall});
    }
    if (!secret) {
        return assertion_refusal{
            7000218,
            "The request body must contain the following parameter: 'client_assertion' or "
            "'client_secret'."};
    }
    if (*secret != terms.chosen.client_secret) {
        return assertion_refusal{7000215, "Invalid client secret provided."};
    }
    return std::nullopt;
}

/// Whether the claims of a sign-in are those of the challenge, and say that the client can handle
/// challenges.
bool answers_claims(std::string const& claims, std::string_view challenge) {
    simdjson::dom::parser parser;
    simdjson::dom::element sent;
    if (parser.parse(claims).get(sent) != simdjson::SUCCESS) return false;
    std::string_view capability;
    std::string_view since;
    bool const able =
        sent.at_pointer("/access_token/xms_cc/values/0").get_string().get(capability) ==
            simdjson::SUCCESS &&
        capability == "cp1";
    if (challenge.empty()) return able;
    bool const newer =
        sent.at_pointer("/access_token/nbf/value").get_string().get(since) == simdjson::SUCCESS;
    return able && newer && challenge.find("\"" + std::string{since} + "\"") != challenge.npos;
}

}  // namespace

std::string challenge_claims(wall_time since) {
    auto const seconds = std::chrono::floor<std::chrono::seconds>(since).time_since_epoch();
    return R"({"access_token":{"nbf":{"essential":true,"value":")" +
           std::to_string(seconds.count()) + R"("}}})";
}

guid draw_guid(random& from) {
    guid made;
    for (std::size_t half = 0; half < 2; ++half) {
        auto bits = from.next();
        for (std::size_t at = 0; at < 8; ++at, bits >>= 8) {
            made.bytes[half * 8 + at] = static_cast<std::uint8_t>(bits);
        }
    }
    made.bytes[6] = static_cast<std::uint8_t>((made.bytes[6] & 0x0F) | 0x40);
    made.bytes[8] = static_cast<std::uint8_t>((made.bytes[8] & 0x3F) | 0x80);
    return made;
}

std::string tokens::issue(random& from, time_point until, bool answers_challenge) {
    // In the shape of a real one. In the place of the signature is what nobody can guess.
    std::string claims = R"({"aud":"https://graph.microsoft.com","jti":)";
    append_json_string(claims, draw_guid(from).str());
    claims += R"(,"roles":[)";
    for (auto const& each : roles_) {
        if (claims.back() != '[') claims += ',';
        append_json_string(claims, each);
    }
    claims += "]}";
    auto text = base64url(R"({"typ":"JWT","alg":"none"})") + "." + base64url(claims) + "." +
                draw_guid(from).str();
    issued_.push_back({text, until, answers_challenge});
    return text;
}

tokens::issued const* tokens::find(std::string_view token) const {
    // The newest first: it is the one in use.
    auto const known = std::find_if(issued_.rbegin(), issued_.rend(),
                                    [&](issued const& one) { return one.text == token; });
    return known == issued_.rend() ? nullptr : &*known;
}

bool tokens::answers_challenge(std::string_view token) const {
    auto const* const known = find(token);
    return known != nullptr && known->answers_challenge;
}

tokens::standing tokens::look_up(std::string_view token, time_point now) const {
    auto const* const known = find(token);
    if (known == nullptr) return standing::unknown;
    return known->until <= now ? standing::expired : standing::good;
}

http_response login_error(int status, std::string_view error, int code, std::string_view message,
                          random& from, wall_time wall) {
    auto const number = std::to_string(code);
    auto const time = iso_8601(wall);
    std::string body = "{";
    append_name(body, "error");
    append_json_string(body, error);
    append_name(body, "error_description");
    append_said_text(body, "AADSTS" + number + ": " + std::string{message});
    append_name(body, "error_codes");
    body += "[" + number + "]";
    append_name(body, "timestamp");
    append_json_string(body, time.substr(0, 10) + " " + time.substr(11, 8) + "Z");
    append_name(body, "trace_id");
    append_guid(body, draw_guid(from));
    append_name(body, "correlation_id");
    append_guid(body, draw_guid(from));
    body += '}';
    return json_response(status, std::move(body));
}

http_response sign_in(http_request const& request, std::string_view tenant,
                      login_terms const& terms, tokens& issued, random& from, time_point now,
                      wall_time wall) {
    auto const refuse = [&](int status, std::string_view error, int code, std::string message) {
        return login_error(status, error, code, message, from, wall);
    };
    if (!equal_whatever_case(tenant, terms.tenant_id) &&
        !equal_whatever_case(tenant, terms.domain)) {
        return refuse(400, "invalid_request", 90002,
                      "Tenant '" + std::string{tenant} + "' not found.");
    }
    if (request.method != "POST" || !is_form(request)) {
        return refuse(400, "invalid_request", 900144,
                      "The request body must contain the following parameter: 'grant_type'.");
    }
    if (field(request.body, "grant_type") != "client_credentials") {
        return refuse(400, "unsupported_grant_type", 70003, "The grant type is not supported.");
    }
    auto const client = field(request.body, "client_id").value_or("");
    if (!equal_whatever_case(client, terms.client_id)) {
        return refuse(
            400, "unauthorized_client", 700016,
            "Application with identifier '" + client + "' was not found in the directory.");
    }
    auto const address = request.url.substr(0, request.url.find('?'));
    if (auto const wrong = refuse_credential(request.body, address, terms, wall)) {
        return refuse(401, "invalid_client", wrong->code, wrong->message);
    }
    if (!is_default_scope(field(request.body, "scope").value_or(""))) {
        return refuse(400, "invalid_scope", 70011,
                      "The provided value for the input parameter "
                      "'scope' is not valid.");
    }
    auto const claims = field(request.body, "claims");
    bool const answers = claims && answers_claims(*claims, terms.challenge);
    if (claims && !answers) {
        return refuse(400, "invalid_request", 9002313,
                      "Invalid request. The parameter 'claims' does not hold what was asked for.");
    }
    auto const seconds = std::to_string(
        std::chrono::floor<std::chrono::seconds>(terms.chosen.token_lifetime).count());
    std::string body = R"({"token_type":"Bearer","expires_in":)" + seconds +
                       ",\"ext_expires_in\":" + seconds + ",\"access_token\":";
    append_json_string(body, issued.issue(from, now + terms.chosen.token_lifetime, answers));
    body += '}';
    return json_response(200, std::move(body));
}

}  // namespace allot::simulated
