#include "connectors/simulated/model/make_tenant.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "connectors/simulated/model/catalogue.hpp"
#include "connectors/simulated/model/random.hpp"

namespace allot::simulated {

namespace {

constexpr std::size_t users_max = 9'999'999;
constexpr std::string_view domain = "contoso.example";

group_id analysts() {
    return group_id::parse("22222222-aaaa-4bbb-8ccc-000000000002").value();
}

group_id contractors() {
    return group_id::parse("22222222-aaaa-4bbb-8ccc-000000000003").value();
}

std::string numbered(std::size_t number) {
    auto const digits = std::to_string(number);
    return std::string(digits.size() < 5 ? 5 - digits.size() : 0, '0') + digits;
}

/// Names that need care in addresses; the rest are plain.
std::string name_of(std::size_t number, std::size_t users) {
    auto plain = "user" + numbered(number) + "@" + std::string{domain};
    if (users < 8) return plain;
    switch (number) {
        case 3:
            return "ana_fabrikam.example#EXT#@contoso.example";
        case 4:
            return "pat.o'neil@contoso.example";
        case 5:
            return "jo+reports@contoso.example";
        case 6:
            return "$service@contoso.example";
        default:
            return plain;
    }
}

licence_state licence(sku_id sku) {
    licence_state made;
    made.sku = sku;
    return made;
}

/// What user `number` holds, by the draw; one line for each share of a hundred.
std::vector<licence_state> licences_of(std::uint64_t drawn) {
    auto const share = drawn % 100;
    if (share < 12) return {licence(catalogue::power_bi_standard)};
    if (share < 32) return {licence(catalogue::microsoft_365_e3)};
    if (share < 38) return {licence(catalogue::microsoft_365_e5)};
    if (share < 42) return {licence(catalogue::power_bi_pro)};
    if (share < 44) {
        auto inherited = licence(catalogue::power_bi_pro);
        inherited.by_group = analysts();
        return {inherited};
    }
    if (share < 46) {
        auto partial = licence(catalogue::premium_per_user);
        partial.disabled_plans = {catalogue::bi_azure_p3};
        return {partial};
    }
    if (share < 47) {
        auto partial = licence(catalogue::power_bi_pro);
        partial.disabled_plans = {catalogue::bi_azure_p2};
        return {partial};
    }
    return {};
}

std::string location_of(std::uint64_t drawn) {
    static constexpr std::array<std::string_view, 6> locations{"NL", "DE", "GB", "FR", "US", "BE"};
    // One in twenty has none.
    return drawn % 20 == 0 ? std::string{} : std::string{locations[drawn / 20 % locations.size()]};
}

described_user make_user(std::size_t number, std::size_t users, random& from) {
    described_user made;
    made.who.id = made_user_id(static_cast<std::uint32_t>(number));
    made.who.upn = name_of(number, users);
    auto const where = from.next();
    auto const what = from.next();
    bool const guest = made.who.upn.find("#EXT#") != std::string::npos;
    if (!guest) made.who.usage_location = location_of(where);
    if (!guest) made.who.licences = licences_of(what);
    if (number == 7 && users >= 8) {
        auto failed = licence(catalogue::power_bi_pro);
        failed.by_group = analysts();
        failed.active = false;
        failed.error = "CountViolation";
        made.who.licences = {failed};
        made.who.usage_location = "NL";
    }
    return made;
}

/// One whose members can be written, and one whose rule fits nobody yet.
std::vector<described_group> make_groups(std::vector<described_user> const& users) {
    described_group writable;
    writable.id = analysts();
    writable.name = "Power BI analysts";
    writable.licences = {{catalogue::power_bi_pro, {}}};
    auto const from_it = [](licence_state const& one) { return one.by_group == analysts(); };
    for (auto const& one : users) {
        if (std::ranges::any_of(one.who.licences, from_it)) {
            writable.members.push_back(one.who.id);
        }
    }
    described_group ruled;
    ruled.id = contractors();
    ruled.name = "Contractors";
    ruled.kind = group_kind::dynamic;
    ruled.licences = {{catalogue::power_bi_standard, {}}};
    return {writable, ruled};
}

void count_seats(described_sku& sku, std::vector<described_user> const& users) {
    auto const takes_seat = [&](licence_state const& one) {
        return one.active && one.sku == sku.bought.sku;
    };
    sku.bought.consumed = std::ranges::count_if(users, [&](described_user const& one) {
        return std::ranges::any_of(one.who.licences, takes_seat);
    });
}

}  // namespace

user_id made_user_id(std::uint32_t number) {
    auto made = user_id::parse("11111111-aaaa-4bbb-8ccc-000000000000").value();
    for (std::size_t at = 0; at < 4; ++at) {
        made.value.bytes[12 + at] = static_cast<std::uint8_t>(number >> (24 - 8 * at));
    }
    return made;
}

tenant_description make_tenant(tenant_wishes const& wishes) {
    tenant_description made;
    made.tenant_id = "44444444-aaaa-4bbb-8ccc-000000000004";
    made.domain = domain;
    made.client_id = "88888888-aaaa-4bbb-8ccc-000000000008";
    made.skus = catalogue::skus();
    made.dependencies = catalogue::dependencies();
    made.exclusions = catalogue::exclusions();
    random from{wishes.seed};
    auto const users = std::min(wishes.users, users_max);
    made.users.reserve(users);
    for (std::size_t number = 1; number <= users; ++number) {
        made.users.push_back(make_user(number, users, from));
    }
    made.groups = make_groups(made.users);
    for (auto& sku : made.skus) {
        count_seats(sku, made.users);
        sku.bought.enabled += sku.bought.consumed;
        if (sku.bought.sku == catalogue::power_bi_pro) {
            sku.bought.enabled = sku.bought.consumed + wishes.power_bi_pro_free;
        }
    }
    return made;
}

}  // namespace allot::simulated
