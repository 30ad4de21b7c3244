#include "connectors/simulated/model/group_shapes.hpp"

#include "connectors/simulated/model/json_text.hpp"

namespace allot::simulated {

namespace {

void append_id(std::string& to, group const& of) {
    append_guid(to, of.id.value);
}
void append_display_name(std::string& to, group const& of) {
    append_json_string(to, of.name);
}
void append_types(std::string& to, group const& of) {
    to += of.dynamic ? R"(["DynamicMembership"])" : "[]";
}
/// Null: never synchronised.
void append_synced(std::string& to, group const& of) {
    to += of.synced ? "true" : "null";
}
void append_null(std::string& to, group const& /*of*/) {
    to += "null";
}
void append_rule(std::string& to, group const& of) {
    if (!of.dynamic) return append_null(to, of);
    append_json_string(to, R"((user.jobTitle -eq "Contractor"))");
}
void append_true(std::string& to, group const& /*of*/) {
    to += "true";
}
void append_false(std::string& to, group const& /*of*/) {
    to += "false";
}
void append_created(std::string& to, group const& /*of*/) {
    to += R"("2025-01-06T08:00:00Z")";
}

void append_licences(std::string& to, group const& of) {
    append_list(to, of.licences, [](std::string& out, licence_add const& one) {
        out += R"({"disabledPlans":)";
        append_ids(out, one.disabled_plans);
        out += R"(,"skuId":)";
        append_guid(out, one.sku.value);
        out += '}';
    });
}

/// Null for a group without licences, of which nothing is processed.
void append_processing(std::string& to, group const& of) {
    if (of.processing.empty()) return append_null(to, of);
    to += R"({"state":)";
    append_json_string(to, of.processing);
    to += '}';
}

struct property {
    std::string_view name;
    bool by_default;
    void (*append)(std::string&, group const&);
};

constexpr property group_properties[] = {
    {"id", true, append_id},
    {"createdDateTime", true, append_created},
    {"description", true, append_null},
    {"displayName", true, append_display_name},
    {"groupTypes", true, append_types},
    {"mail", true, append_null},
    {"mailEnabled", true, append_false},
    {"membershipRule", true, append_rule},
    {"onPremisesSyncEnabled", true, append_synced},
    {"securityEnabled", true, append_true},
    {"assignedLicenses", false, append_licences},
    {"licenseProcessingState", false, append_processing},
};

}  // namespace

property_set const default_group_properties = default_set(group_properties);

std::optional<property_set> selected_group_properties(std::string_view select) {
    return selected_set(group_properties, select);
}

std::string names_of_group(property_set which) {
    return names_of(group_properties, which);
}

void append_group(std::string& to, group const& from, property_set properties) {
    append_properties(to, group_properties, properties, from);
}

}  // namespace allot::simulated
