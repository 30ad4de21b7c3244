#include <algorithm>

#include "caller.hpp"

using namespace allot;
using namespace allot::simulated;
using namespace allot::simulated::test;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view list = "/users/delta?$select=id,userPrincipalName,assignedLicenses";

http_response get(caller& on, std::string address) {
    return on.ask("GET", std::move(address));
}

/// What all pages from an address on tell.
struct told {
    std::vector<std::string> ids;
    std::vector<std::string> removed;
    std::string link;
    std::size_t pages = 0;
};

told follow(caller& on, std::string address) {
    told all;
    for (;;) {
        ++all.pages;
        auto const page = get(on, address);
        REQUIRE(page.status == 200);
        json const body{page.body};
        for (std::size_t at = 0; at < body.size("/value"); ++at) {
            auto const entry = "/value/" + std::to_string(at);
            all.ids.push_back(body.text(entry + "/id"));
            if (body.has(entry + "/@removed")) all.removed.push_back(all.ids.back());
        }
        if (body.has("/@odata.deltaLink")) {
            all.link = body.text("/@odata.deltaLink");
            return all;
        }
        address = body.text("/@odata.nextLink");
    }
}

std::size_t different(std::vector<std::string> ids) {
    std::ranges::sort(ids);
    return static_cast<std::size_t>(std::unique(ids.begin(), ids.end()) - ids.begin());
}

}  // namespace

TEST_CASE("changes begin with everybody, in pages, and end with a link", "[simulated]") {
    options chosen;
    chosen.changes_page_size = 10;
    caller on{plain_tenant(95), chosen};
    auto const all = follow(on, std::string{list});
    CHECK(all.pages == 10);
    CHECK(different(all.ids) == 95);
    CHECK(all.ids.size() > 95);  // some are told twice
    SECTION("and the link tells nobody while nothing happens") {
        on.pass(10s);
        auto const none = follow(on, all.link);
        CHECK(none.ids.empty());
        CHECK_FALSE(none.link.empty());
    }
    SECTION("`latest` gives the link alone") {
        auto const none = follow(on, std::string{list} + "&$deltatoken=latest");
        CHECK(none.ids.empty());
        CHECK(none.pages == 1);
    }
}

TEST_CASE("the link tells who got a licence, a location, or was deleted since", "[simulated]") {
    caller on{plain_tenant(20)};
    auto const begun = follow(on, std::string{list} + "&$deltatoken=latest");
    on.pass(10s);
    REQUIRE(on.assign(3, add(catalogue::power_bi_pro)).status == 200);
    on.of.remove_user(made_user_id(7), on.now, on.wall());
    on.pass(10s);
    auto const since = follow(on, begun.link);
    CHECK(since.ids == std::vector{made_user_id(3).str(), made_user_id(7).str()});
    CHECK(since.removed == std::vector{made_user_id(7).str()});
    CHECK_FALSE(on.of.true_user(made_user_id(7)));
    CHECK(get(on, "/users/" + made_user_id(7).str()).status == 404);
    on.pass(10s);
    CHECK(follow(on, since.link).ids.empty());
}

TEST_CASE("reads that lag behind tell a change late, but never not at all", "[simulated]") {
    options chosen;
    chosen.read_lag = 60s;
    caller on{plain_tenant(20), chosen};
    on.pass(100s);
    REQUIRE(on.assign(3, add(catalogue::power_bi_pro)).status == 200);
    on.pass(10s);
    auto const begun = follow(on, std::string{list} + "&$deltatoken=latest");
    on.pass(100s);
    CHECK(follow(on, begun.link).ids == std::vector{made_user_id(3).str()});
}

TEST_CASE("a link that is too old is refused in one of the service's two ways", "[simulated]") {
    options chosen;
    chosen.changes_lifetime = 1h;
    caller on{plain_tenant(20), chosen};
    bool gone = false;
    bool not_found = false;
    for (int n = 0; n < 4; ++n) {
        auto const begun = follow(on, std::string{list} + "&$deltatoken=latest");
        on.pass(1ms);
        auto const age = 1h + 1s;
        on.pass(age);
        on.sign_in();
        auto const refused = get(on, begun.link);
        gone |= refused.status == 410;
        not_found |=
            refused.status == 400 && json{refused.body}.text("/error/code") == "syncStateNotFound";
        on.pass(1s);
    }
    CHECK(gone);
    CHECK(not_found);
}

TEST_CASE("a token that was made up is refused", "[simulated]") {
    caller on{plain_tenant(5)};
    CHECK(get(on, std::string{list} + "&$deltatoken=0123").status == 400);
    CHECK(get(on, std::string{list} + "&$skiptoken=0123").status == 400);
    CHECK(get(on, std::string{list} + "&$top=5").status == 400);
}
