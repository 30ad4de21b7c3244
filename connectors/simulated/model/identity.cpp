#include "connectors/simulated/model/identity.hpp"

#include "connectors/simulated/model/address.hpp"
#include "connectors/simulated/model/json_text.hpp"

namespace allot::simulated {

namespace {

constexpr std::string_view of_machine = "/metadata/identity/oauth2/token";
constexpr std::string_view of_app = "/msi/token";

http_response json_response(int status, std::string body) {
    http_response made;
    made.status = status;
    made.headers.emplace_back("Content-Type", "application/json; charset=utf-8");
    made.body = std::move(body);
    return made;
}

http_response refused(int status, std::string_view error, std::string_view message) {
    std::string body = "{";
    append_name(body, "error");
    append_json_string(body, error);
    append_name(body, "error_description");
    append_said_text(body, message);
    body += '}';
    return json_response(status, std::move(body));
}

bool header_is(http_request const& in, std::string_view name, std::string_view value) {
    auto const* const found = find_header(in.headers, name);
    return found != nullptr && !value.empty() && *found == value;
}

std::string option_of(std::string_view query, std::string_view name) {
    auto const raw = query_value(query, name);
    return raw ? percent_decoded(*raw).value_or("") : std::string{};
}

}  // namespace

http_response answer_identity(http_request const& request, identity_terms const& terms,
                              tokens& issued, random& from, time_point now, wall_time wall) {
    auto const [root, path, query] = split_address(request.url);
    bool const app = path == of_app;
    if (!app && path != of_machine) return refused(404, "not_found", "There is nothing here.");
    if (request.method != "GET") return refused(405, "method_not_allowed", "Only GET is served.");
    if (find_header(request.headers, "x-forwarded-for") != nullptr) {
        return refused(400, "invalid_request", "Requests by way of a proxy are not served.");
    }
    if (app && !header_is(request, "x-identity-header", terms.header)) {
        return refused(401, "unauthorized", "The header X-IDENTITY-HEADER is missing or wrong.");
    }
    if (!app && !header_is(request, "metadata", "true")) {
        return refused(400, "invalid_request", "Required metadata header not specified");
    }
    if (option_of(query, "api-version") != (app ? "2019-08-01" : "2018-02-01")) {
        return refused(400, "invalid_request", "The api-version is missing or not supported.");
    }
    auto const resource = option_of(query, "resource");
    if (!resource.starts_with("https://")) {
        return refused(400, "invalid_resource", "The resource principal was not found.");
    }
    auto const client = option_of(query, "client_id");
    if (!client.empty() && !equal_whatever_case(client, terms.client_id)) {
        return refused(400, "invalid_request", "Identity not found");
    }
    auto const lifetime = std::chrono::floor<std::chrono::seconds>(terms.token_lifetime);
    auto const begin = std::chrono::floor<std::chrono::seconds>(wall).time_since_epoch();
    std::string body = "{";
    append_name(body, "access_token");
    append_json_string(body, issued.issue(from, now + terms.token_lifetime));
    append_name(body, "client_id");
    append_json_string(body, terms.client_id);
    // App Service says only when the token ends.
    if (!app) {
        append_name(body, "expires_in");
        append_json_string(body, std::to_string(lifetime.count()));
        append_name(body, "not_before");
        append_json_string(body, std::to_string(begin.count()));
    }
    append_name(body, "expires_on");
    append_json_string(body, std::to_string((begin + lifetime).count()));
    append_name(body, "resource");
    append_said_text(body, resource);
    append_name(body, "token_type");
    append_json_string(body, "Bearer");
    body += '}';
    return json_response(200, std::move(body));
}

}  // namespace allot::simulated
