#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "connectors/port/directory_words.hpp"

/// Small tenants for tests of the pure parts, in the domain's own words.
namespace allot::support {

inline sku_id const power_bi{*guid::parse("f8a1db68-be16-40ed-86d5-cb42ce701560")};
inline sku_id const e3{*guid::parse("05e9a617-0261-4cee-bb44-138d3ef5d965")};
inline sku_id const e5{*guid::parse("06ebc4ee-1bb5-47dd-8120-11324bc54e06")};
inline plan_id const bi_azure_p2{*guid::parse("70d33638-9c74-4d01-bfd3-562de28bd4ba")};
inline plan_id const exchange_foundation{*guid::parse("113feb6c-3fe4-4440-bddc-54d774bf0318")};
inline plan_id const teams{*guid::parse("57ff2da0-773e-42df-b2af-ffb7a2317929")};
inline group_id const sales_group{*guid::parse("22222222-aaaa-4bbb-8ccc-000000000002")};

inline subscription sku(sku_id id, std::string part_number, std::int64_t enabled,
                        std::int64_t consumed, std::vector<service_plan> plans) {
    subscription one;
    one.sku = id;
    one.part_number = std::move(part_number);
    one.capability_status = "Enabled";
    one.enabled = enabled;
    one.consumed = consumed;
    one.plans = std::move(plans);
    return one;
}

/// POWER_BI_PRO with `free` seats of 100; SPE_E3 (Teams) and SPE_E5 (Teams and Power BI) with 50 of
/// 100 each.
inline std::vector<subscription> subscriptions(std::int64_t free = 50) {
    service_plan const bi{bi_azure_p2, "BI_AZURE_P2", true};
    service_plan const exchange{exchange_foundation, "EXCHANGE_S_FOUNDATION", true};
    service_plan const meet{teams, "TEAMS1", true};
    return {sku(power_bi, "POWER_BI_PRO", 100, 100 - free, {bi, exchange}),
            sku(e3, "SPE_E3", 100, 50, {exchange, meet}),
            sku(e5, "SPE_E5", 100, 50, {bi, exchange, meet})};
}

inline licence_state direct(sku_id id, std::vector<plan_id> off = {}) {
    licence_state one;
    one.sku = id;
    one.disabled_plans = std::move(off);
    return one;
}

inline licence_state inherited(sku_id id, std::vector<plan_id> off = {}) {
    auto one = direct(id, std::move(off));
    one.by_group = sales_group;
    return one;
}

/// User `number` of the tenant, in the Netherlands.
inline user person(unsigned number, std::vector<licence_state> licences = {},
                   std::string location = "NL") {
    user one;
    one.id.value.bytes[14] = static_cast<std::uint8_t>(number >> 8);
    one.id.value.bytes[15] = static_cast<std::uint8_t>(number);
    one.upn = "p" + std::to_string(number) + "@contoso.example";
    one.usage_location = std::move(location);
    one.licences = std::move(licences);
    return one;
}

}  // namespace allot::support
