#include "connectors/simulated/model/shapes.hpp"

#include <algorithm>
#include <iterator>

#include "connectors/simulated/model/json_text.hpp"

namespace allot::simulated {

namespace {

/// What the writer of a property may look at.
struct shown_user {
    holdings const& in;
    account const& is;
    sight const& seen;

    [[nodiscard]] std::string_view local_part() const {
        return std::string_view{is.upn}.substr(0, is.upn.find('@'));
    }
    [[nodiscard]] bool guest() const { return is.upn.find("#EXT#") != std::string::npos; }
};

void append_null(std::string& to, shown_user const&) {
    to += "null";
}
void append_empty_list(std::string& to, shown_user const&) {
    to += "[]";
}
void append_local_part(std::string& to, shown_user const& of) {
    append_json_string(to, of.local_part());
}
void append_upn(std::string& to, shown_user const& of) {
    append_json_string(to, of.is.upn);
}
void append_id(std::string& to, shown_user const& of) {
    append_guid(to, of.is.id.value);
}
void append_enabled(std::string& to, shown_user const& of) {
    to += of.is.enabled ? "true" : "false";
}
void append_type(std::string& to, shown_user const& of) {
    to += of.guest() ? R"("Guest")" : R"("Member")";
}
void append_location(std::string& to, shown_user const& of) {
    auto const& location = of.seen.location;
    if (location[0] == 0) return append_null(to, of);
    append_json_string(to, std::string_view{location.data(), location.size()});
}

/// One entry a SKU, whatever the sources; a plan is disabled when it is in all of them.
void append_assigned_licences(std::string& to, shown_user const& of) {
    to += '[';
    auto const all = of.seen.licences;
    for (std::size_t index = 0; index < all.size(); ++index) {
        auto const same = [&](licence const& one) {
            return one.active && one.sku == all[index].sku;
        };
        if (!all[index].active || std::ranges::any_of(all.first(index), same)) continue;
        auto disabled = of.in.set(all[index].disabled);
        for (auto const& one : all.subspan(index + 1)) {
            if (!same(one)) continue;
            auto const& other = of.in.set(one.disabled);
            std::vector<plan_id> both;
            std::ranges::set_intersection(disabled, other, std::back_inserter(both));
            disabled = std::move(both);
        }
        if (to.back() != '[') to += ',';
        to += R"({"disabledPlans":)";
        append_ids(to, disabled);
        to += R"(,"skuId":)";
        append_guid(to, of.in.sku(all[index].sku).is.bought.sku.value);
        to += '}';
    }
    to += ']';
}

std::string_view state_of(licence const& one) {
    if (one.active) return one.error == 0 ? "Active" : "ActiveWithError";
    return one.error == 0 ? "Disabled" : "Error";
}

/// One entry a SKU and source. An error that is none is the text "None", as the service has it.
void append_licence_states(std::string& to, shown_user const& of) {
    auto const changed = iso_8601(of.seen.changed_at);
    append_list(to, of.seen.licences, [&](std::string& out, licence const& one) {
        out += R"({"skuId":)";
        append_guid(out, of.in.sku(one.sku).is.bought.sku.value);
        out += R"(,"disabledPlans":)";
        append_ids(out, of.in.set(one.disabled));
        out += R"(,"assignedByGroup":)";
        if (one.group == licence::direct) {
            out += "null";
        } else {
            append_guid(out, of.in.group(one.group).value);
        }
        out += R"(,"state":")";
        out += state_of(one);
        out += R"(","error":)";
        append_json_string(out, one.error == 0 ? std::string_view{"None"} : of.in.error(one.error));
        out += R"(,"lastUpdatedDateTime":")";
        out += changed;
        out += "\"}";
    });
}

struct property {
    std::string_view name;
    bool by_default;
    void (*append)(std::string&, shown_user const&);
};

constexpr property user_properties[] = {
    {"businessPhones", true, append_empty_list},
    {"displayName", true, append_local_part},
    {"givenName", true, append_null},
    {"jobTitle", true, append_null},
    {"mail", true, append_upn},
    {"mobilePhone", true, append_null},
    {"officeLocation", true, append_null},
    {"preferredLanguage", true, append_null},
    {"surname", true, append_null},
    {"userPrincipalName", true, append_upn},
    {"id", true, append_id},
    {"accountEnabled", false, append_enabled},
    {"userType", false, append_type},
    {"usageLocation", false, append_location},
    {"assignedLicenses", false, append_assigned_licences},
    {"licenseAssignmentStates", false, append_licence_states},
};

void append_number(std::string& to, std::string_view name, std::int64_t value) {
    append_name(to, name);
    to += std::to_string(value);
}

void append_plan(std::string& to, service_plan const& plan) {
    to += R"({"servicePlanId":)";
    append_guid(to, plan.id.value);
    to += R"(,"servicePlanName":)";
    append_json_string(to, plan.name);
    to += R"(,"provisioningStatus":"Success","appliesTo":)";
    to += plan.for_users ? R"("User"})" : R"("Company"})";
}

}  // namespace

property_set const default_properties = default_set(user_properties);

std::optional<property_set> selected_properties(std::string_view select) {
    return selected_set(user_properties, select);
}

std::string names_of(property_set which) {
    return names_of(user_properties, which);
}

void append_user(std::string& to, holdings& from, user_index which, property_set properties,
                 moment const& at) {
    auto const seen = from.seen(which, at);
    append_properties(to, user_properties, properties, shown_user{from, from.at(which), seen});
}

void append_sku(std::string& to, holdings& from, sku_index which, std::string_view tenant_id,
                std::string_view domain, moment const& at) {
    auto const& bought = from.sku(which).is.bought;
    auto const sku = bought.sku.str();
    to += '{';
    append_name(to, "accountId");
    append_json_string(to, tenant_id);
    append_name(to, "accountName");
    append_json_string(to, domain.substr(0, domain.find('.')));
    append_name(to, "appliesTo");
    append_json_string(to, bought.for_users ? "User" : "Company");
    append_name(to, "capabilityStatus");
    append_json_string(to, bought.capability_status);
    append_number(to, "consumedUnits", from.seats_seen(which, at));
    append_name(to, "id");
    append_json_string(to, std::string{tenant_id} + "_" + sku);
    append_name(to, "skuId");
    append_json_string(to, sku);
    append_name(to, "skuPartNumber");
    append_json_string(to, bought.part_number);
    append_name(to, "subscriptionIds");
    to += "[]";
    append_name(to, "prepaidUnits");
    to += '{';
    append_number(to, "enabled", bought.enabled);
    append_number(to, "suspended", bought.suspended);
    append_number(to, "warning", bought.warning);
    append_number(to, "lockedOut", bought.locked_out);
    to += '}';
    append_name(to, "servicePlans");
    append_list(to, bought.plans, append_plan);
    to += '}';
}

std::string error_body(std::string_view code, std::string_view message, error_ids const& ids) {
    std::string body = R"({"error":{"code":)";
    append_json_string(body, code);
    body += R"(,"message":)";
    append_said_text(body, message);
    // The service's date has no zone.
    body += R"(,"innerError":{"date":")" + iso_8601(ids.date).substr(0, 19) + R"(","request-id":)";
    append_guid(body, ids.request_id);
    if (!ids.client_request_id.empty()) {
        body += R"(,"client-request-id":)";
        append_said_text(body, ids.client_request_id);
    }
    body += "}}}";
    return body;
}

}  // namespace allot::simulated
