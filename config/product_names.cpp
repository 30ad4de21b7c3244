#include "config/product_names.hpp"

#include <vector>

namespace allot::config {

namespace {

struct written_name {
    std::string_view part_number;
    std::string_view id;
    std::string_view name;
};

constexpr written_name written_names[] = {
    {"POWER_BI_PRO", "f8a1db68-be16-40ed-86d5-cb42ce701560", "Power BI Pro"},
    {"POWER_BI_STANDARD", "a403ebcc-fae0-4ca2-8c8c-7a907fd6c235", "Microsoft Fabric (Free)"},
    {"PBI_PREMIUM_PER_USER", "c1d032e0-5619-4761-9b5c-75b6831e1711", "Power BI Premium Per User"},
    {"PBI_PREMIUM_PER_USER_ADDON", "de376a03-6e5b-42ec-855f-093fb50b8ca5",
     "Power BI Premium Per User Add-On"},
    {"PBI_PREMIUM_PER_USER_DEPT", "f168a3fb-7bcf-4a27-98c3-c235ea4b78b4",
     "Power BI Premium Per User Dept"},
    {"POWER_BI_PRO_CE", "420af87e-8177-4146-a780-3786adaffbca", "Power BI Pro CE"},
    {"POWER_BI_PRO_DEPT", "3a6a908c-09c5-406a-8170-8ebb63c42882", "Power BI Pro Dept"},
    {"POWER_BI_PRO_FACULTY", "de5f128b-46d7-4cfc-b915-a89ba060ea56", "Power BI Pro for Faculty"},
    {"POWER_BI_ADDON", "45bc2c81-6072-436a-9b0b-3b12eefbc402", "Power BI for Office 365 Add-On"},
    {"POWER_BI_INDIVIDUAL_USER", "e2767865-c3c9-4f09-9f99-6eee6eef861a", "Power BI"},
    {"PBI_PREMIUM_P1_ADDON", "7b26f5ab-a763-4c00-a1ac-f6c4b5506945", "Power BI Premium P1"},
    {"STANDARDPACK", "18181a46-0d4e-45cd-891e-60aabd171b4e", "Office 365 E1"},
    {"ENTERPRISEPACK", "6fd2c87f-b296-42f0-b197-1e91e994b900", "Office 365 E3"},
    {"ENTERPRISEPREMIUM", "c7df2760-2c81-4ef7-b578-5b5392b571df", "Office 365 E5"},
    {"ENTERPRISEPREMIUM_NOPSTNCONF", "26d45bd9-adf1-46cd-a9e1-51e9a5524128",
     "Office 365 E5 Without Audio Conferencing"},
    {"SPE_E3", "05e9a617-0261-4cee-bb44-138d3ef5d965", "Microsoft 365 E3"},
    {"SPE_E5", "06ebc4ee-1bb5-47dd-8120-11324bc54e06", "Microsoft 365 E5"},
    {"SPE_F1", "66b55226-6b4f-492c-910c-a3b7a3c9d993", "Microsoft 365 F3"},
    {"M365_F1", "44575883-256e-4a79-9da4-ebe9acabe2b2", "Microsoft 365 F1"},
    {"DESKLESSPACK", "4b585984-651b-448a-9e53-3b10f069cf7f", "Office 365 F3"},
    {"SPB", "cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46", "Microsoft 365 Business Premium"},
    {"O365_BUSINESS_PREMIUM", "f245ecc8-75af-4f8e-b61f-27d8114de5f3",
     "Microsoft 365 Business Standard"},
    {"O365_BUSINESS_ESSENTIALS", "3b555118-da6a-4418-894f-7df1e2096870",
     "Microsoft 365 Business Basic"},
    {"O365_BUSINESS", "cdd28e44-67e3-425e-be4c-737fab2899d3", "Microsoft 365 Apps for Business"},
    {"EXCHANGESTANDARD", "4b9405b0-7788-4568-add1-99614e613b69", "Exchange Online (Plan 1)"},
    {"EXCHANGEENTERPRISE", "19ec0d23-8335-4cbd-94ac-6050e30712fa", "Exchange Online (Plan 2)"},
    {"EMS", "efccb6f7-5641-4e0e-bd10-b4976e1bf68e", "Enterprise Mobility + Security E3"},
    {"EMSPREMIUM", "b05e124f-c7cc-45a0-a6aa-8cf78c946968", "Enterprise Mobility + Security E5"},
    {"AAD_PREMIUM", "078d2b04-f1bd-4111-bbd4-b4b1b354cef4", "Microsoft Entra ID P1"},
    {"AAD_PREMIUM_P2", "84a661c4-e949-4bd2-a560-ed7766fcaf2b", "Microsoft Entra ID P2"},
    {"FLOW_FREE", "f30db892-07e9-47e9-837c-80727f46fd3d", "Microsoft Power Automate Free"},
    {"FLOW_PER_USER", "4a51bf65-409c-4a91-b845-1121b571cc9d", "Power Automate per user plan"},
    {"POWERAPPS_PER_USER", "b30411f5-fea1-4a59-9ad9-3db7c7ead579", "Power Apps per user plan"},
    {"PROJECTPROFESSIONAL", "53818b1b-4a27-454b-8896-0dba576410e6", "Planner and Project Plan 3"},
    {"VISIOCLIENT", "c5928f49-12ba-48f7-ada3-0d743a3601d5", "Visio Plan 2"},
    {"MCOEV", "e43b5b99-8dfb-405f-9987-dc307f34bcbd", "Microsoft Teams Phone Standard"},
    {"MCOMEETADV", "0c266dff-15dd-4b49-8397-2bb16070ed52", "Microsoft 365 Audio Conferencing"},
    {"Microsoft_365_Copilot", "639dec6b-bb19-468b-871c-c5c441c4b0cb", "Microsoft 365 Copilot"},
    {"Microsoft_Teams_Enterprise_New", "7e31c0d9-9551-471d-836f-32ee72be4a01",
     "Microsoft Teams Enterprise"},
    {"Microsoft_365_E3_(no_Teams)", "dcf0408c-aaec-446c-afd4-43e3683943ea",
     "Microsoft 365 E3 (no Teams)"},
    {"Microsoft_365_E5_(no_Teams)", "18a4bd3f-0b5b-4887-b04f-61dd0ee15f5e",
     "Microsoft 365 E5 (no Teams)"},
    {"Office_365_E3_(no_Teams)", "46c3a859-c90d-40b3-9551-6178a48d5c18",
     "Office 365 E3 (no Teams)"},
    {"IDENTITY_THREAT_PROTECTION", "26124093-3d78-432b-b5dc-48bf992543d5",
     "Microsoft 365 E5 Security"},
    {"ATP_ENTERPRISE", "4ef96642-f096-40de-a3e9-d83fb2f90211",
     "Microsoft Defender for Office 365 (Plan 1)"},
    {"INTUNE_A", "061f9ace-7d42-4136-88ac-31dc755f143f", "Microsoft Intune Plan 1"},
};

}  // namespace

std::span<product_name const> product_names() {
    static auto const names = [] {
        std::vector<product_name> read;
        for (auto const& each : written_names) {
            read.push_back({sku_id::parse(each.id).value(), each.part_number, each.name});
        }
        return read;
    }();
    return names;
}

}  // namespace allot::config
