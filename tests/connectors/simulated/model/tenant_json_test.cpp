// Made tenants, and tenants as JSON.
#include "connectors/simulated/model/tenant_json.hpp"

#include <algorithm>
#include <set>

#include "caller.hpp"

using namespace allot;
using namespace allot::simulated;
using namespace allot::simulated::test;
using namespace std::chrono_literals;
namespace skus = allot::simulated::catalogue;

namespace {

std::size_t holders(tenant_description const& of, sku_id sku, bool by_group) {
    return static_cast<std::size_t>(std::ranges::count_if(of.users, [&](described_user const& one) {
        return std::ranges::any_of(one.who.licences, [&](licence_state const& licence) {
            return licence.sku == sku && licence.by_group.has_value() == by_group;
        });
    }));
}

std::string replaced(std::string text, std::string const& what, std::string const& with) {
    auto const at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), with);
}

std::string wrong(std::string const& text) {
    auto const read = from_json(text);
    REQUIRE(read.has_error());
    CHECK(read.error().code == errc::invalid_input);
    return read.error().message;
}

}  // namespace

TEST_CASE("a made tenant is plausible and follows from its seed") {
    auto const made = make_tenant({.users = 2000, .seed = 5, .power_bi_pro_free = 40});
    CHECK_FALSE(find_error(made).has_value());
    REQUIRE(made.users.size() == 2000);
    CHECK(made.users[0].who.upn == "user00001@contoso.example");
    CHECK(made.users[1999].who.upn == "user02000@contoso.example");
    CHECK(made.users[1999].who.id == made_user_id(2000));
    CHECK(made.users[2].who.upn == "ana_fabrikam.example#EXT#@contoso.example");
    CHECK(made.users[2].who.usage_location.empty());
    CHECK(made.users[3].who.upn == "pat.o'neil@contoso.example");
    CHECK(made.users[4].who.upn == "jo+reports@contoso.example");
    CHECK(made.users[5].who.upn == "$service@contoso.example");
    CHECK(made.users[6].who.licences.at(0).error == "CountViolation");
    for (auto const& sku : {skus::power_bi_standard, skus::microsoft_365_e3, skus::microsoft_365_e5,
                            skus::power_bi_pro}) {
        CAPTURE(sku.str());
        CHECK(holders(made, sku, false) > 20);
    }
    CHECK(holders(made, skus::power_bi_pro, true) > 10);
    auto const without =
        std::ranges::count(made.users, std::string{},
                           [](described_user const& one) { return one.who.usage_location; });
    CHECK(without > 50);
    CHECK(without < 200);
    auto const& pro = made.skus.at(0).bought;
    CHECK(pro.part_number == "POWER_BI_PRO");
    CHECK(pro.enabled - pro.consumed == 40);
    CHECK(tenant(made, {}).true_subscriptions().at(0) == pro);
    CHECK(make_tenant({.users = 2000, .seed = 5, .power_bi_pro_free = 40}) == made);
    CHECK(make_tenant({.users = 2000, .seed = 6, .power_bi_pro_free = 40}) != made);
}

TEST_CASE("a tenant survives being written down, with what was done to it and what it counted") {
    auto described = make_tenant({.users = 60});
    described.users[10].appears_at = start + 1h;
    described.users[11].address_clash = true;
    described.users[12].who.account_enabled = false;
    described.users[13].who.upn = "quote\"back\\slash\xC3\xA9@contoso.example";
    described.skus[1].bought.consumed += 17;
    caller client{described};
    CHECK(client.assign(1, add(skus::premium_per_user, {skus::bi_azure_p3})).status == 200);
    client.ask("GET", "/users");
    auto const before = client.of.describe();
    auto const text = to_json(before);
    auto const read = from_json(text);
    if (read.has_error()) FAIL(read.error().message);
    CHECK(*read == before);
    CHECK(read->counted == client.of.counted());
    CHECK(read->users[0].writes_accepted == 1);
    CHECK(read->users[0].changed_at == start);
    tenant const again{*read, {}};
    CHECK(again.true_users() == client.of.true_users());
    CHECK(again.true_subscriptions() == client.of.true_subscriptions());
    CHECK(to_json(again.describe()) == text);
}

TEST_CASE("the secret is not written down") {
    options chosen;
    chosen.client_secret = "only-in-memory";
    CHECK(to_json(tenant(plain_tenant(1), chosen).describe()).find("only-in-memory") ==
          std::string::npos);
}

TEST_CASE("a small tenant can be written by hand") {
    auto const read = from_json(R"({
        "tenantId": "44444444-aaaa-4bbb-8ccc-000000000004", "domain": "contoso.example",
        "skus": [{"skuId": "f8a1db68-be16-40ed-86d5-cb42ce701560", "skuPartNumber": "POWER_BI_PRO",
                  "enabled": 5, "servicePlans": [
                    {"servicePlanId": "70d33638-9c74-4d01-bfd3-562de28bd4ba", "servicePlanName": "BI_AZURE_P2"}]}],
        "users": [{"id": "11111111-aaaa-4bbb-8ccc-000000000001", "userPrincipalName": "ana@contoso.example",
                   "usageLocation": "NL", "licenses": [{"skuId": "f8a1db68-be16-40ed-86d5-cb42ce701560"}]}]})");
    if (read.has_error()) FAIL(read.error().message);
    CHECK(read->skus.at(0).bought.capability_status == "Enabled");
    CHECK(read->skus.at(0).assignable);
    CHECK(read->users.at(0).who.licences.at(0) == direct(skus::power_bi_pro));
    CHECK(tenant(*read, {}).true_subscriptions().at(0).consumed == 1);
}

TEST_CASE("what is wrong with a tenant's JSON is said with its place") {
    auto const good = to_json(tenant_of({person(1, {direct(skus::power_bi_pro)}), person(2)}));
    REQUIRE(from_json(good).has_value());
    std::string const start_of = "The simulated tenant cannot be read: ";
    CHECK(wrong("[]") == start_of + "it is not a JSON object");
    CHECK(wrong(good.substr(0, good.size() / 2)).starts_with(start_of));
    CHECK(wrong("{}") == start_of + "The tenant's id is not a GUID.");
    CHECK(wrong(replaced(good, R"("enabled":)", R"("enabled":-)")) ==
          start_of + "skus[0]: enabled is not a whole number in range");
    CHECK(wrong(replaced(good, R"("userPrincipalName":"p2@contoso.example")",
                         R"("userPrincipalName":7)")) ==
          start_of + "users[1]: userPrincipalName is not a text");
    CHECK(
        wrong(replaced(good, R"("licenses":[{"skuId":"f8a1db68)", R"("licenses":[{"skuId":"x)")) ==
        start_of + "users[0].licenses[0]: skuId is not a GUID");
    CHECK(wrong(replaced(good, "p2@contoso", "P1@Contoso")) ==
          start_of + "The user principal name P1@Contoso.example is there twice.");
    CHECK(
        wrong(replaced(good, R"("licenses":[{"skuId":"f8a1db68)",
                       R"("licenses":[{"skuId":"aaaaaaaa)")) ==
        start_of + "The user " + made_user_id(1).str() +
            " holds the SKU aaaaaaaa-be16-40ed-86d5-cb42ce701560, which the tenant does not have.");
    CHECK_THROWS_AS(tenant(tenant_description{}, options{}), std::invalid_argument);
}

TEST_CASE("groups survive being written down, and their members can be named by hand") {
    auto described = tenant_of({person(1), person(2), person(3)});
    described.groups.resize(1);
    described.groups[0].id = sales;
    described.groups[0].kind = group_kind::synced;
    described.groups[0].name = "Sales \"EMEA\"";
    described.groups[0].licences = {{skus::power_bi_pro, {skus::bi_azure_p2}}};
    described.groups[0].members = {made_user_id(3), made_user_id(1)};
    auto const before = tenant{described, {}}.describe();
    CHECK(before.groups == described.groups);
    auto const text = to_json(before);
    auto const read = from_json(text);
    if (read.has_error()) FAIL(read.error().message);
    CHECK(*read == before);
    auto const by_hand = from_json(
        replaced(text, in_quotes(made_user_id(3).str()) + "," + in_quotes(made_user_id(1).str()),
                 R"("P3@contoso.example","p1@CONTOSO.example")"));
    if (by_hand.has_error()) FAIL(by_hand.error().message);
    CHECK(by_hand->groups == described.groups);
}

TEST_CASE("what is wrong with a group is said with its place") {
    auto described = tenant_of({person(1), person(2)});
    described.groups.resize(1);
    described.groups[0].id = sales;
    described.groups[0].name = "Sales";
    described.groups[0].licences = {{skus::power_bi_pro, {}}};
    described.groups[0].members = {made_user_id(2)};
    auto const good = to_json(described);
    REQUIRE(from_json(good).has_value());
    std::string const start_of = "The simulated tenant cannot be read: ";
    std::string const group = start_of + "The group " + sales.str();
    auto const member = R"("members":[)" + in_quotes(made_user_id(2).str());
    CHECK(wrong(replaced(good, R"("kind":"assigned")", R"("kind":"nested")")) ==
          start_of + "groups[0]: kind is none of assigned, dynamic, synced");
    CHECK(wrong(replaced(good, member, R"("members":["p9@contoso.example")")) ==
          start_of + "groups[0]: members names p9@contoso.example, who is not a user");
    CHECK(wrong(replaced(good, member, R"("members":[7)")) ==
          start_of + "groups[0]: members holds something that is not a text");
    CHECK(wrong(replaced(good, member, R"("members":[)" + in_quotes(sales.str()))) ==
          group + " has the member " + sales.str() + ", who is not a user.");
    CHECK(wrong(replaced(good, member, member + R"(,"p2@contoso.example")")) ==
          group + " has the member " + made_user_id(2).str() + " twice.");
    CHECK(wrong(replaced(good, R"("displayName":"Sales")", R"("displayName":"")")) ==
          group + " has no name.");
    auto const given = R"("licenses":[{"skuId":)" + in_quotes(skus::power_bi_pro.str()) + "}";
    CHECK(wrong(replaced(good, given, R"("licenses":[{"skuId":)" + in_quotes(sales.str()) + "}")) ==
          group + " holds the SKU " + sales.str() + ", which the tenant does not have.");
    CHECK(wrong(replaced(good, given, given + "," + given.substr(12))) ==
          group + " holds the SKU " + skus::power_bi_pro.str() + " twice.");
    described.groups.push_back(described.groups[0]);
    CHECK(wrong(to_json(described)) == group + " is there twice.");
}

TEST_CASE("the counts alone are one JSON object") {
    caller client{plain_tenant(1)};
    client.ask("GET", "/users");
    CHECK(to_json(client.of.counted()) ==
          R"({"requests":2,"tokenRequests":1,"batches":0,"parts":0,"reads":1,"writesAccepted":0,)"
          R"("writesThrottled":0,"readsThrottled":0,"refusals":0,"faults":0,"earlyReturns":0,)"
          R"("overlappingWrites":0,"usersTouched":0})");
}
