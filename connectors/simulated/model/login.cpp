#include "connectors/simulated/model/login.hpp"

#include <algorithm>
#include <optional>

#include "connectors/simulated/model/address.hpp"
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

}  // namespace

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

std::string tokens::issue(random& from, time_point until) {
    auto text = "simulated." + draw_guid(from).str() + "." + draw_guid(from).str();
    issued_.push_back({text, until});
    return text;
}

tokens::standing tokens::look_up(std::string_view token, time_point now) const {
    // The newest first: it is the one in use.
    auto const known = std::find_if(issued_.rbegin(), issued_.rend(),
                                    [&](issued const& one) { return one.text == token; });
    if (known == issued_.rend()) return standing::unknown;
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
    auto const secret = field(request.body, "client_secret");
    if (!secret) {
        return refuse(
            401, "invalid_client", 7000218,
            "The request body must contain the following parameter: 'client_assertion' or "
            "'client_secret'.");
    }
    if (*secret != terms.client_secret) {
        return refuse(401, "invalid_client", 7000215, "Invalid client secret provided.");
    }
    if (!is_default_scope(field(request.body, "scope").value_or(""))) {
        return refuse(400, "invalid_scope", 70011,
                      "The provided value for the input parameter "
                      "'scope' is not valid.");
    }
    auto const seconds =
        std::to_string(std::chrono::floor<std::chrono::seconds>(terms.token_lifetime).count());
    std::string body = R"({"token_type":"Bearer","expires_in":)" + seconds +
                       ",\"ext_expires_in\":" + seconds + ",\"access_token\":";
    append_json_string(body, issued.issue(from, now + terms.token_lifetime));
    body += '}';
    return json_response(200, std::move(body));
}

}  // namespace allot::simulated
