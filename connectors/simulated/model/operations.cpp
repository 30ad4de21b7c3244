#include <algorithm>
#include <charconv>
#include <initializer_list>

#include "connectors/simulated/model/address.hpp"
#include "connectors/simulated/model/json_text.hpp"
#include "connectors/simulated/model/service.hpp"

namespace allot::simulated {

namespace {

constexpr std::size_t page_size_default = 100;
constexpr std::size_t page_size_max = 999;

http_response json_answer(std::string body) {
    http_response made;
    made.status = 200;
    made.headers.emplace_back("Cache-Control", "no-cache");
    made.headers.emplace_back("OData-Version", "4.0");
    made.headers.emplace_back(
        "Content-Type",
        "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;"
        "charset=utf-8");
    made.body = std::move(body);
    return made;
}

refusal unsupported_query() {
    return {400, "Request_UnsupportedQuery", "Unsupported Query."};
}

/// Where a page begins, as an opaque text: the number, and a check that it was not made up.
std::string skip_token(std::uint32_t from) {
    constexpr std::string_view digits = "0123456789abcdef";
    auto bits = random{from}.next() & 0xFFFF'FFFF;
    bits |= std::uint64_t{from} << 32;
    std::string token;
    for (int at = 60; at >= 0; at -= 4) token += digits[bits >> at & 15];
    return token;
}

/// Where the page begins that a token stands for; empty for a token that was not given out.
std::optional<std::uint32_t> page_start(std::string_view token) {
    std::uint32_t from = 0;
    auto const half = token.substr(0, 8);
    auto const [end, wrong] = std::from_chars(half.data(), half.data() + half.size(), from, 16);
    if (wrong != std::errc{} || end != half.data() + 8 || skip_token(from) != token) {
        return std::nullopt;
    }
    return from;
}

/// 1 to 999; empty for anything else.
std::optional<std::size_t> page_size(std::string_view top) {
    std::size_t size = 0;
    auto const [end, wrong] = std::from_chars(top.data(), top.data() + top.size(), size);
    bool const whole = wrong == std::errc{} && end == top.data() + top.size();
    return whole && size >= 1 && size <= page_size_max ? std::optional{size} : std::nullopt;
}

/// Whether one of the roles lets the application do that (graph-facts 3.1).
bool permits(std::vector<std::string> const& roles, route_kind what) {
    auto const any_of = [&](std::initializer_list<std::string_view> names) {
        return std::ranges::any_of(roles, [&](std::string const& role) {
            return std::ranges::find(names, role) != names.end();
        });
    };
    switch (what) {
        case route_kind::subscriptions:
            return any_of({"LicenseAssignment.Read.All", "LicenseAssignment.ReadWrite.All",
                           "Organization.Read.All", "Organization.ReadWrite.All",
                           "Directory.Read.All", "Directory.ReadWrite.All"});
        case route_kind::users:
        case route_kind::user:
            return any_of({"User.Read.All", "User.ReadWrite.All", "Directory.Read.All",
                           "Directory.ReadWrite.All"});
        case route_kind::set_location:
            return any_of({"User.ReadWrite.All", "Directory.ReadWrite.All"});
        case route_kind::assign:
            return any_of({"LicenseAssignment.ReadWrite.All", "User.ReadWrite.All",
                           "Directory.ReadWrite.All"});
        case route_kind::batch:
        case route_kind::wrong:
            break;
    }
    return true;
}

}  // namespace

/// Permission, limits, and then what was asked for.
http_response tenant::service::serve(call const& of) {
    if (of.to.kind == route_kind::wrong) return refuse(of.to.why, of.client_request_id);
    if (settings.refuse_permission || !permits(settings.roles, of.to.kind)) {
        return refuse({403, "Authorization_RequestDenied",
                       "Insufficient privileges to complete the operation."},
                      of.client_request_id);
    }
    price const costs{of.to.writes() ? 1 : 0, resource_units(of.to, of.query)};
    if (auto refused = charge(of, costs)) return std::move(*refused);
    auto made = perform(of);
    if (settings.resource_unit_header) {
        made.headers.emplace_back("x-ms-resource-unit", std::to_string(costs.units));
    }
    append_percentage(made, costs);
    return made;
}

http_response tenant::service::perform(call const& of) {
    if (!of.to.writes()) ++counted.reads;
    switch (of.to.kind) {
        case route_kind::subscriptions:
            return read_subscriptions(of);
        case route_kind::users:
            return read_users(of);
        case route_kind::user:
            return read_user(of);
        case route_kind::set_location:
        case route_kind::assign:
            return write(of);
        case route_kind::batch:
        case route_kind::wrong:
            break;
    }
    return refuse(of.to.why, of.client_request_id);
}

std::string tenant::service::context(std::string_view rest) const {
    std::string body = R"({"@odata.context":)";
    append_said_text(body, current_.root + "/v1.0/$metadata#" + std::string{rest});
    return body;
}

http_response tenant::service::read_subscriptions(call const& of) {
    if (!has_only(of.query, {})) return refuse(unsupported_query(), of.client_request_id);
    auto body = context("subscribedSkus") + R"(,"value":[)";
    for (std::size_t which = 0; which < held.skus().size(); ++which) {
        if (which > 0) body += ',';
        append_sku(body, held, static_cast<sku_index>(which), tenant_id_, domain_, as_of());
    }
    body += "]}";
    return json_answer(std::move(body));
}

http_response tenant::service::read_users(call const& of) {
    if (!has_only(of.query, {"$select", "$top", "$skiptoken", "$count"})) {
        return refuse(unsupported_query(), of.client_request_id);
    }
    auto const select = query_value(of.query, "$select");
    auto const chosen = select ? selected_properties(*select) : default_properties;
    if (!chosen) return refuse(unknown_property(), of.client_request_id);
    auto const top = query_value(of.query, "$top");
    auto const size = top ? page_size(*top) : page_size_default;
    if (!size) {
        return refuse({.message = "Invalid page size specified: '" + std::string{*top} +
                                  "'. Must be between 1 and 999 inclusive."},
                      of.client_request_id);
    }
    auto const token = query_value(of.query, "$skiptoken");
    auto const start = token ? page_start(*token) : 0;
    if (!start) return refuse({.message = "Skip token is not valid."}, of.client_request_id);

    auto body = context(select ? "users(" + names_of(*chosen) + ")" : "users") + R"(,"value":[)";
    auto next = *start;
    auto const skip_absent = [&] {
        while (next < held.size() && !held.present(next, current_.wall)) ++next;
        return next < held.size();
    };
    for (std::size_t shown = 0; !of.empty_page && shown < *size && skip_absent(); ++shown, ++next) {
        if (shown > 0) body += ',';
        body += '{';
        append_user(body, held, next, *chosen, as_of());
        body += '}';
    }
    body += ']';
    if (skip_absent()) {
        body += R"(,"@odata.nextLink":)";
        std::string link = current_.root + "/v1.0/users?";
        if (select) link += "$select=" + std::string{*select} + "&";
        if (top) link += "$top=" + std::string{*top} + "&";
        append_said_text(body, link + "$skiptoken=" + skip_token(next));
    }
    body += '}';
    return json_answer(std::move(body));
}

http_response tenant::service::read_user(call const& of) {
    if (!has_only(of.query, {"$select"})) return refuse(unsupported_query(), of.client_request_id);
    auto const select = query_value(of.query, "$select");
    auto const chosen = select ? selected_properties(*select) : default_properties;
    if (!chosen) return refuse(unknown_property(), of.client_request_id);
    auto const which = held.find(of.to.key, current_.wall);
    if (!which) return refuse(no_such_user(of.to.key), of.client_request_id);
    auto body = context((select ? "users(" + names_of(*chosen) + ")" : "users") + "/$entity");
    body += ',';
    append_user(body, held, *which, *chosen, as_of());
    body += '}';
    return json_answer(std::move(body));
}

http_response tenant::service::write(call const& of) {
    auto const which = held.find(of.to.key, current_.wall);
    if (!which) return refuse(no_such_user(of.to.key), of.client_request_id);
    auto& written = current_.written;
    bool const again = std::ranges::find(written, *which) != written.end();
    if (!again) {
        auto& account = held.at(*which);
        if (account.answered_at > current_.now) ++counted.overlapping_writes;
        account.answered_at = current_.answered;
        written.push_back(*which);
    }
    // Parts that do not depend on each other run at once, and two writes to one user then collide.
    auto const why =
        again && current_.parallel ? std::optional{concurrency_violation()} : try_write(of, *which);
    if (why) return refuse(*why, of.client_request_id);
    accept(*which, of);
    if (of.to.kind == route_kind::set_location) {
        http_response made;
        made.status = 204;
        return made;
    }
    // The reply shows nothing about licences, as was seen in the field (graph-facts 3.1).
    auto body = context("users/$entity") + ",";
    append_user(body, held, *which, default_properties, as_of());
    body += '}';
    return json_answer(std::move(body));
}

std::optional<refusal> tenant::service::try_write(call const& of, user_index which) {
    if (of.body == nullptr) return refusal{.message = "Unable to read JSON request payload."};
    if (of.to.kind == route_kind::set_location) {
        if (of.body->not_a_location) return of.body->not_a_location;
        held.set_location(which, {of.body->location[0], of.body->location[1]}, as_of());
        return std::nullopt;
    }
    if (of.body->not_assignable) return of.body->not_assignable;
    return assign(held, which, of.body->wanted, rules_, settings.location_lag, as_of());
}

void tenant::service::accept(user_index which, call const& of) {
    auto& account = held.at(which);
    if (account.writes_accepted++ == 0) ++counted.users_touched;
    ++counted.writes_accepted;
    if (!settings.keep_log) return;
    auto const kind = of.to.kind == route_kind::assign ? operation_kind::assign_licences
                                                       : operation_kind::set_usage_location;
    log.push_back({current_.now, account.id, kind});
}

}  // namespace allot::simulated
