// What is asked of groups, and what the answers mean.
#include <vector>

#include "connectors/graph/wire/replies.hpp"
#include "connectors/graph/wire/requests.hpp"
#include "shapes.hpp"
#include "tests/support/catch.hpp"

using namespace allot;
using namespace allot::graph::wire;
using kind = outcome_kind;

namespace {

std::string const root = "https://graph.microsoft.com";
std::string const sales = "22222222-aaaa-4bbb-8ccc-000000000002";
std::string const bob = "11111111-aaaa-4bbb-8ccc-0000000000b0";
std::string const selected =
    "$select=id,displayName,groupTypes,onPremisesSyncEnabled,assignedLicenses,"
    "licenseProcessingState";
std::string const group_body =
    R"({"@odata.context":"c","id":"22222222-aaaa-4bbb-8ccc-000000000002",
 "displayName":"Sales","groupTypes":["Unified","DynamicMembership"],"onPremisesSyncEnabled":null,
 "assignedLicenses":[{"disabledPlans":["70d33638-9c74-4d01-bfd3-562de28bd4ba"],
   "skuId":"f8a1db68-be16-40ed-86d5-cb42ce701560"},
  {"disabledPlans":[],"skuId":"06ebc4ee-1bb5-47dd-8120-11324bc54e06"}],
 "licenseProcessingState":{"state":"ProcessingComplete"}})";

operation of_sales(operation_kind what, std::vector<std::string> const& members = {}) {
    operation made;
    made.kind = what;
    made.group = *group_id::parse(sales);
    for (auto const& one : members) made.members.push_back(*user_id::parse(one));
    return made;
}

operation add_both() {
    return of_sales(operation_kind::add_members, {shapes::ana, bob});
}

operation remove_bob() {
    return of_sales(operation_kind::remove_member, {bob});
}

outcome came(operation const& asked, int status, std::string body) {
    return read_outcome(asked, shapes::reply(status, std::move(body)), shapes::now);
}

std::string missing(std::string const& id) {
    return shapes::error("Request_ResourceNotFound",
                         "Resource '" + id +
                             "' does not exist or one of its queried reference-property objects "
                             "are not present.");
}

std::string bad(std::string const& message) {
    return shapes::error("Request_BadRequest", message);
}

page<group> groups(std::string const& name, int status, std::string body) {
    return read_groups_page(shapes::reply(status, std::move(body)), name, root,
                            groups_request(root, name).url, shapes::now);
}

}  // namespace

TEST_CASE("people are added to a group by their whole addresses, in one PATCH", "[graph]") {
    auto const made = operation_request(root, add_both());
    CHECK(made.method == "PATCH");
    CHECK(made.url == root + "/v1.0/groups/" + sales);
    CHECK(made.body == R"({"members@odata.bind":[")" + root + "/v1.0/directoryObjects/" +
                           shapes::ana + R"(",")" + root + "/v1.0/directoryObjects/" + bob +
                           R"("]})");
    CHECK(*find_header(made.headers, "Content-Type") == "application/json");
}

TEST_CASE("one person is taken out of a group with a DELETE that has no body", "[graph]") {
    auto const made = operation_request(root, remove_bob());
    CHECK(made.method == "DELETE");
    CHECK(made.url == root + "/v1.0/groups/" + sales + "/members/" + bob + "/$ref");
    CHECK(made.body.empty());
    CHECK(made.headers.empty());
}

TEST_CASE("a group's licences are changed as a user's are, at the group's address", "[graph]") {
    auto wanted = of_sales(operation_kind::assign_group_licences);
    wanted.adds.push_back({*sku_id::parse(shapes::pro), {}});
    auto const made = operation_request(root, wanted);
    CHECK(made.method == "POST");
    CHECK(made.url == root + "/v1.0/groups/" + sales + "/assignLicense");
    CHECK(made.body == R"({"addLicenses":[{"disabledPlans":[],"skuId":")" + shapes::pro +
                           R"("}],"removeLicenses":[]})");
}

TEST_CASE("a group is asked for by its id, or by its name with all that needs care", "[graph]") {
    CHECK(operation_request(root, of_sales(operation_kind::read_group)).url ==
          root + "/v1.0/groups/" + sales + "?" + selected);
    CHECK(groups_request(root, sales).url == root + "/v1.0/groups/" + sales + "?" + selected);
    CHECK(groups_request(root, "Bob's R&D #1+").url ==
          root + "/v1.0/groups?$filter=displayName%20eq%20%27Bob%27%27s%20R%26D%20%231%2B%27&" +
              selected);
    auto const of = *group_id::parse(sales);
    std::string const tail =
        "?$select=id,userPrincipalName,accountEnabled,usageLocation,assignedLicenses,"
        "licenseAssignmentStates&$top=999";
    CHECK(members_request(root, of, false).url ==
          root + "/v1.0/groups/" + sales + "/members" + tail);
    CHECK(members_request(root, of, true).url ==
          root + "/v1.0/groups/" + sales + "/membersWithLicenseErrors" + tail);
}

TEST_CASE("members in error are asked for in a batch, and those of one page read", "[graph]") {
    auto const asked = of_sales(operation_kind::read_members_in_error);
    auto const made = operation_request(root, asked);
    CHECK(made.method == "GET");
    CHECK(made.url == root + "/v1.0/groups/" + sales +
                          "/membersWithLicenseErrors?$select=id,userPrincipalName,accountEnabled,"
                          "usageLocation,assignedLicenses,licenseAssignmentStates&$top=100");
    auto const page = [](std::string const& members, std::string const& rest = "") {
        return R"({"value":[{"@odata.type":"#microsoft.graph.device","id":"d"})" + members + "]" +
               rest + "}";
    };
    auto const all = came(asked, 200, page("," + shapes::user));
    REQUIRE(all.kind == kind::done);
    REQUIRE(all.read_members);
    REQUIRE(all.read_members->size() == 1);
    CHECK(all.read_members->front().upn == "ana.q@contoso.example");
    CHECK_FALSE(all.more_members);
    CHECK(came(asked, 200, page("", R"(,"@odata.nextLink":"https://elsewhere")")).more_members);
    CHECK(came(asked, 200, page(R"(,{"id":")" + bob + R"("})")).kind == kind::transient);
    CHECK(came(asked, 200, "{}").kind == kind::transient);
    CHECK(came(asked, 200, "<html>").kind == kind::transient);
    CHECK(came(asked, 404, missing(sales)).why == reason::group_not_found);
}

TEST_CASE("a batch carries a group's operations as they are sent alone", "[graph]") {
    std::vector<operation> const operations{of_sales(operation_kind::read_group), add_both(),
                                            remove_bob()};
    std::vector<std::string> const ids{"a", "b", "c"};
    auto const body = batch_request(root, operations, ids).body;
    auto const has = [&](std::string const& text) {
        INFO(text);
        CHECK(body.find(text) != std::string::npos);
    };
    has(R"("id":"1","method":"GET","url":"/groups/)" + sales + "?" + selected + R"(")");
    has(R"("id":"2","method":"PATCH","url":"/groups/)" + sales + R"(")");
    has(R"("body":{"members@odata.bind":["https://graph.microsoft.com/v1.0/directoryObjects/)" +
        shapes::ana);
    has(R"("id":"3","method":"DELETE","url":"/groups/)" + sales + "/members/" + bob + "/$ref");
    // Nothing follows the headers of a DELETE: no Content-Type, no body.
    CHECK(
        body.ends_with(R"("headers":{"client-request-id":"c","x-ms-throttle-priority":"Low"}}]})"));
}

TEST_CASE("a group is read with its kind, its licences and how far they are", "[graph]") {
    auto const made = came(of_sales(operation_kind::read_group), 200, group_body);
    CHECK(made.kind == kind::done);
    REQUIRE(made.read_group);
    CHECK(made.read_group->id.str() == sales);
    CHECK(made.read_group->name == "Sales");
    CHECK(made.read_group->dynamic);
    CHECK_FALSE(made.read_group->synced);
    CHECK(made.read_group->processing == "ProcessingComplete");
    REQUIRE(made.read_group->licences.size() == 2);
    CHECK(made.read_group->licences[0].sku.str() == shapes::e5);
    CHECK(made.read_group->licences[1].disabled_plans.size() == 1);

    auto const plain = came(of_sales(operation_kind::read_group), 200,
                            R"({"id":")" + sales +
                                R"(","displayName":null,"groupTypes":[],"assignedLicenses":[],
        "onPremisesSyncEnabled":true,"licenseProcessingState":null})");
    REQUIRE(plain.read_group);
    CHECK(plain.read_group->synced);
    CHECK_FALSE(plain.read_group->dynamic);
    CHECK(plain.read_group->processing.empty());
}

TEST_CASE("a group's name that is longer than there can be is cut, and ends so", "[graph]") {
    auto const named = [](std::string const& name) {
        auto body = group_body;
        body.replace(body.find("\"Sales\"") + 1, 5, name);
        auto const made = came(of_sales(operation_kind::read_group), 200, body);
        REQUIRE(made.read_group);
        return made.read_group->name;
    };
    std::string const longest(1024, 'S');
    CHECK(named(longest) == longest);
    CHECK(named(longest + "S") == std::string(1021, 'S') + "…");
    CHECK(groups(longest, 200, R"({"value":[)" + group_body + "]}").items.empty());
}

TEST_CASE("of a group that is not whole, or is another one, nothing is concluded", "[graph]") {
    auto const asked = of_sales(operation_kind::read_group);
    for (auto const* const without : {"displayName", "groupTypes", "onPremisesSyncEnabled",
                                      "assignedLicenses", "000000000002", "skuId"}) {
        INFO(without);
        auto body = group_body;
        body.replace(body.find(without), std::string_view{without}.size(), "elsewhere000");
        auto const made = came(asked, 200, body);
        CHECK(made.kind == kind::transient);
        CHECK(made.why == reason::unreadable);
        CHECK_FALSE(made.read_group);
    }
    CHECK(came(asked, 200, group_body.substr(0, 200)).kind == kind::transient);
    CHECK(came(asked, 204, "").kind == kind::transient);
}

TEST_CASE("204 and 202 are the service's yes to a change of a group", "[graph]") {
    CHECK(came(add_both(), 204, "").kind == kind::done);
    CHECK(came(remove_bob(), 204, "").kind == kind::done);
    auto const licences = of_sales(operation_kind::assign_group_licences);
    CHECK(came(licences, 202, R"({"id":")" + sales + R"(","groupTypes":[]})").kind == kind::done);
    CHECK(came(add_both(), 200, "<html>").kind == kind::lost);
    CHECK(came(add_both(), 502, "").kind == kind::lost);
}

TEST_CASE("each refusal of a group's operation has its reason", "[graph]") {
    struct row {
        operation asked;
        int status;
        std::string body;
        kind is;
        reason why;
    };
    auto const group_licences = of_sales(operation_kind::assign_group_licences);
    auto const read = of_sales(operation_kind::read_group);
    std::vector<row> const rows{
        {read, 404, missing(sales), kind::refused, reason::group_not_found},
        {group_licences, 404, missing(sales), kind::refused, reason::group_not_found},
        {add_both(), 404, missing(sales), kind::refused, reason::group_not_found},
        {add_both(), 404, missing(bob), kind::refused, reason::user_not_found},
        {remove_bob(), 404, missing(sales), kind::refused, reason::group_not_found},
        {remove_bob(), 404, missing("11111111-AAAA-4BBB-8CCC-0000000000B0"), kind::refused,
         reason::not_a_member},
        // From something before the service, which does not know.
        {remove_bob(), 404, "<html>", kind::refused, reason::refused},
        {add_both(), 400,
         bad("One or more added object references already exist for the following modified "
             "properties: 'members'."),
         kind::refused, reason::already_member},
        {add_both(), 400,
         bad("The source resource object or one of the objects being referenced do not exist."),
         kind::transient, reason::service_error},
        {add_both(), 400,
         bad("Unable to update the specified properties for on-premises mastered Directory Sync "
             "objects or objects currently undergoing migration."),
         kind::refused, reason::group_not_writable},
        {remove_bob(), 400,
         bad("The members cannot be changed because the group has dynamic membership."),
         kind::refused, reason::group_not_writable},
        {add_both(), 400,
         bad("The group cannot be changed because it is synchronized from on-premises."),
         kind::refused, reason::group_not_writable},
        {add_both(), 403,
         shapes::error("Authorization_RequestDenied",
                       "Insufficient privileges to complete the operation."),
         kind::stopped, reason::permission_refused},
        {group_licences, 400,
         bad("License " + shapes::pro + " does not correspond to a valid company License."),
         kind::refused, reason::sku_not_owned},
        {add_both(), 400, bad("Something else."), kind::refused, reason::refused},
        {add_both(), 429, "", kind::throttled, reason::throttled},
        // The words of groups mean nothing where no group was asked about.
        {shapes::assign_ana(), 400, bad("on-premises mastered"), kind::refused, reason::refused},
        {shapes::assign_ana(), 404, missing(shapes::ana), kind::refused, reason::user_not_found},
    };
    for (auto const& one : rows) {
        INFO(one.status << " " << one.body);
        auto const made = came(one.asked, one.status, one.body);
        CHECK(made.kind == one.is);
        CHECK(made.why == one.why);
    }
    // Whom it is about is in the detail.
    CHECK(came(add_both(), 404, missing(bob)).detail.find(bob) != std::string::npos);
}

TEST_CASE("groups are found by name whatever its case, and no others are believed", "[graph]") {
    auto const other = R"({"id":"22222222-aaaa-4bbb-8ccc-000000000003","displayName":"Sales EMEA",
        "groupTypes":[],"onPremisesSyncEnabled":null,"assignedLicenses":[]})";
    auto const next = root + "/v1.0/groups?$skiptoken=x";
    auto const made = groups(
        "sALES", 200,
        R"({"@odata.nextLink":")" + next + R"(","value":[)" + other + "," + group_body + "]}");
    CHECK(made.how.kind == kind::done);
    REQUIRE(made.items.size() == 1);
    CHECK(made.items[0].id.str() == sales);
    CHECK(made.next == next);
    CHECK(groups("Sales", 200, R"({"value":[]})").items.empty());
    CHECK(groups("Sales", 200, R"({"value":[],"@odata.nextLink":"https://evil.example/"})")
              .how.kind == kind::refused);
    // A list that is refused is no answer to who is in it.
    CHECK(groups("Sales", 404, missing("x")).how.kind == kind::refused);
    CHECK(groups("Sales", 404, missing("x")).how.why == reason::refused);
}

TEST_CASE("an id that no group has is an answer: there is none", "[graph]") {
    auto const found = groups(sales, 200, group_body);
    CHECK(found.how.kind == kind::done);
    REQUIRE(found.items.size() == 1);
    CHECK(found.items[0].name == "Sales");
    auto const none = groups(sales, 404, missing(sales));
    CHECK(none.how.kind == kind::done);
    CHECK(none.how.why == reason::none);
    CHECK(none.items.empty());
    CHECK(groups(sales, 503, "").how.kind == kind::transient);
    CHECK(groups(sales, 404, "<html>").how.kind == kind::refused);
}

TEST_CASE("members that are no users are passed over", "[graph]") {
    auto typed = shapes::user;
    typed.insert(1, R"("@odata.type":"#microsoft.graph.user",)");
    auto const url = members_request(root, *group_id::parse(sales), false).url;
    auto const read = [&](int status, std::string const& body) {
        return read_members_page(shapes::reply(status, body), root, url, shapes::now);
    };
    auto const made =
        read(200, R"({"value":[{"@odata.type":"#microsoft.graph.group","id":")" + sales + R"("},)" +
                      typed + R"(,{"@odata.type":"#microsoft.graph.device","id":"d"},)" +
                      shapes::user + "]}");
    CHECK(made.how.kind == kind::done);
    REQUIRE(made.items.size() == 2);
    CHECK(made.items[0].upn == "ana.q@contoso.example");
    CHECK(made.items[0].licences.size() == 2);
    // A user of whom something is missing makes the page unreadable, as in the list of all.
    auto const partial =
        read(200, R"({"value":[{"@odata.type":"#microsoft.graph.user","id":")" + bob + R"("}]})");
    CHECK(partial.how.kind == kind::transient);
    CHECK(partial.items.empty());
    auto const gone = read(404, missing(sales));
    CHECK(gone.how.kind == kind::refused);
    CHECK(gone.how.why == reason::group_not_found);
}
