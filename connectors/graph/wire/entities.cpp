#include "connectors/graph/wire/entities.hpp"

#include <tuple>

#include "connectors/graph/wire/text.hpp"

namespace allot::graph::wire {

namespace {

// Longer ones than any of the service's, in bytes.
constexpr std::size_t id_name_max = 256;        ///< `POWER_BI_PRO`; the longest seen has 61
constexpr std::size_t display_name_max = 1024;  ///< 256 characters, of at most 4 bytes
constexpr std::size_t state_max = 64;           ///< `LockedOut`, `ProcessingInProgress`

/// A text that is too long is cut, and ends in `…`.
void shorten(std::string& text, std::size_t size_max) {
    constexpr std::string_view ellipsis = "…";
    if (text.size() <= size_max) return;
    text = said(text, size_max - ellipsis.size());
    text += ellipsis;
}

/// The name of a SKU or service plan; its id where it has none, or one that is none.
template <class Id>
bool read_id_name(json::object const& from, std::string_view key, Id id, std::string& to) {
    if (!json::read_text(from, key, to)) return false;
    if (to.empty() || to.size() > id_name_max) to = id.str();
    return true;
}

bool read_licence_state(json::object const& from, licence_state& to) {
    std::string state;
    if (!json::read_id(from, "skuId", to.sku)) return false;
    if (!json::read_ids(from, "disabledPlans", to.disabled_plans)) return false;
    if (!json::read_text(from, "state", state)) return false;
    to.active = same_word(state, "Active") || same_word(state, "ActiveWithError");
    // Documented as null when there is none; live data says "None". Absent is none as well.
    to.error = json::text_at(from, "error").value_or("");
    if (same_word(to.error, "None")) to.error.clear();
    // Null, empty: assigned to the user directly.
    std::string group;
    if (!json::read_text(from, "assignedByGroup", group)) return false;
    if (group.empty()) return true;
    to.by_group = group_id::parse(group);
    return to.by_group.has_value();
}

bool read_states(json::object const& from, std::vector<licence_state>& to) {
    std::optional<json::array> rows;
    if (!json::read_array(from, "licenseAssignmentStates", rows)) return false;
    if (!rows) return true;
    for (auto const item : *rows) {
        json::object row;
        if (item.get_object().get(row) != simdjson::SUCCESS) return false;
        if (!read_licence_state(row, to.emplace_back())) return false;
    }
    return true;
}

/// The service has been seen to leave rows out of licenseAssignmentStates. A SKU that is only in
/// assignedLicenses is held all the same; with no group named, it is taken as direct.
bool add_assigned_only(json::object const& from, std::vector<licence_state>& to) {
    std::optional<json::array> rows;
    if (!json::read_array(from, "assignedLicenses", rows)) return false;
    if (!rows) return true;
    for (auto const item : *rows) {
        json::object row;
        licence_state assigned;
        if (item.get_object().get(row) != simdjson::SUCCESS) return false;
        if (!json::read_id(row, "skuId", assigned.sku)) return false;
        if (!json::read_ids(row, "disabledPlans", assigned.disabled_plans)) return false;
        auto const known = std::ranges::find(to, assigned.sku, &licence_state::sku) != to.end();
        if (!known) to.push_back(std::move(assigned));
    }
    return true;
}

bool read_group_licences(json::object const& from, std::vector<licence_add>& to) {
    std::optional<json::array> rows;
    if (!json::read_array(from, "assignedLicenses", rows)) return false;
    if (!rows) return true;
    for (auto const item : *rows) {
        json::object row;
        if (item.get_object().get(row) != simdjson::SUCCESS) return false;
        auto& given = to.emplace_back();
        if (!json::read_id(row, "skuId", given.sku)) return false;
        if (!json::read_ids(row, "disabledPlans", given.disabled_plans)) return false;
    }
    std::ranges::sort(to, {}, &licence_add::sku);
    return true;
}

/// `groupTypes` names `DynamicMembership` when a rule decides who is in it.
/// Source: learn.microsoft.com/graph/api/resources/group.
bool read_group_types(json::object const& from, bool& dynamic) {
    std::optional<json::array> types;
    if (!json::read_array(from, "groupTypes", types)) return false;
    if (!types) return true;
    for (auto const item : *types) {
        std::string_view type;
        if (item.get_string().get(type) != simdjson::SUCCESS) return false;
        dynamic = dynamic || same_word(type, "DynamicMembership");
    }
    return true;
}

bool read_plan(json::object const& from, service_plan& to) {
    if (!json::read_id(from, "servicePlanId", to.id)) return false;
    if (!read_id_name(from, "servicePlanName", to.id, to.name)) return false;
    to.for_users = same_word(json::text_at(from, "appliesTo").value_or("User"), "User");
    return true;
}

bool read_plans(json::object const& from, std::vector<service_plan>& to) {
    std::optional<json::array> items;
    if (!json::read_array(from, "servicePlans", items)) return false;
    if (!items) return true;
    for (auto const item : *items) {
        json::object plan;
        if (item.get_object().get(plan) != simdjson::SUCCESS) return false;
        if (!read_plan(plan, to.emplace_back())) return false;
    }
    return true;
}

bool read_seats(json::object const& from, subscription& to) {
    if (!json::read_count(from, "consumedUnits", to.consumed)) return false;
    auto const units = json::object_at(from, "prepaidUnits");
    if (!units) return false;
    if (!json::read_count(*units, "enabled", to.enabled)) return false;
    if (!json::read_count(*units, "warning", to.warning)) return false;
    if (!json::read_count(*units, "suspended", to.suspended)) return false;
    // Younger than the others: older schemas do not have it.
    json::read_count(*units, "lockedOut", to.locked_out);
    return true;
}

/// Stands for a location that is no code of ISO 3166: it is there, and is none that a job can give
/// (the standard leaves ZZ to its users).
constexpr std::string_view odd_location = "ZZ";

/// Two letters, in capitals whatever the service has; or none.
bool read_location(json::object const& from, std::string& to) {
    if (!json::read_text(from, "usageLocation", to)) return false;
    auto const is_letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
    if (!to.empty() && (to.size() != 2 || !std::ranges::all_of(to, is_letter))) to = odd_location;
    for (auto& letter : to) letter = static_cast<char>(letter & ~0x20);
    return true;
}

}  // namespace

bool read_user(json::object const& from, user& to) {
    to = user{};
    if (!json::read_id(from, "id", to.id)) return false;
    if (!json::read_text(from, "userPrincipalName", to.upn)) return false;
    if (!json::read_flag(from, "accountEnabled", to.account_enabled)) return false;
    if (!read_location(from, to.usage_location)) return false;
    if (!read_states(from, to.licences)) return false;
    if (!add_assigned_only(from, to.licences)) return false;
    std::ranges::stable_sort(to.licences, [](auto const& left, auto const& right) {
        return std::tie(left.sku, left.by_group) < std::tie(right.sku, right.by_group);
    });
    return true;
}

bool read_group(json::object const& from, group& to) {
    to = group{};
    if (!json::read_id(from, "id", to.id)) return false;
    if (!json::read_text(from, "displayName", to.name)) return false;
    shorten(to.name, display_name_max);
    if (!read_group_types(from, to.dynamic)) return false;
    // Null: never synchronised.
    if (!json::read_flag(from, "onPremisesSyncEnabled", to.synced)) return false;
    if (!read_group_licences(from, to.licences)) return false;
    // Null, or left out, for a group without licences.
    auto const state = json::object_at(from, "licenseProcessingState");
    if (state) to.processing = json::text_at(*state, "state").value_or("");
    shorten(to.processing, state_max);
    return true;
}

std::string_view wrong_with(json::object const& of) {
    auto const too_long = [](json::object const& in, std::string_view key) {
        auto const list = json::array_at(in, key);
        return list && list->size() > json::list_max;
    };
    static_assert(json::list_max == 1000);
    constexpr std::string_view too_much =
        "has more than 1,000 licences or service plans, which nobody has";
    if (too_long(of, "servicePlans")) return too_much;
    for (auto const* const key : {"licenseAssignmentStates", "assignedLicenses"}) {
        if (too_long(of, key)) return too_much;
        auto const rows = json::array_at(of, key);
        if (!rows) continue;
        for (auto const item : *rows) {
            json::object row;
            bool const is_row = item.get_object().get(row) == simdjson::SUCCESS;
            if (is_row && too_long(row, "disabledPlans")) return too_much;
        }
    }
    return "lacks part of what was asked";
}

bool is_user(json::object const& of) {
    auto const type = json::text_at(of, "@odata.type");
    return !type || same_word(*type, "#microsoft.graph.user");
}

bool read_subscription(json::object const& from, subscription& to) {
    to = subscription{};
    std::string applies_to;
    if (!json::read_id(from, "skuId", to.sku)) return false;
    if (!read_id_name(from, "skuPartNumber", to.sku, to.part_number)) return false;
    if (!json::read_text(from, "capabilityStatus", to.capability_status)) return false;
    shorten(to.capability_status, state_max);
    if (!json::read_text(from, "appliesTo", applies_to)) return false;
    to.for_users = applies_to.empty() || same_word(applies_to, "User");
    return read_seats(from, to) && read_plans(from, to.plans);
}

}  // namespace allot::graph::wire
