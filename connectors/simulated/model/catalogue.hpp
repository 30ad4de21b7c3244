#pragma once

#include <vector>

#include "connectors/simulated/model/description.hpp"

/// The SKUs of made tenants. Ids and names are Microsoft's ("Product names and service plan
/// identifiers for licensing"); of the large suites only some of the plans are here.
namespace allot::simulated::catalogue {

inline sku_id const power_bi_pro{*guid::parse("f8a1db68-be16-40ed-86d5-cb42ce701560")};
inline sku_id const power_bi_standard{*guid::parse("a403ebcc-fae0-4ca2-8c8c-7a907fd6c235")};
/// PBI_PREMIUM_PER_USER
inline sku_id const premium_per_user{*guid::parse("c1d032e0-5619-4761-9b5c-75b6831e1711")};
/// its BI_AZURE_P3 needs BI_AZURE_P2
inline sku_id const premium_per_user_addon{*guid::parse("de376a03-6e5b-42ec-855f-093fb50b8ca5")};
inline sku_id const microsoft_365_e3{*guid::parse("05e9a617-0261-4cee-bb44-138d3ef5d965")};
/// holds BI_AZURE_P2 too
inline sku_id const microsoft_365_e5{*guid::parse("06ebc4ee-1bb5-47dd-8120-11324bc54e06")};
/// MCOEV needs MCOSTANDARD
inline sku_id const teams_phone{*guid::parse("e43b5b99-8dfb-405f-9987-dc307f34bcbd")};
/// excludes the Exchange of the two suites
inline sku_id const exchange_standard{*guid::parse("4b9405b0-7788-4568-add1-99614e613b69")};
/// self-service, not assignable
inline sku_id const power_bi_pro_dept{*guid::parse("3a6a908c-09c5-406a-8170-8ebb63c42882")};
/// of the company, not of users
inline sku_id const premium_capacity{*guid::parse("7b26f5ab-a763-4c00-a1ac-f6c4b5506945")};

inline plan_id const bi_azure_p2{*guid::parse("70d33638-9c74-4d01-bfd3-562de28bd4ba")};
inline plan_id const bi_azure_p3{*guid::parse("0bf3c642-7bb5-4ccc-884e-59d09df0266c")};
inline plan_id const exchange_foundation{*guid::parse("113feb6c-3fe4-4440-bddc-54d774bf0318")};
inline plan_id const exchange_enterprise{*guid::parse("efb87545-963c-4e0d-99df-69c6916d9eb0")};
inline plan_id const exchange_standard_plan{*guid::parse("9aaf7827-d63c-4b61-89c3-182f06f82e5c")};
inline plan_id const teams{*guid::parse("57ff2da0-773e-42df-b2af-ffb7a2317929")};
/// MCOEV
inline plan_id const calling{*guid::parse("4828c8ec-dc2e-4779-b502-87ac9ce28ab7")};
/// MCOSTANDARD
inline plan_id const meeting{*guid::parse("0feaeb32-d00e-4d66-bd5a-43b5b83db82c")};

/// All of the SKUs above, with 1,000 seats each and none in use.
std::vector<described_sku> skus();
std::vector<plan_dependency> dependencies();
std::vector<plan_exclusion> exclusions();

}  // namespace allot::simulated::catalogue
