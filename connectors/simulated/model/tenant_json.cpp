#include "connectors/simulated/model/tenant_json.hpp"

#include "connectors/simulated/model/counts_fields.hpp"
#include "connectors/simulated/model/json_text.hpp"

namespace allot::simulated {

namespace {

void append_number(std::string& to, std::string_view name, std::int64_t value) {
    append_name(to, name);
    to += std::to_string(value);
}

void append_named_text(std::string& to, std::string_view name, std::string_view value) {
    append_name(to, name);
    append_json_string(to, value);
}

void append_flag(std::string& to, std::string_view name, bool value) {
    append_name(to, name);
    to += value ? "true" : "false";
}

void append_plan(std::string& to, service_plan const& plan) {
    to += '{';
    append_name(to, "servicePlanId");
    append_guid(to, plan.id.value);
    append_named_text(to, "servicePlanName", plan.name);
    append_named_text(to, "appliesTo", plan.for_users ? "User" : "Company");
    to += '}';
}

void append_described_sku(std::string& to, described_sku const& of) {
    auto const& bought = of.bought;
    to += "\n{";
    append_name(to, "skuId");
    append_guid(to, bought.sku.value);
    append_named_text(to, "skuPartNumber", bought.part_number);
    append_named_text(to, "capabilityStatus", bought.capability_status);
    append_named_text(to, "appliesTo", bought.for_users ? "User" : "Company");
    append_flag(to, "assignable", of.assignable);
    append_number(to, "enabled", bought.enabled);
    append_number(to, "warning", bought.warning);
    append_number(to, "suspended", bought.suspended);
    append_number(to, "lockedOut", bought.locked_out);
    append_number(to, "consumed", bought.consumed);
    append_name(to, "servicePlans");
    append_list(to, bought.plans, append_plan);
    to += '}';
}

void append_dependency(std::string& to, plan_dependency const& of) {
    to += "\n{";
    append_name(to, "plan");
    append_guid(to, of.plan.value);
    append_name(to, "needs");
    append_ids(to, of.needs);
    to += '}';
}

void append_exclusion(std::string& to, plan_exclusion const& of) {
    to += "\n{";
    append_name(to, "plan");
    append_guid(to, of.one.value);
    append_name(to, "excludes");
    append_guid(to, of.other.value);
    to += '}';
}

/// What is as it mostly is, is left out.
void append_licence(std::string& to, licence_state const& of) {
    to += '{';
    append_name(to, "skuId");
    append_guid(to, of.sku.value);
    if (!of.disabled_plans.empty()) {
        append_name(to, "disabledPlans");
        append_ids(to, of.disabled_plans);
    }
    if (of.by_group) {
        append_name(to, "assignedByGroup");
        append_guid(to, of.by_group->value);
    }
    if (!of.active) append_flag(to, "active", false);
    if (!of.error.empty()) append_named_text(to, "error", of.error);
    to += '}';
}

void append_described_user(std::string& to, described_user const& of) {
    to += "\n{";
    append_name(to, "id");
    append_guid(to, of.who.id.value);
    append_named_text(to, "userPrincipalName", of.who.upn);
    if (!of.who.account_enabled) append_flag(to, "accountEnabled", false);
    if (!of.who.usage_location.empty()) {
        append_named_text(to, "usageLocation", of.who.usage_location);
    }
    if (!of.who.licences.empty()) {
        append_name(to, "licenses");
        append_list(to, of.who.licences, append_licence);
    }
    if (of.appears_at) append_named_text(to, "appearsAt", iso_8601(*of.appears_at));
    if (of.changed_at) append_named_text(to, "changedAt", iso_8601(*of.changed_at));
    if (of.address_clash) append_flag(to, "addressClash", true);
    if (of.writes_accepted > 0) append_number(to, "writesAccepted", of.writes_accepted);
    to += '}';
}

void append_given(std::string& to, licence_add const& of) {
    licence_state like;
    like.sku = of.sku;
    like.disabled_plans = of.disabled_plans;
    append_licence(to, like);
}

void append_described_group(std::string& to, described_group const& of) {
    to += "\n{";
    append_name(to, "id");
    append_guid(to, of.id.value);
    append_named_text(to, "displayName", of.name);
    append_named_text(to, "kind", name_of(of.kind));
    append_name(to, "licenses");
    append_list(to, of.licences, append_given);
    append_name(to, "members");
    append_ids(to, of.members);
    to += '}';
}

}  // namespace

std::string to_json(counts const& of) {
    std::string text = "{";
    for (auto const& [name, field] : counts_fields) {
        append_name(text, name);
        text += std::to_string(of.*field);
    }
    text += '}';
    return text;
}

std::string to_json(tenant_description const& of) {
    std::string text;
    text.reserve(4096 + of.users.size() * 256);
    text += '{';
    append_named_text(text, "tenantId", of.tenant_id);
    append_named_text(text, "domain", of.domain);
    append_named_text(text, "clientId", of.client_id);
    append_name(text, "skus");
    append_list(text, of.skus, append_described_sku);
    append_name(text, "dependencies");
    append_list(text, of.dependencies, append_dependency);
    append_name(text, "exclusions");
    append_list(text, of.exclusions, append_exclusion);
    append_name(text, "counts");
    text += to_json(of.counted);
    append_name(text, "users");
    append_list(text, of.users, append_described_user);
    append_name(text, "groups");
    append_list(text, of.groups, append_described_group);
    text += "}\n";
    return text;
}

}  // namespace allot::simulated
