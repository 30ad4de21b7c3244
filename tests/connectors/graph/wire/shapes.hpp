#pragma once

#include <string>

#include "connectors/port/directory_words.hpp"
#include "connectors/port/message.hpp"

/// What the service sends, as the public documentation shows it, with made-up values.
namespace shapes {

inline std::string const pro = "f8a1db68-be16-40ed-86d5-cb42ce701560";
inline std::string const e5 = "06ebc4ee-1bb5-47dd-8120-11324bc54e06";
inline std::string const ana = "11111111-aaaa-4bbb-8ccc-000000000001";

inline std::string const user = R"({
 "@odata.context":"https://graph.microsoft.com/v1.0/$metadata#users(id)/$entity",
 "id":"11111111-aaaa-4bbb-8ccc-000000000001","userPrincipalName":"ana.q@contoso.example",
 "accountEnabled":true,"usageLocation":"NL",
 "assignedLicenses":[{"disabledPlans":[],"skuId":"f8a1db68-be16-40ed-86d5-cb42ce701560"}],
 "licenseAssignmentStates":[
  {"skuId":"f8a1db68-be16-40ed-86d5-cb42ce701560","disabledPlans":[],"assignedByGroup":null,
   "state":"Active","error":"None","lastUpdatedDateTime":"2026-01-05T08:00:00Z"},
  {"skuId":"06ebc4ee-1bb5-47dd-8120-11324bc54e06",
   "disabledPlans":["57ff2da0-773e-42df-b2af-ffb7a2317929"],
   "assignedByGroup":"22222222-aaaa-4bbb-8ccc-000000000002","state":"Error",
   "error":"CountViolation","lastUpdatedDateTime":"2026-01-05T08:01:00Z"}]})";

inline std::string const subscriptions = R"({
 "@odata.context":"https://graph.microsoft.com/v1.0/$metadata#subscribedSkus","value":[
 {"accountId":"33333333-aaaa-4bbb-8ccc-000000000003","accountName":"contoso","appliesTo":"User",
  "capabilityStatus":"Enabled","consumedUnits":412,
  "id":"44444444-aaaa-4bbb-8ccc-000000000004_f8a1db68-be16-40ed-86d5-cb42ce701560",
  "skuId":"f8a1db68-be16-40ed-86d5-cb42ce701560","skuPartNumber":"POWER_BI_PRO",
  "subscriptionIds":["55555555-aaaa-4bbb-8ccc-000000000005"],
  "prepaidUnits":{"enabled":500,"suspended":0,"warning":25,"lockedOut":0},
  "servicePlans":[{"servicePlanId":"70d33638-9c74-4d01-bfd3-562de28bd4ba",
   "servicePlanName":"BI_AZURE_P2","provisioningStatus":"Success","appliesTo":"User"}]}]})";

inline std::string const assigned = R"({
 "@odata.context":"https://graph.microsoft.com/v1.0/$metadata#users/$entity","businessPhones":[],
 "displayName":"Ana Q","givenName":"Ana","jobTitle":null,"mail":"ana.q@contoso.example",
 "surname":"Q","userPrincipalName":"ana.q@contoso.example",
 "id":"11111111-aaaa-4bbb-8ccc-000000000001"})";

inline std::string error(std::string const& code, std::string const& message) {
    return R"({"error":{"code":")" + code + R"(","message":")" + message +
           R"(","innerError":{"date":"2026-01-05T08:00:01",
            "request-id":"66666666-aaaa-4bbb-8ccc-000000000006",
            "client-request-id":"77777777-aaaa-4bbb-8ccc-000000000007"}}})";
}

inline std::string const batch = R"({"responses":[
 {"id":"2","status":429,"headers":{"Retry-After":"7","x-ms-throttle-scope":"Tenant_Application/Write/88888888-aaaa-4bbb-8ccc-000000000008/44444444-aaaa-4bbb-8ccc-000000000004","x-ms-throttle-information":"WriteLimitExceeded","Content-Type":"application/json"},
  "body":{"error":{"code":"TooManyRequests","message":"Too many","innerError":{"date":"2026-01-05T08:00:02","request-id":"r-2","client-request-id":"c-2"}}}},
 {"id":"1","status":200,"headers":{"Cache-Control":"no-cache","x-ms-resource-unit":"1","OData-Version":"4.0","Content-Type":"application/json"},
  "body":{"@odata.context":"c","id":"11111111-aaaa-4bbb-8ccc-000000000001","userPrincipalName":"ana.q@contoso.example"}},
 {"id":"3","status":424,"headers":{"Content-Type":"application/json"},"body":{"error":{"code":"FailedDependency","message":"The parent failed"}}}]})";

inline allot::http_response reply(int status, std::string body, allot::http_headers headers = {}) {
    return {status, std::move(headers), std::move(body)};
}

inline allot::operation read_ana() {
    allot::operation made;
    made.user = "ana.q@contoso.example";
    return made;
}

inline allot::operation assign_ana() {
    auto made = read_ana();
    made.kind = allot::operation_kind::assign_licences;
    made.adds.push_back({*allot::sku_id::parse(pro), {}});
    return made;
}

inline allot::operation locate_ana() {
    auto made = read_ana();
    made.kind = allot::operation_kind::set_usage_location;
    made.usage_location = "NL";
    return made;
}

inline allot::wall_time const now{
    std::chrono::milliseconds{1767600001000}};  ///< 2026-01-05T08:00:01Z

}  // namespace shapes
