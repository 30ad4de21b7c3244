#include "connectors/simulated/model/catalogue.hpp"

#include <initializer_list>
#include <string>
#include <utility>

namespace allot::simulated::catalogue {

namespace {

plan_id plan(std::string_view text) {
    return plan_id::parse(text).value();
}

constexpr std::int64_t seats = 1000;

described_sku described(sku_id id, std::string part_number, std::vector<service_plan> plans) {
    described_sku made;
    made.bought.sku = id;
    made.bought.part_number = std::move(part_number);
    made.bought.capability_status = "Enabled";
    made.bought.enabled = seats;
    made.bought.plans = std::move(plans);
    return made;
}

std::vector<service_plan> with(std::vector<service_plan> some,
                               std::initializer_list<service_plan> more) {
    some.insert(some.end(), more);
    return some;
}

}  // namespace

std::vector<described_sku> skus() {
    service_plan const pro{bi_azure_p2, "BI_AZURE_P2", true};
    service_plan const premium{bi_azure_p3, "BI_AZURE_P3", true};
    service_plan const free{plan("2049e525-b859-401b-b2a0-e0a31c4b1fe4"), "BI_AZURE_P0", true};
    service_plan const discovery{plan("c948ea65-2053-4a5a-8a62-9eaaaf11b522"), "PURVIEW_DISCOVERY",
                                 true};
    service_plan const foundation{exchange_foundation, "EXCHANGE_S_FOUNDATION", false};
    service_plan const mail{exchange_standard_plan, "EXCHANGE_S_STANDARD", true};
    service_plan const phone{calling, "MCOEV", true};
    service_plan const capacity{plan("9da49a6d-707a-48a1-b44a-53dcde5267f8"),
                                "PBI_PREMIUM_P1_ADDON", false};
    std::vector<service_plan> const suite{
        {exchange_enterprise, "EXCHANGE_S_ENTERPRISE", true},
        {teams, "TEAMS1", true},
        {meeting, "MCOSTANDARD", true},
        {plan("5dbe027f-2339-4123-9542-606e4d348a72"), "SHAREPOINTENTERPRISE", true},
        {plan("43de0ff5-c92c-492b-9116-175376d08c38"), "OFFICESUBSCRIPTION", true},
        {plan("c1ec4a95-1f05-45b3-a911-aa3fa01094f5"), "INTUNE_A", true},
        {plan("41781fb2-bc02-4b7c-bd55-b576c07bb09d"), "AAD_PREMIUM", true},
    };
    std::vector<described_sku> made{
        described(power_bi_pro, "POWER_BI_PRO", {pro, foundation}),
        described(power_bi_standard, "POWER_BI_STANDARD", {free, discovery, foundation}),
        described(premium_per_user, "PBI_PREMIUM_PER_USER", {pro, premium, foundation}),
        described(premium_per_user_addon, "PBI_PREMIUM_PER_USER_ADDON", {premium}),
        described(microsoft_365_e3, "SPE_E3", suite),
        described(microsoft_365_e5, "SPE_E5", with(suite, {pro, phone})),
        described(teams_phone, "MCOEV", {phone}),
        described(exchange_standard, "EXCHANGESTANDARD", {mail}),
        described(power_bi_pro_dept, "POWER_BI_PRO_DEPT", {pro, foundation}),
        described(premium_capacity, "PBI_PREMIUM_P1_ADDON", {capacity}),
    };
    for (auto& one : made) {
        if (one.bought.sku == power_bi_pro_dept) one.assignable = false;
        if (one.bought.sku == premium_capacity) one.bought.for_users = false;
    }
    return made;
}

std::vector<plan_dependency> dependencies() {
    return {{bi_azure_p3, {bi_azure_p2}}, {calling, {meeting}}};
}

std::vector<plan_exclusion> exclusions() {
    return {{exchange_standard_plan, exchange_enterprise}};
}

}  // namespace allot::simulated::catalogue
