#include <algorithm>
#include <initializer_list>

#include "connectors/simulated/model/address.hpp"
#include "connectors/simulated/model/json_text.hpp"
#include "connectors/simulated/model/paging.hpp"
#include "connectors/simulated/model/service.hpp"

namespace allot::simulated {

namespace {

operation_kind kind_of(route_kind writing) {
    switch (writing) {
        case route_kind::set_location:
            return operation_kind::set_usage_location;
        case route_kind::bind_members:
        case route_kind::add_member:
            return operation_kind::add_members;
        case route_kind::remove_member:
            return operation_kind::remove_member;
        case route_kind::assign_group:
            return operation_kind::assign_group_licences;
        default:
            return operation_kind::assign_licences;
    }
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
        case route_kind::changes:
            return any_of({"User.Read.All", "User.ReadWrite.All", "Directory.Read.All",
                           "Directory.ReadWrite.All"});
        case route_kind::set_location:
            return any_of({"User.ReadWrite.All", "Directory.ReadWrite.All"});
        case route_kind::assign:
            return any_of({"LicenseAssignment.ReadWrite.All", "User.ReadWrite.All",
                           "Directory.ReadWrite.All"});
        case route_kind::groups:
        case route_kind::group:
        case route_kind::members:
        case route_kind::errored_members:
            return any_of({"GroupMember.Read.All", "GroupMember.ReadWrite.All", "Group.Read.All",
                           "Group.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"});
        case route_kind::bind_members:
        case route_kind::add_member:
        case route_kind::remove_member:
            return any_of(
                {"GroupMember.ReadWrite.All", "Group.ReadWrite.All", "Directory.ReadWrite.All"});
        case route_kind::assign_group:
            return any_of({"LicenseAssignment.ReadWrite.All", "Group.ReadWrite.All",
                           "Directory.ReadWrite.All"});
        case route_kind::remove_user:
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
        case route_kind::changes:
            return read_changes(of);
        case route_kind::remove_user:
            return remove_user(of);
        case route_kind::set_location:
        case route_kind::assign:
            return write(of);
        case route_kind::groups:
            return read_groups(of);
        case route_kind::group:
            return read_group(of);
        case route_kind::members:
        case route_kind::errored_members:
            return read_members(of);
        case route_kind::bind_members:
        case route_kind::add_member:
        case route_kind::remove_member:
        case route_kind::assign_group:
            return write_group(of);
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
    auto const page = read_wanted_page(of.query);
    if (auto const* const wrong = std::get_if<refusal>(&page)) {
        return refuse(*wrong, of.client_request_id);
    }
    auto const& [size, start] = std::get<wanted_page>(page);

    auto body = context(select ? "users(" + names_of(*chosen) + ")" : "users") + R"(,"value":[)";
    auto next = start;
    auto const skip_absent = [&] {
        while (next < held.size() && !held.present(next, current_.wall)) ++next;
        return next < held.size();
    };
    for (std::size_t shown = 0; !of.empty_page && shown < size && skip_absent(); ++shown, ++next) {
        if (shown > 0) body += ',';
        body += '{';
        append_user(body, held, next, *chosen, as_of());
        body += '}';
    }
    body += ']';
    if (skip_absent()) {
        append_next_link(body, current_.root + "/v1.0/users", of.query, next);
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
    auto const why =
        begin_write(*which) ? try_write(of, *which) : std::optional{concurrency_violation()};
    if (why) return refuse(*why, of.client_request_id);
    accept({*which}, of);
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

/// Parts that do not depend on each other run at once, and two writes to one user then collide:
/// false.
bool tenant::service::begin_write(user_index which) {
    auto& written = current_.written;
    if (std::ranges::find(written, which) != written.end()) return !current_.parallel;
    auto& account = held.at(which);
    if (account.answered_at > current_.now) ++counted.overlapping_writes;
    account.answered_at = current_.answered;
    written.push_back(which);
    return true;
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

/// One write, to any number of users.
void tenant::service::accept(std::vector<user_index> const& users, call const& of) {
    ++counted.writes_accepted;
    for (auto const which : users) {
        if (held.at(which).writes_accepted++ == 0) ++counted.users_touched;
    }
    if (!settings.keep_log) return;
    accepted_write entry{current_.now, {}, kind_of(of.to.kind)};
    if (of.to.writes_to_group()) entry.group = group_id::parse(of.to.key);
    if (users.empty()) log.push_back(entry);
    for (auto const which : users) {
        entry.user = held.at(which).id;
        log.push_back(entry);
    }
}

}  // namespace allot::simulated
