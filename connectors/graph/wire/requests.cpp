#include "connectors/graph/wire/requests.hpp"

#include <simdjson.h>

#include "connectors/graph/wire/address.hpp"
#include "connectors/port/json_text.hpp"

namespace allot::graph::wire {

namespace {

constexpr std::string_view version = "/v1.0";
constexpr std::string_view selected =
    "?$select=id,userPrincipalName,accountEnabled,usageLocation,assignedLicenses,"
    "licenseAssignmentStates";
/// Without the rule of a dynamic group: that there is one is what its types say.
constexpr std::string_view selected_of_group =
    "$select=id,displayName,groupTypes,onPremisesSyncEnabled,assignedLicenses,"
    "licenseProcessingState";
constexpr std::string_view page_size = "&$top=999";

std::string_view method_of(operation_kind kind) {
    switch (kind) {
        case operation_kind::read_user:
        case operation_kind::read_group:
        case operation_kind::read_members_in_error:
            return "GET";
        case operation_kind::set_usage_location:
        case operation_kind::add_members:
            return "PATCH";
        case operation_kind::assign_licences:
        case operation_kind::assign_group_licences:
            return "POST";
        case operation_kind::remove_member:
            return "DELETE";
    }
    return "GET";
}

std::string group_path(group_id of) {
    return "/groups/" + of.str();
}

/// The address below the version.
std::string path_of(operation const& wanted) {
    switch (wanted.kind) {
        case operation_kind::read_user:
            return user_path(wanted.user) + std::string{selected};
        case operation_kind::set_usage_location:
            return user_path(wanted.user);
        case operation_kind::assign_licences:
            return user_path(wanted.user) + "/assignLicense";
        case operation_kind::add_members:
            return group_path(wanted.group);
        case operation_kind::remove_member:
            return group_path(wanted.group) + "/members/" + wanted.members.at(0).str() + "/$ref";
        case operation_kind::read_group:
            return group_path(wanted.group) + "?" + std::string{selected_of_group};
        case operation_kind::assign_group_licences:
            return group_path(wanted.group) + "/assignLicense";
        case operation_kind::read_members_in_error:
            return group_path(wanted.group) + "/membersWithLicenseErrors" + std::string{selected} +
                   "&$top=" + std::to_string(members_in_error_max);
    }
    return {};
}

/// GUIDs in quotes with commas between, without the brackets.
template <class Id>
void append_ids(std::string& to, std::vector<Id> const& ids) {
    bool first = true;
    for (auto const& each : ids) {
        if (!first) to += ',';
        first = false;
        to += '"';
        to += each.str();
        to += '"';
    }
}

/// Both arrays are always there: the service refuses a request with one of them missing.
void append_licences(std::string& to, operation const& wanted) {
    to += R"({"addLicenses":[)";
    bool first = true;
    for (auto const& add : wanted.adds) {
        if (!first) to += ',';
        first = false;
        to += R"({"disabledPlans":[)";
        append_ids(to, add.disabled_plans);
        to += R"(],"skuId":")";
        to += add.sku.str();
        to += R"("})";
    }
    to += R"(],"removeLicenses":[)";
    append_ids(to, wanted.removes);
    to += "]}";
}

/// Members are named by their whole addresses, in a batch as well.
/// Source: learn.microsoft.com/graph/api/group-post-members.
void append_members(std::string& to, operation const& wanted, std::string_view graph_url) {
    to += R"({"members@odata.bind":[)";
    bool first = true;
    for (auto const& member : wanted.members) {
        if (!first) to += ',';
        first = false;
        auto address = std::string{graph_url};
        address += version;
        append_json_string(to, address + "/directoryObjects/" + member.str());
    }
    to += "]}";
}

bool has_body(operation_kind kind) {
    return !only_reads(kind) && kind != operation_kind::remove_member;
}

void append_body(std::string& to, operation const& wanted, std::string_view graph_url) {
    if (wanted.kind == operation_kind::assign_licences ||
        wanted.kind == operation_kind::assign_group_licences) {
        return append_licences(to, wanted);
    }
    if (wanted.kind == operation_kind::add_members) return append_members(to, wanted, graph_url);
    to += R"({"usageLocation":)";
    append_json_string(to, wanted.usage_location);
    to += '}';
}

/// The service weighs each part on its own, so the priority is said in each.
/// Source: learn.microsoft.com/graph/throttling (x-ms-throttle-priority).
void append_part(std::string& to, operation const& wanted, std::string_view graph_url,
                 std::size_t index, std::string_view client_request_id) {
    to += R"({"id":")";
    to += std::to_string(index + 1);
    to += R"(","method":")";
    to += method_of(wanted.kind);
    to += R"(","url":)";
    append_json_string(to, path_of(wanted));
    to += R"(,"headers":{"client-request-id":)";
    append_json_string(to, client_request_id);
    to += R"(,"x-ms-throttle-priority":"Low")";
    if (has_body(wanted.kind)) to += R"(,"Content-Type":"application/json")";
    to += '}';
    if (has_body(wanted.kind)) {
        to += R"(,"body":)";
        append_body(to, wanted, graph_url);
    }
    if (wanted.depends_on) {
        to += R"(,"dependsOn":[")";
        to += std::to_string(*wanted.depends_on + 1);
        to += R"("])";
    }
    to += '}';
}

/// How much of the reply to one operation is read.
std::uint64_t reply_size_max(operation_kind kind) {
    return kind == operation_kind::read_members_in_error ? members_size_max : part_size_max;
}

http_request request(std::string_view method, std::string_view graph_url, std::string_view path) {
    http_request made;
    made.reply_size_max = page_size_max;
    made.method = method;
    made.url.reserve(graph_url.size() + version.size() + path.size());
    made.url += graph_url;
    made.url += version;
    made.url += path;
    return made;
}

}  // namespace

http_request subscriptions_request(std::string_view graph_url) {
    return request("GET", graph_url, "/subscribedSkus");
}

http_request users_request(std::string_view graph_url) {
    auto path = std::string{"/users"};
    path += selected;
    path += page_size;
    return request("GET", graph_url, path);
}

http_request groups_request(std::string_view graph_url, std::string_view name) {
    if (auto const id = group_id::parse(name)) {
        return request("GET", graph_url, group_path(*id) + "?" + std::string{selected_of_group});
    }
    auto path = "/groups?$filter=displayName%20eq%20%27" + escaped_segment(doubled_quotes(name));
    path += "%27&";
    path += selected_of_group;
    return request("GET", graph_url, path);
}

http_request members_request(std::string_view graph_url, group_id of, bool in_error) {
    auto path = group_path(of) + (in_error ? "/membersWithLicenseErrors" : "/members");
    path += selected;
    path += page_size;
    return request("GET", graph_url, path);
}

http_request changes_request(std::string_view graph_url, bool from_now) {
    auto path = std::string{"/users/delta"};
    path += selected;
    if (from_now) path += "&$deltatoken=latest";
    return request("GET", graph_url, path);
}

http_request operation_request(std::string_view graph_url, operation const& wanted) {
    auto made = request(method_of(wanted.kind), graph_url, path_of(wanted));
    made.reply_size_max = reply_size_max(wanted.kind);
    if (has_body(wanted.kind)) {
        made.headers.emplace_back("Content-Type", "application/json");
        append_body(made.body, wanted, graph_url);
    }
    return made;
}

http_request batch_request(std::string_view graph_url, std::span<operation const> operations,
                           std::span<std::string const> client_request_ids) {
    auto made = request("POST", graph_url, "/$batch");
    made.headers.emplace_back("Content-Type", "application/json");
    made.body.reserve(operations.size() * 512);
    made.reply_size_max = 0;
    for (auto const& each : operations) made.reply_size_max += reply_size_max(each.kind);
    made.body += R"({"requests":[)";
    for (std::size_t index = 0; index < operations.size(); ++index) {
        if (index > 0) made.body += ',';
        append_part(made.body, operations[index], graph_url, index, client_request_ids[index]);
    }
    made.body += "]}";
    return made;
}

}  // namespace allot::graph::wire
