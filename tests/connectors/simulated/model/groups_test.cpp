// Groups that give licences: who is in them, what their members then hold and when (graph-facts
// 3.4), judged by the true state and not by the reply.
#include "caller.hpp"

using namespace allot;
using namespace allot::simulated;
using namespace allot::simulated::test;
using namespace std::chrono_literals;
namespace skus = allot::simulated::catalogue;

namespace {

std::string const at_sales = "/groups/" + sales.str();

described_group giving(std::vector<licence_add> licences, std::vector<std::uint32_t> members = {},
                       group_kind kind = group_kind::assigned) {
    described_group made;
    made.id = sales;
    made.name = "Sales";
    made.kind = kind;
    made.licences = std::move(licences);
    for (auto const number : members) made.members.push_back(made_user_id(number));
    return made;
}

described_group giving_pro(std::vector<std::uint32_t> members = {}) {
    return giving({{skus::power_bi_pro, {}}}, std::move(members));
}

tenant_description with(tenant_description made, described_group group) {
    made.groups = {std::move(group)};
    return made;
}

tenant_description with_seats(tenant_description made, sku_id sku, std::int64_t seats) {
    for (auto& one : made.skus) {
        if (one.bought.sku == sku) one.bought.enabled = seats;
    }
    return made;
}

options lagging(duration group_lag) {
    options made;
    made.group_lag = group_lag;
    return made;
}

options unlimited() {
    options made;
    made.writes.reset();
    made.tenant_writes.reset();
    return made;
}

std::string reference(user_id who) {
    return in_quotes("https://graph.example/v1.0/directoryObjects/" + who.str());
}

/// A body that adds these users.
std::string binding(std::vector<std::uint32_t> const& numbers) {
    std::string text = R"({"members@odata.bind":[)";
    for (auto const number : numbers) {
        text += (text.back() == '[' ? "" : ",") + reference(made_user_id(number));
    }
    return text + "]}";
}

http_response join(caller& client, std::vector<std::uint32_t> const& numbers) {
    return client.ask("PATCH", at_sales, binding(numbers));
}

http_response leave(caller& client, std::uint32_t number) {
    return client.ask("DELETE", at_sales + "/members/" + made_user_id(number).str() + "/$ref");
}

std::string message_of(http_response const& reply) {
    return json{reply.body}.text("/error/message");
}

std::string processing(caller& client) {
    json const body{client.ask("GET", at_sales + "?$select=licenseProcessingState").body};
    return body.text("/licenseProcessingState/state");
}

/// The ids in a list, by the last digits: `1 2 3`.
std::string listed(http_response const& reply) {
    json const body{reply.body};
    std::string made;
    for (std::size_t at = 0; at < body.size("/value"); ++at) {
        auto const id = body.text("/value/" + std::to_string(at) + "/id");
        made += (made.empty() ? "" : " ") + std::to_string(std::stoi(id.substr(30), nullptr, 16));
    }
    return made;
}

licence_state in_error(sku_id sku, std::string error) {
    auto made = inherited(sku);
    made.active = false;
    made.error = std::move(error);
    return made;
}

std::vector<user_id> ids(std::vector<std::uint32_t> const& numbers) {
    std::vector<user_id> made;
    for (auto const number : numbers) made.push_back(made_user_id(number));
    return made;
}

}  // namespace

TEST_CASE("who is added to a group holds what it gives, with the plans it switches off") {
    caller client{with(plain_tenant(3), giving({{skus::power_bi_pro, {skus::bi_azure_p2}}}))};
    auto const reply = join(client, {3, 1});
    CHECK(reply.status == 204);
    CHECK(reply.body.empty());
    CHECK(client.of.true_members(sales) == ids({3, 1}));
    auto held = inherited(skus::power_bi_pro);
    held.disabled_plans = {skus::bi_azure_p2};
    CHECK(client.truly(1).licences == std::vector{held});
    CHECK(client.truly(2).licences.empty());
    CHECK(client.truly(skus::power_bi_pro).consumed == 2);
    json const shown{
        client.ask("GET", "/users/p1@contoso.example?$select=licenseAssignmentStates").body};
    CHECK(shown.text("/licenseAssignmentStates/0/assignedByGroup") == sales.str());
    CHECK(shown.text("/licenseAssignmentStates/0/state") == "Active");
}

TEST_CASE("a group asks no usage location of its members") {
    auto nowhere = person(1);
    nowhere.who.usage_location.clear();
    caller client{with(tenant_of({nowhere}), giving_pro())};
    CHECK(join(client, {1}).status == 204);
    CHECK(client.truly(1).licences == std::vector{inherited(skus::power_bi_pro)});
    CHECK(client.truly(1).usage_location.empty());
}

TEST_CASE("one who cannot be added keeps all others of the request out") {
    caller client{with(plain_tenant(5), giving_pro({2}))};
    auto const again = join(client, {1, 2, 3});
    CHECK(again.status == 400);
    CHECK(message_of(again) ==
          "One or more added object references already exist for the following modified "
          "properties: 'members'.");
    auto const unknown = join(client, {1, 99});
    CHECK(unknown.status == 404);
    CHECK(message_of(unknown).find(made_user_id(99).str()) != std::string::npos);
    CHECK(join(client, {4, 4}).status == 400);
    CHECK(client.of.true_members(sales) == ids({2}));
    CHECK(client.truly(1).licences.empty());
    CHECK(client.of.counted().writes_accepted == 0);
}

TEST_CASE("at most twenty are added by one request, and by whole addresses only") {
    caller client{with(plain_tenant(21), giving_pro())};
    std::vector<std::uint32_t> many;
    for (std::uint32_t number = 1; number <= 21; ++number) many.push_back(number);
    CHECK(join(client, many).status == 400);
    many.pop_back();
    CHECK(join(client, many).status == 204);
    CHECK(client.of.true_members(sales).size() == 20);
    auto const last = made_user_id(21).str();
    for (std::string const& body :
         {R"({"members@odata.bind":["directoryObjects/)" + last + R"("]})",
          R"({"members@odata.bind":["https://graph.example/v1.0/groups/)" + last + R"("]})",
          std::string{R"({"members@odata.bind":["https://graph.example/v1.0/users/nobody"]})"},
          std::string{R"({"members@odata.bind":[]})"}, std::string{R"({"displayName":"x"})"},
          std::string{"{}"}, std::string{"[1]"}, std::string{}}) {
        INFO(body);
        CHECK(client.ask("PATCH", at_sales, body).status == 400);
    }
    CHECK(client.of.true_members(sales).size() == 20);
}

TEST_CASE("one member is added by members/$ref as well") {
    caller client{with(plain_tenant(2), giving_pro())};
    auto const body = R"({"@odata.id":)" + reference(made_user_id(2)) + "}";
    CHECK(client.ask("POST", at_sales + "/members/$ref", body).status == 204);
    CHECK(client.truly(2).licences == std::vector{inherited(skus::power_bi_pro)});
    CHECK(client.ask("POST", at_sales + "/members/$ref", body).status == 400);
    CHECK(client.ask("POST", at_sales + "/members/$ref", binding({1})).status == 400);
    CHECK(client.ask("PATCH", at_sales, body).status == 400);
}

TEST_CASE("who is taken out of a group loses what it gave, and his seat is free") {
    caller client{with(plain_tenant(2), giving_pro({1, 2}))};
    CHECK(client.truly(skus::power_bi_pro).consumed == 2);
    CHECK(leave(client, 1).status == 204);
    CHECK(client.truly(1).licences.empty());
    CHECK(client.truly(skus::power_bi_pro).consumed == 1);
    CHECK(client.of.true_members(sales) == ids({2}));
    // He is not there any more, and the message says who is not.
    auto const again = leave(client, 1);
    CHECK(again.status == 404);
    CHECK(message_of(again).find(made_user_id(1).str()) != std::string::npos);
    CHECK(leave(client, 99).status == 404);
    auto const nowhere = client.ask("DELETE", "/groups/" + made_user_id(1).str() + "/members/" +
                                                  made_user_id(2).str() + "/$ref");
    CHECK(nowhere.status == 404);
    CHECK(message_of(nowhere).find(made_user_id(2).str()) == std::string::npos);
}

TEST_CASE("nobody is added to or taken out of a dynamic or a synchronised group") {
    struct row {
        group_kind kind;
        std::string words;
    };
    for (auto const& [kind, words] :
         {row{group_kind::dynamic, "dynamic membership"},
          row{group_kind::synced, "on-premises mastered Directory Sync objects"}}) {
        INFO(words);
        caller client{with(plain_tenant(2), giving({{skus::power_bi_pro, {}}}, {1}, kind))};
        for (auto const& reply : {join(client, {2}), leave(client, 1)}) {
            CHECK(reply.status == 400);
            CHECK(message_of(reply).find(words) != std::string::npos);
        }
        CHECK(client.of.true_members(sales) == ids({1}));
        // What it gives can be changed all the same.
        CHECK(
            client.ask("POST", at_sales + "/assignLicense", add(skus::power_bi_standard)).status ==
            202);
        CHECK(client.truly(1).licences.size() == 2);
    }
}

TEST_CASE("a group's licences come and go some time after its members do") {
    caller client{with(plain_tenant(2), giving_pro()), lagging(60s)};
    CHECK(processing(client) == "ProcessingComplete");
    join(client, {1});
    CHECK(client.of.true_members(sales) == ids({1}));
    CHECK(client.truly(1).licences.empty());
    CHECK(processing(client) == "QueuedForProcessing");
    std::string seen = "QueuedForProcessing";
    duration waited{};
    while (seen != "ProcessingComplete") {
        INFO(seen);
        REQUIRE(waited < 600s);
        CHECK(client.truly(1).licences.empty());
        client.pass(100ms);
        waited += 100ms;
        auto const now = processing(client);
        // It never goes back.
        CHECK((seen != "ProcessingInProgress" || now != "QueuedForProcessing"));
        seen = now;
    }
    CHECK(waited >= 6s);
    CHECK(client.truly(1).licences == std::vector{inherited(skus::power_bi_pro)});
    leave(client, 1);
    CHECK(client.truly(1).licences.size() == 1);
    CHECK(client.of.true_members(sales).empty());
    client.pass(600s);
    processing(client);
    CHECK(client.truly(1).licences.empty());
    CHECK(client.truly(skus::power_bi_pro).consumed == 0);
}

TEST_CASE("who leaves before his licence has come never gets it, who comes back keeps it") {
    caller client{with(plain_tenant(2), giving_pro({2})), lagging(60s)};
    join(client, {1});
    leave(client, 1);
    leave(client, 2);
    join(client, {2});
    for (int times = 0; times < 700; ++times) {
        client.pass(1s);
        processing(client);
        REQUIRE(client.truly(1).licences.empty());
        REQUIRE(client.truly(2).licences.size() == 1);
    }
}

TEST_CASE("the same seed draws the same lags, another one others") {
    auto const time_of = [](std::uint64_t seed) {
        auto chosen = lagging(60s);
        chosen.seed = seed;
        caller client{with(plain_tenant(1), giving_pro()), chosen};
        join(client, {1});
        while (client.truly(1).licences.empty()) {
            client.pass(10ms);
            processing(client);
        }
        return client.now;
    };
    CHECK(time_of(1) == time_of(1));
    CHECK(time_of(1) != time_of(2));
}

TEST_CASE("a user takes one seat, however many sources his licence has") {
    caller client{
        with_seats(with(tenant_of({person(1, {direct(skus::power_bi_pro)})}), giving_pro()),
                   skus::power_bi_pro, 1)};
    CHECK(join(client, {1}).status == 204);
    CHECK(client.truly(1).licences ==
          std::vector{direct(skus::power_bi_pro), inherited(skus::power_bi_pro)});
    CHECK(client.truly(skus::power_bi_pro).consumed == 1);
    // The direct one goes, the seat stays with the group's.
    CHECK(client.assign(1, licences({}, {skus::power_bi_pro})).status == 200);
    CHECK(client.truly(1).licences == std::vector{inherited(skus::power_bi_pro)});
    CHECK(client.truly(skus::power_bi_pro).consumed == 1);
    auto const inherited_one = client.assign(1, licences({}, {skus::power_bi_pro}));
    CHECK(inherited_one.status == 400);
    CHECK(message_of(inherited_one).find("inherited from a group") != std::string::npos);
}

TEST_CASE("a member without a seat is in error until the group is next processed with one free") {
    caller client{with_seats(with(plain_tenant(4), giving_pro({1})), skus::power_bi_pro, 2)};
    CHECK(join(client, {2, 3}).status == 204);
    CHECK(client.truly(2).licences == std::vector{inherited(skus::power_bi_pro)});
    CHECK(client.truly(3).licences == std::vector{in_error(skus::power_bi_pro, "CountViolation")});
    CHECK(client.truly(skus::power_bi_pro).consumed == 2);
    auto const list = at_sales + "/membersWithLicenseErrors";
    CHECK(listed(client.ask("GET", list)) == "3");
    json const shown{client.ask("GET", list + "?$select=licenseAssignmentStates").body};
    CHECK(shown.text("/value/0/licenseAssignmentStates/0/state") == "Error");
    CHECK(shown.text("/value/0/licenseAssignmentStates/0/error") == "CountViolation");
    // A seat more changes nothing by itself.
    client.of.take_seats(skus::power_bi_pro, -1, client.now);
    client.pass(50min);
    CHECK(listed(client.ask("GET", list)) == "3");
    // One who leaves frees his seat, and his leaving is what the group is processed for.
    CHECK(leave(client, 1).status == 204);
    CHECK(client.truly(3).licences == std::vector{inherited(skus::power_bi_pro)});
    CHECK(listed(client.ask("GET", list)).empty());
    CHECK(client.truly(skus::power_bi_pro).consumed == 2);
}

TEST_CASE("when one licence of a group cannot be given, none of it is, and each says why") {
    auto clash = person(4);
    clash.address_clash = true;
    auto description = tenant_of({person(1), person(2, {direct(skus::exchange_standard)}),
                                  person(3, {direct(skus::microsoft_365_e3)}), clash});
    // Teams Phone needs a plan of the suite; the suite's Exchange excludes the small one.
    caller client{with(description, giving({{skus::teams_phone, {}}}))};
    join(client, {1, 3});
    CHECK(client.truly(1).licences ==
          std::vector{in_error(skus::teams_phone, "DependencyViolation")});
    CHECK(client.truly(3).licences ==
          std::vector{direct(skus::microsoft_365_e3), inherited(skus::teams_phone)});
    CHECK(client.truly(skus::teams_phone).consumed == 1);
    // With both in the group, each user gets both or neither.
    CHECK(client.ask("POST", at_sales + "/assignLicense", add(skus::microsoft_365_e3)).status ==
          202);
    CHECK(client.truly(1).licences.size() == 2);
    for (auto const& one : client.truly(1).licences) CHECK(one.active);
    join(client, {2, 4});
    auto const errors = [&](std::uint32_t number) {
        std::string made;
        for (auto const& one : client.truly(number).licences) {
            if (!one.by_group) continue;
            CHECK_FALSE(one.active);
            made += (one.sku == skus::teams_phone ? "phone " : "suite ") + one.error + " ";
        }
        return made;
    };
    CHECK(errors(2) == "suite MutuallyExclusiveViolation phone Other ");
    CHECK(errors(4) == "suite UniquenessViolation phone UniquenessViolation ");
    CHECK(client.truly(2).licences.front() == direct(skus::exchange_standard));
}

TEST_CASE("what a group gives is changed by assignLicense, for all its members") {
    caller client{with(plain_tenant(3), giving_pro({1, 2})), lagging(10s)};
    auto const reply = client.ask("POST", at_sales + "/assignLicense",
                                  licences({{skus::power_bi_standard, {}}}, {skus::power_bi_pro}));
    CHECK(reply.status == 202);
    CHECK(json{reply.body}.text("/id") == sales.str());
    CHECK(header(reply, "Location") == "https://graph.example/v1.0" + at_sales);
    CHECK(client.of.true_group(sales)->licences ==
          std::vector{licence_add{skus::power_bi_standard, {}}});
    CHECK(client.truly(1).licences == std::vector{inherited(skus::power_bi_pro)});
    client.pass(100s);
    CHECK(processing(client) == "ProcessingComplete");
    CHECK(client.truly(1).licences == std::vector{inherited(skus::power_bi_standard)});
    CHECK(client.truly(2).licences == std::vector{inherited(skus::power_bi_standard)});
    CHECK(client.truly(skus::power_bi_pro).consumed == 0);
    auto const nothing = *sku_id::parse("aaaaaaaa-0000-4000-8000-000000000001");
    for (auto const& [body, words] : std::vector<std::pair<std::string, std::string>>{
             {licences({}), "No license changes provided"},
             {licences({}, {skus::power_bi_pro}), "does not have a corresponding license"},
             {add(nothing), "does not correspond to a valid company License"},
             {add(skus::power_bi_pro_dept), "does not correspond to a valid company License"},
             {add(skus::power_bi_pro, {skus::teams}), "is not part of license"},
             {"{}", "missing from the request payload"}}) {
        INFO(body);
        auto const refused = client.ask("POST", at_sales + "/assignLicense", body);
        CHECK(refused.status == 400);
        CHECK(message_of(refused).find(words) != std::string::npos);
    }
}

TEST_CASE("a group is shown with its kind, its licences and how far they are") {
    caller client{with(plain_tenant(1), giving({{skus::power_bi_pro, {skus::bi_azure_p2}}}, {},
                                               group_kind::dynamic))};
    json const shown{client
                         .ask("GET", at_sales +
                                         "?$select=id,displayName,groupTypes,onPremisesSyncEnabled,"
                                         "assignedLicenses,licenseProcessingState")
                         .body};
    CHECK(shown.text("/id") == sales.str());
    CHECK(shown.text("/displayName") == "Sales");
    CHECK(shown.text("/groupTypes/0") == "DynamicMembership");
    CHECK(shown.is_null("/onPremisesSyncEnabled"));
    CHECK(shown.text("/assignedLicenses/0/skuId") == skus::power_bi_pro.str());
    CHECK(shown.text("/assignedLicenses/0/disabledPlans/0") == skus::bi_azure_p2.str());
    CHECK(shown.text("/licenseProcessingState/state") == "ProcessingComplete");
    // Licences are shown only when they are asked for.
    CHECK_FALSE(json{client.ask("GET", at_sales).body}.has("/assignedLicenses"));
    CHECK(client.ask("GET", at_sales + "?$select=id,colour").status == 400);
    CHECK(client.ask("GET", "/groups/" + made_user_id(1).str()).status == 404);
    CHECK(client.ask("GET", "/groups/no-guid").status == 404);
}

TEST_CASE("groups are found by their name, whatever its case, over pages") {
    auto described = plain_tenant(1);
    described.groups.clear();
    for (std::uint32_t number = 1; number <= 5; ++number) {
        auto one = giving({});
        one.id = group_id{made_user_id(number).value};
        one.name = number % 2 == 1 ? "Bob's R&D" : "Other";
        described.groups.push_back(one);
    }
    caller client{described};
    auto const by_name = "/groups?$filter=displayName%20eq%20%27bob%27%27s%20r%26d%27";
    CHECK(listed(client.ask("GET", by_name)) == "1 3 5");
    auto const first = client.ask("GET", std::string{by_name} + "&$top=2&$select=id");
    CHECK(listed(first) == "1 3");
    auto const last = client.ask("GET", json{first.body}.text("/@odata.nextLink"));
    CHECK(listed(last) == "5");
    CHECK_FALSE(json{last.body}.has("/@odata.nextLink"));
    CHECK(listed(client.ask("GET", "/groups")) == "1 2 3 4 5");
    CHECK(listed(client.ask("GET", "/groups?$filter=displayName%20eq%20%27none%27")).empty());
    for (auto const* const filter : {"mail%20eq%20%27x%27", "displayName%20eq%20%27it%27s%27",
                                     "displayName%20eq%20x", "", "displayName%20eq%20%27"}) {
        INFO(filter);
        CHECK(client.ask("GET", std::string{"/groups?$filter="} + filter).status == 400);
    }
}

TEST_CASE("members come in pages, as they joined, and again after some have left") {
    caller client{with(plain_tenant(9), giving_pro({5, 4, 3, 2, 1}))};
    auto const first = client.ask("GET", at_sales + "/members?$select=id,assignedLicenses&$top=2");
    CHECK(listed(first) == "5 4");
    json const body{first.body};
    CHECK(body.text("/value/0/@odata.type") == "#microsoft.graph.user");
    CHECK(body.text("/value/0/assignedLicenses/0/skuId") == skus::power_bi_pro.str());
    // Changes between two pages move nobody to another page.
    leave(client, 5);
    leave(client, 2);
    join(client, {9});
    auto const second = client.ask("GET", body.text("/@odata.nextLink"));
    CHECK(listed(second) == "3 1");
    CHECK(listed(client.ask("GET", json{second.body}.text("/@odata.nextLink"))) == "9");
    CHECK(listed(client.ask("GET", at_sales + "/members")) == "4 3 1 9");
    CHECK(client.ask("GET", at_sales + "/members?$top=1000").status == 400);
    CHECK(client.ask("GET", at_sales + "/members?$skiptoken=x").status == 400);
    CHECK(client.ask("GET", "/groups/" + made_user_id(1).str() + "/members").status == 404);
}

TEST_CASE("a page of members can be empty and still have a next one") {
    caller client{with(plain_tenant(9), giving_pro({1, 2, 3, 4, 5, 6, 7}))};
    client.of.settings().faults.empty_page = 0.5;
    std::string all;
    int pages = 0;
    std::string next = at_sales + "/members?$top=2&$select=id";
    for (; !next.empty() && pages < 100; ++pages) {
        auto const reply = client.ask("GET", next);
        json const body{reply.body};
        if (body.size("/value") > 0) all += listed(reply) + " ";
        auto const asked = next;
        next = body.has("/@odata.nextLink") ? body.text("/@odata.nextLink") : "";
        CHECK(next != asked);
    }
    CHECK(pages > 4);
    CHECK(all == "1 2 3 4 5 6 7 ");
}

TEST_CASE("a roll that hundreds have left is still read page by page") {
    caller client{with(plain_tenant(300), giving_pro()), unlimited()};
    for (std::uint32_t number = 1; number <= 300; ++number) join(client, {number});
    auto const first = client.ask("GET", at_sales + "/members?$top=250");
    for (std::uint32_t number = 1; number <= 290; ++number) leave(client, number);
    CHECK(listed(client.ask("GET", at_sales + "/members")) ==
          "291 292 293 294 295 296 297 298 299 300");
    CHECK(listed(client.ask("GET", json{first.body}.text("/@odata.nextLink"))) ==
          "291 292 293 294 295 296 297 298 299 300");
    CHECK(client.truly(skus::power_bi_pro).consumed == 10);
}

TEST_CASE("reads show groups as late as everything else") {
    auto chosen = lagging(60s);
    chosen.read_lag = 30s;
    caller client{with(plain_tenant(2), giving_pro({1})), chosen};
    client.pass(50min);
    join(client, {2});
    leave(client, 1);
    client.ask("POST", at_sales + "/assignLicense", licences({}, {skus::power_bi_pro}));
    auto const given = [&] {
        json const body{client.ask("GET", at_sales + "?$select=assignedLicenses").body};
        return body.size("/assignedLicenses");
    };
    CHECK(client.of.true_members(sales) == ids({2}));
    CHECK(client.of.true_group(sales)->licences.empty());
    client.pass(29s);
    CHECK(listed(client.ask("GET", at_sales + "/members")) == "1");
    CHECK(given() == 1);
    client.pass(2s);
    CHECK(listed(client.ask("GET", at_sales + "/members")) == "2");
    CHECK(given() == 0);
}

TEST_CASE("memberships cost a write each, lists of members more than one unit") {
    options chosen;
    chosen.writes = quota{2, 150s};
    caller client{with(plain_tenant(9), giving_pro()), chosen};
    auto const units = [&](std::string const& path) {
        return header(client.ask("GET", path), "x-ms-resource-unit");
    };
    CHECK(units(at_sales + "/members") == "3");
    CHECK(units(at_sales + "/members?$select=id") == "2");
    CHECK(units(at_sales + "/membersWithLicenseErrors") == "3");
    CHECK(units(at_sales) == "1");
    CHECK(units("/groups?$filter=displayName%20eq%20%27Sales%27&$select=id") == "1");
    // Five members are one write.
    auto const first = join(client, {1, 2, 3, 4, 5});
    CHECK(header(first, "x-ms-resource-unit") == "1");
    CHECK(leave(client, 1).status == 204);
    CHECK(join(client, {6}).status == 429);
    CHECK(client.of.counted().writes_accepted == 2);
    CHECK(client.of.counted().writes_throttled == 1);
    CHECK(client.of.counted().users_touched == 5);
    CHECK(client.of.writes_accepted(made_user_id(1)) == 2);
    CHECK(client.of.writes_accepted(made_user_id(5)) == 1);
}

TEST_CASE("the log has an entry for each member, and the group with it") {
    options chosen;
    chosen.keep_log = true;
    caller client{with(plain_tenant(3), giving_pro()), chosen};
    join(client, {1, 2});
    client.pass(3s);
    leave(client, 2);
    client.ask("POST", at_sales + "/assignLicense", add(skus::power_bi_standard));
    client.assign(3, add(skus::power_bi_pro));
    auto const log = client.of.log();
    REQUIRE(log.size() == 5);
    using kind = operation_kind;
    CHECK(log[0] == accepted_write{time_point{}, made_user_id(1), kind::add_members, sales});
    CHECK(log[1] == accepted_write{time_point{}, made_user_id(2), kind::add_members, sales});
    CHECK(log[2] == accepted_write{time_point{3s}, made_user_id(2), kind::remove_member, sales});
    CHECK(log[3] == accepted_write{time_point{3s}, user_id{}, kind::assign_group_licences, sales});
    CHECK(log[4] == accepted_write{time_point{3s}, made_user_id(3), kind::assign_licences});
}

TEST_CASE("parts of a batch change groups; two at once for one user collide") {
    options chosen;
    chosen.shuffle_parts = false;
    caller client{with(plain_tenant(4), giving_pro({4})), chosen};
    auto const part = [](std::string id, std::string method, std::string const& url,
                         std::string const& body) {
        auto made = R"({"id":")" + id + R"(","method":")" + method + R"(","url":")" + url + '"';
        if (!body.empty()) {
            made += R"(,"headers":{"Content-Type":"application/json"},"body":)" + body;
        }
        return made + "}";
    };
    auto const reply = client.ask(
        "POST", "/$batch",
        R"({"requests":[)" + part("1", "PATCH", at_sales, binding({1, 2})) + "," +
            part("2", "DELETE", at_sales + "/members/" + made_user_id(4).str() + "/$ref", "") +
            "," + part("3", "PATCH", at_sales, binding({2, 3})) + "," +
            part("4", "GET", at_sales + "/members", "") + "]}");
    json const body{reply.body};
    CHECK(body.number("/responses/0/status") == 204);
    CHECK(body.number("/responses/1/status") == 204);
    CHECK(body.number("/responses/2/status") == 409);
    CHECK(body.number("/responses/3/status") == 200);
    CHECK(client.of.true_members(sales) == ids({1, 2}));
}

TEST_CASE("what is served of groups, and what is not") {
    caller client{with(plain_tenant(1), giving_pro({1}))};
    auto const status = [&](std::string method, std::string const& path) {
        return client.ask(std::move(method), path).status;
    };
    CHECK(status("POST", "/groups") == 405);
    CHECK(status("DELETE", at_sales) == 405);
    CHECK(status("GET", at_sales + "/assignLicense") == 405);
    CHECK(status("GET", at_sales + "/owners") == 400);
    CHECK(status("GET", at_sales + "/membersWithLicenseErrors/x") == 400);
    CHECK(status("DELETE", at_sales + "/members/" + made_user_id(1).str()) == 400);
    CHECK(status("GET", at_sales + "/members?$filter=x") == 400);
    CHECK(client.of.true_members(sales) == ids({1}));
    CHECK_FALSE(client.of.true_group(group_id{}));
    CHECK(client.of.true_members(group_id{}).empty());
}

TEST_CASE("members who are described without a licence have it, strangers lose it") {
    auto description = tenant_of({person(1), person(2, {inherited(skus::power_bi_pro)}),
                                  person(3, {in_error(skus::power_bi_pro, "CountViolation")})});
    caller client{with(description, giving_pro({1, 3}))};
    CHECK(client.truly(1).licences == std::vector{inherited(skus::power_bi_pro)});
    CHECK(client.truly(2).licences.empty());
    // An error stays until the group is processed again.
    CHECK(client.truly(3).licences == std::vector{in_error(skus::power_bi_pro, "CountViolation")});
    CHECK(client.truly(skus::power_bi_pro).consumed == 1);
    join(client, {2});
    CHECK(client.truly(3).licences == std::vector{inherited(skus::power_bi_pro)});
}

TEST_CASE(
    "who is deleted is in no group any more, and what was under way for him comes to nothing") {
    caller client{with_seats(with(plain_tenant(4), giving_pro({1, 2})), skus::power_bi_pro, 2),
                  lagging(60s)};
    join(client, {3, 4});
    client.of.remove_user(made_user_id(3), client.now, client.wall());
    CHECK(client.ask("DELETE", "/users/p1@contoso.example").status == 204);
    CHECK(client.of.true_members(sales) == ids({2, 4}));
    CHECK(listed(client.ask("GET", at_sales + "/members")) == "2 4");
    client.pass(600s);
    CHECK(processing(client) == "ProcessingComplete");
    CHECK(client.truly(4).licences == std::vector{inherited(skus::power_bi_pro)});
    CHECK(client.truly(skus::power_bi_pro).consumed == 2);
    // What is written down can be a tenant again.
    CHECK_FALSE(find_error(client.of.describe()));
}

TEST_CASE("a licence through a group that is not described stays as it is") {
    caller client{with(tenant_of({person(1, {inherited(skus::power_bi_pro)})}), [] {
        auto other = giving_pro();
        other.id = *group_id::parse("22222222-aaaa-4bbb-8ccc-0000000000aa");
        return other;
    }())};
    CHECK(client.truly(1).licences == std::vector{inherited(skus::power_bi_pro)});
}

TEST_CASE("a made tenant has a group to write to and one that a rule decides") {
    auto const made = make_tenant({.users = 2000});
    REQUIRE(made.groups.size() == 2);
    CHECK(made.groups[0].name == "Power BI analysts");
    CHECK(made.groups[0].kind == group_kind::assigned);
    CHECK(made.groups[0].licences == std::vector{licence_add{skus::power_bi_pro, {}}});
    CHECK(made.groups[0].members.size() > 1);
    CHECK(made.groups[1].name == "Contractors");
    CHECK(made.groups[1].kind == group_kind::dynamic);
    // What users are said to hold and what the groups give agree, so nothing changes by itself.
    tenant const of{made, {}};
    CHECK(of.describe() == made);
}

TEST_CASE("a large group is worked off in good time") {
    // With a step for each member in error at each change this would take minutes.
    auto description = with_seats(with(plain_tenant(20'000), giving_pro()), skus::power_bi_pro, 10);
    caller client{description, unlimited()};
    for (std::uint32_t number = 1; number <= 20'000; number += 20) {
        std::vector<std::uint32_t> twenty;
        for (std::uint32_t at = 0; at < 20; ++at) twenty.push_back(number + at);
        REQUIRE(join(client, twenty).status == 204);
    }
    CHECK(client.truly(skus::power_bi_pro).consumed == 10);
    CHECK(client.of.true_members(sales).size() == 20'000);
}
