// Groups over a transport: finding them, paging their members, changing them.
#include "fakes.hpp"

using namespace allot;
using namespace fakes;
using kind = outcome_kind;

namespace {

std::string const root = "https://graph.example/v1.0";
std::string const sales = "22222222-aaaa-4bbb-8ccc-000000000002";

std::string group_named(std::string const& name, std::string const& id = sales) {
    return R"({"id":")" + id + R"(","displayName":")" + name +
           R"(","groupTypes":[],"onPremisesSyncEnabled":null,"assignedLicenses":[],
             "licenseProcessingState":null})";
}

std::string page(std::string const& items, std::string const& next = {}) {
    std::string const link = next.empty() ? "" : R"("@odata.nextLink":")" + next + R"(",)";
    return "{" + link + R"("value":[)" + items + "]}";
}

operation of_sales(operation_kind what) {
    operation made;
    made.kind = what;
    made.group = *group_id::parse(sales);
    made.members.push_back(*user_id::parse("11111111-aaaa-4bbb-8ccc-000000000001"));
    return made;
}

}  // namespace

TEST_CASE("all groups of a name are found, over all pages", "[client]") {
    bench on;
    auto const next = root + "/groups?$skiptoken=2";
    auto const other = "22222222-aaaa-4bbb-8ccc-000000000003";
    on.through.service = [&](http_request const& request) {
        return request.url == next ? reply(200, page(group_named("SALES", other)))
                                   : reply(200, page(group_named("Sales"), next));
    };
    auto const found = on.run(on.under_test->find_groups("sales"));
    CHECK(found.how.kind == kind::done);
    REQUIRE(found.value.size() == 2);
    CHECK(found.value[0].id.str() == sales);
    CHECK(found.value[1].name == "SALES");
    REQUIRE(on.through.requests.size() == 2);
    CHECK(on.through.requests[0].url.starts_with(root +
                                                 "/groups?$filter=displayName%20eq%20%27sales%27"));
}

TEST_CASE("a group is found by its id, and none by an id that nobody has", "[client]") {
    bench on;
    on.through.service = [&](http_request const& request) {
        return request.url.starts_with(root + "/groups/" + sales + "?")
                   ? reply(200, group_named("Sales"))
                   : reply(404, R"({"error":{"code":"Request_ResourceNotFound","message":"no"}})");
    };
    auto const found = on.run(on.under_test->find_groups(sales));
    REQUIRE(found.value.size() == 1);
    CHECK(found.value[0].name == "Sales");
    auto const none = on.run(on.under_test->find_groups("22222222-aaaa-4bbb-8ccc-0000000000ff"));
    CHECK(none.how.kind == kind::done);
    CHECK(none.value.empty());
}

TEST_CASE("a list of groups that breaks off is no list at all", "[client]") {
    bench on;
    auto const next = root + "/groups?$skiptoken=2";
    on.through.service = [&](http_request const& request) {
        return request.url == next ? reply(503, "") : reply(200, page(group_named("Sales"), next));
    };
    auto const found = on.run(on.under_test->find_groups("Sales"));
    CHECK(found.how.kind == kind::transient);
    CHECK(found.value.empty());
    int asked = 0;
    on.through.service = [&](http_request const&) {
        return reply(200, page("", root + "/groups?$skiptoken=" + std::to_string(++asked)));
    };
    CHECK(on.run(on.under_test->find_groups("Sales")).how.kind == kind::refused);
    CHECK(asked == 100);
}

TEST_CASE("members come a page at a time, those in error from a list of their own", "[client]") {
    bench on;
    auto const next = root + "/groups/" + sales + "/members?$skiptoken=2";
    on.through.service = [&](http_request const& request) {
        if (request.url == next) return reply(200, page(""));
        return reply(200, page(ana, next));
    };
    auto const of = *group_id::parse(sales);
    auto const first = on.run(on.under_test->read_members(of, false, ""));
    CHECK(first.how.kind == kind::done);
    REQUIRE(first.value.users.size() == 1);
    CHECK(first.value.users[0].upn == "ana.q@contoso.example");
    CHECK(first.value.next == next);
    auto const last = on.run(on.under_test->read_members(of, false, first.value.next));
    CHECK(last.how.kind == kind::done);
    CHECK(last.value.next.empty());
    on.run(on.under_test->read_members(of, true, ""));
    REQUIRE(on.through.requests.size() == 3);
    CHECK(on.through.requests[0].url.starts_with(root + "/groups/" + sales + "/members?$select="));
    CHECK(on.through.requests[2].url.starts_with(root + "/groups/" + sales +
                                                 "/membersWithLicenseErrors?$select="));
    // An address kept from somewhere else is not asked: the token would go with it.
    auto const kept = on.run(on.under_test->read_members(of, false, "https://evil.example/v1.0/"));
    CHECK(kept.how.kind == kind::refused);
    CHECK(on.through.requests.size() == 3);
}

TEST_CASE("a token that is refused is renewed for a list of members too", "[client]") {
    bench on;
    on.through.service = [&](http_request const& request) {
        return token_of(request) == "Bearer token-1" ? reply(401, "") : reply(200, page(ana));
    };
    auto const of = *group_id::parse(sales);
    CHECK(on.run(on.under_test->read_members(of, false, "")).value.users.size() == 1);
    CHECK(on.through.sign_ins.size() == 2);
}

TEST_CASE("a batch with users and groups in it comes back in its order", "[client]") {
    bench on;
    on.through.service = [&](http_request const&) {
        return reply(200, R"({"responses":[
            {"id":"4","status":400,"body":{"error":{"code":"Request_BadRequest","message":
             "One or more added object references already exist for the following modified properties: 'members'."}}},
            {"id":"3","status":204},
            {"id":"2","status":200,"body":)" +
                              group_named("Sales") + R"(},{"id":"1","status":200,"body":)" + ana +
                              "}]}");
    };
    std::vector<operation> operations;
    operations.push_back(read_ana());
    operations.push_back(of_sales(operation_kind::read_group));
    operations.push_back(of_sales(operation_kind::remove_member));
    operations.push_back(of_sales(operation_kind::add_members));
    auto const outcomes = on.run(on.under_test->perform(operations));
    REQUIRE(outcomes.size() == 4);
    REQUIRE(outcomes[0].read);
    CHECK(outcomes[0].read->upn == "ana.q@contoso.example");
    REQUIRE(outcomes[1].read_group);
    CHECK(outcomes[1].read_group->name == "Sales");
    CHECK(outcomes[2].kind == kind::done);
    CHECK(outcomes[3].kind == kind::refused);
    CHECK(outcomes[3].why == reason::already_member);
}

TEST_CASE("a change of a group whose reply is lost is lost, a reading is not", "[client]") {
    bench on;
    on.through.service = [](http_request const&) { return no_reply(true, false); };
    CHECK(on.run(on.under_test->perform(only(of_sales(operation_kind::add_members))))[0].kind ==
          kind::lost);
    CHECK(on.run(on.under_test->perform(only(of_sales(operation_kind::remove_member))))[0].kind ==
          kind::lost);
    CHECK(on.run(on.under_test->perform(only(of_sales(operation_kind::read_group))))[0].kind ==
          kind::transient);
}

TEST_CASE("more groups of a name than any tenant has are not kept", "[client]") {
    bench on;
    std::string items;
    for (int number = 0; number < 1'001; ++number) {
        items += (number == 0 ? "" : ",") + group_named("Sales");
    }
    on.through.service = [&](http_request const&) {
        auto const next = root + "/groups?$skiptoken=" + std::to_string(on.through.requests.size());
        return reply(200, page(items, next));
    };
    auto const found = on.run(on.under_test->find_groups("sales"));
    CHECK(found.how.kind == kind::refused);
    CHECK(found.how.detail.starts_with("the list of groups is longer than any tenant's"));
    CHECK(found.value.empty());
    CHECK(on.through.requests.size() == 3);
}
