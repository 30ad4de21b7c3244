// Goal: undoing a run puts back what the run changed, and nothing else.
// Method: runs as the store gives them, with entries made by the test; the job that would undo them
// is planned against the tenant as somebody left it.
#include "engine/runs/undo.hpp"

#include "engine/jobs/reader.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tenant.hpp"

using namespace allot;
using namespace allot::support;
using namespace std::chrono_literals;
using plan::standing;

namespace {

wall_time const at{1767600000000ms};

/// A run of a job for people as they were before.
struct story {
    store::stored_run run;
    std::vector<user> people;

    story(std::string_view csv, std::vector<user> before, plan::rules by = {})
        : people{std::move(before)} {
        auto read = jobs::read(csv, jobs::read_options{});
        REQUIRE(read.errors.empty());
        run.job = std::move(read.read);
        run.head.name = "run-1";
        run.head.agreed.by = by;
        run.subscriptions = subscriptions();
        auto const wanted = plan::resolve(run.job, run.subscriptions, {}, "").wanted;
        plan::snapshot seen;
        for (auto const& someone : people) seen.add(sighting_of(someone));
        for (auto const& change : plan::make_plan(run.job, wanted, seen, by).made.changes) {
            schedule::errand one;
            one.user = change.user;
            one.needs = change.needs;
            one.id = people[change.user].id;
            one.seen = people[change.user];
            run.errands.push_back(one);
        }
    }

    static plan::sighting sighting_of(user const& someone) {
        plan::sighting one;
        one.is = plan::sighting::kind::seen;
        one.seen = someone;
        return one;
    }

    void sent(std::uint32_t user) {
        for (auto const& one : run.errands) {
            if (one.user == user) run.entries.push_back({at, schedule::intent{user, one.needs}});
        }
    }
    void came(std::uint32_t user, outcome_kind how,
              operation_kind kind = operation_kind::assign_licences) {
        schedule::attempt one;
        one.user = user;
        one.kind = kind;
        one.came = how;
        run.entries.push_back({at, one});
    }
    void done(std::uint32_t user) {
        sent(user);
        came(user, outcome_kind::done);
    }

    /// What undoing the run would change of people as they are now.
    struct undone {
        runs::undoing asked;
        plan::plan made;

        [[nodiscard]] plan::change change_of(std::size_t user) const {
            for (auto const& one : made.changes) {
                if (one.user == user) return one.needs;
            }
            return {};
        }
    };
    [[nodiscard]] undone undo(std::vector<user> const& now) const {
        undone made;
        made.asked = runs::undo_of(run);
        auto const& asked = made.asked.asked;
        plan::snapshot seen;
        for (std::size_t index = 0; index < asked.ids->size(); ++index) {
            for (auto const& someone : now) {
                if (someone.id.str() == (*asked.ids)[index]) {
                    seen.add(sighting_of(someone));
                }
            }
        }
        auto const resolved = plan::resolve(asked.job, subscriptions(), {}, "");
        REQUIRE(resolved.errors.empty());
        made.made =
            plan::make_plan(asked.job, resolved.wanted, seen, asked.by, asked.bars(seen)).made;
        return made;
    }
};

std::string const assign = "user,sku,note\np1@contoso.example,POWER_BI_PRO,ticket 7\n";

}  // namespace

TEST_CASE("a licence that the run gave is taken away again", "[undo]") {
    story told{assign, {person(1)}};
    told.done(0);
    auto const undone = told.undo({person(1, {direct(power_bi)})});
    CHECK(undone.change_of(0).removes == std::vector{power_bi});
    CHECK(undone.change_of(0).adds.empty());
    auto const& job = undone.asked.asked.job;
    CHECK(job.users[0] == "p1@contoso.example");
    CHECK(job.targets[0].line == 2);
    CHECK(job.extra_cells[0] == "ticket 7");
}

TEST_CASE("a licence that the run took away is given again, with the same plans off", "[undo]") {
    story told{"user,sku,action\np1@contoso.example,SPE_E5,remove\n",
               {person(1, {direct(e5, {teams})})}};
    told.done(0);
    auto const undone = told.undo({person(1)});
    REQUIRE(undone.change_of(0).adds.size() == 1);
    CHECK(undone.change_of(0).adds[0] == licence_add{e5, {teams}});
}

TEST_CASE("a swap is undone in one call", "[undo]") {
    story told{
        "user,sku,action\np1@contoso.example,SPE_E5,assign\np1@contoso.example,SPE_E3,remove\n",
        {person(1, {direct(e3)})}};
    told.done(0);
    auto const undone = told.undo({person(1, {direct(e5)})});
    CHECK(undone.change_of(0).adds == std::vector{licence_add{e3, {}}});
    CHECK(undone.change_of(0).removes == std::vector{e5});
}

TEST_CASE("service plans are switched as they were before", "[undo]") {
    story told{"user,sku,disabled_plans\np1@contoso.example,SPE_E5,none\n",
               {person(1, {direct(e5, {teams})})}};
    told.done(0);
    auto const undone = told.undo({person(1, {direct(e5)})});
    CHECK(undone.change_of(0).adds == std::vector{licence_add{e5, {teams}}});
}

TEST_CASE("a usage location that the run changed is put back; one that it gave stays", "[undo]") {
    auto nowhere = person(2);
    nowhere.usage_location.clear();
    plan::rules always;
    always.always_set_usage_location = true;
    story told{
        "user,sku,usage_location\np1@contoso.example,POWER_BI_PRO,DE\n"
        "p2@contoso.example,POWER_BI_PRO,DE\n",
        {person(1, {direct(power_bi)}), nowhere},
        always};
    for (std::uint32_t const user : {0U, 1U}) {
        told.sent(user);
        told.came(user, outcome_kind::done, operation_kind::set_usage_location);
        told.came(user, outcome_kind::done);
    }
    auto const undone =
        told.undo({person(1, {direct(power_bi)}, "DE"), person(2, {direct(power_bi)}, "DE")});
    CHECK(undone.change_of(0).usage_location == "NL");
    CHECK(undone.change_of(0).adds.empty());
    CHECK(undone.change_of(1).usage_location.empty());
    CHECK(undone.change_of(1).removes == std::vector{power_bi});
    CHECK(undone.asked.locations_kept == 1);
}

TEST_CASE("who was moved but refused the licence is moved back, and given none", "[undo]") {
    plan::rules always;
    always.always_set_usage_location = true;
    story told{"user,sku,action,usage_location\np1@contoso.example,POWER_BI_PRO,assign,DE\n",
               {person(1)},
               always};
    told.sent(0);
    told.came(0, outcome_kind::done, operation_kind::set_usage_location);
    told.came(0, outcome_kind::refused);
    auto const undone = told.undo({person(1, {}, "DE")});
    CHECK(undone.change_of(0).usage_location == "NL");
    CHECK(undone.change_of(0).adds.empty());
    CHECK(undone.change_of(0).removes.empty());
}

TEST_CASE("who was moved but kept a licence that was to be taken is moved back, and keeps it",
          "[undo]") {
    plan::rules always;
    always.always_set_usage_location = true;
    story told{"user,sku,action,usage_location\np1@contoso.example,POWER_BI_PRO,remove,DE\n",
               {person(1, {direct(power_bi)})},
               always};
    told.sent(0);
    told.came(0, outcome_kind::done, operation_kind::set_usage_location);
    told.came(0, outcome_kind::refused);
    auto const undone = told.undo({person(1, {direct(power_bi)}, "DE")});
    CHECK(undone.change_of(0).usage_location == "NL");
    CHECK(undone.change_of(0).removes.empty());
}

TEST_CASE("what was sent without an answer, and did not happen, needs no undoing", "[undo]") {
    story told{assign, {person(1)}};
    told.sent(0);
    told.came(0, outcome_kind::lost);
    auto const undone = told.undo({person(1)});
    CHECK(undone.made.changes.empty());
    CHECK(undone.made.targets[0].is == standing::as_desired);
}

TEST_CASE("what the run did not do is not undone", "[undo]") {
    story told{assign, {person(1)}};
    SECTION("it never got so far") {}
    SECTION("it was refused") {
        told.sent(0);
        told.came(0, outcome_kind::refused);
    }
    SECTION("it was turned away for lack of quota") {
        told.sent(0);
        told.came(0, outcome_kind::throttled);
    }
    // Somebody else gave the licence since.
    auto const undone = told.undo({person(1, {direct(power_bi)})});
    CHECK(undone.asked.asked.job.targets.empty());
    CHECK(undone.asked.users == 0);
}

TEST_CASE("a write whose reply was lost is undone when it is there", "[undo]") {
    story told{assign, {person(1)}};
    told.sent(0);
    SECTION("and told so") {
        told.came(0, outcome_kind::lost);
    }
    SECTION("or the process died") {}
    CHECK(told.undo({person(1, {direct(power_bi)})}).change_of(0).removes == std::vector{power_bi});
    auto const nothing = told.undo({person(1)});
    CHECK(nothing.made.changes.empty());
    CHECK(nothing.made.targets[0].is == standing::as_desired);
}

TEST_CASE("who was changed since by somebody else is left alone, and said", "[undo]") {
    story told{"user,sku,disabled_plans\np1@contoso.example,SPE_E5,TEAMS1\n", {person(1)}};
    told.done(0);
    // Someone switched Teams on meanwhile.
    auto const undone = told.undo({person(1, {direct(e5)})});
    CHECK(undone.made.changes.empty());
    CHECK(undone.made.targets[0].is == standing::blocked);
    CHECK(undone.made.targets[0].why == reason::changed_since_run);
}

TEST_CASE("another licence that came since does not keep a run from being undone", "[undo]") {
    story told{assign, {person(1)}};
    told.done(0);
    auto const undone = told.undo({person(1, {direct(power_bi), direct(e3)})});
    CHECK(undone.change_of(0).removes == std::vector{power_bi});
}

TEST_CASE("only the changed ones of a job are in its undoing, under their own lines", "[undo]") {
    story told{
        "user,sku\np1@contoso.example,POWER_BI_PRO\np2@contoso.example,POWER_BI_PRO\n"
        "p3@contoso.example,POWER_BI_PRO\n",
        {person(1, {direct(power_bi)}), person(2), person(3)}};
    told.done(2);
    auto const undone = told.undo({person(2), person(3, {direct(power_bi)})});
    REQUIRE(undone.asked.asked.job.targets.size() == 1);
    CHECK(undone.asked.asked.job.targets[0].line == 4);
    CHECK((*undone.asked.asked.ids)[0] == person(3).id.str());
}

namespace {

plan::rules via_sales(bool drop_direct = false) {
    plan::rules by;
    by.via[power_bi] = {sales_group, "Licence Power BI", {}, {}};
    by.drop_direct = drop_direct;
    return by;
}

}  // namespace

TEST_CASE("who was put into a group is taken out of it, who was in it before is not", "[undo]") {
    std::string const two =
        "user,sku\np1@contoso.example,POWER_BI_PRO\np2@contoso.example,POWER_BI_PRO\n";
    story told{two, {person(1), person(2)}, via_sales()};
    told.sent(0);
    told.came(0, outcome_kind::done, operation_kind::add_members);
    told.sent(1);
    told.came(1, outcome_kind::refused, operation_kind::add_members);
    auto const in_group = inherited(power_bi);
    auto const undone = told.undo({person(1, {in_group}), person(2, {in_group})});
    CHECK(undone.asked.users == 1);
    CHECK(undone.change_of(0).leaves == std::vector{sales_group});
    CHECK(undone.change_of(0).removes.empty());
}

TEST_CASE("who was taken out of a group is put into it again", "[undo]") {
    story told{"user,sku,action\np1@contoso.example,POWER_BI_PRO,remove\n",
               {person(1, {inherited(power_bi)})},
               via_sales()};
    told.sent(0);
    told.came(0, outcome_kind::done, operation_kind::remove_member);
    auto const undone = told.undo({person(1)});
    CHECK(undone.change_of(0).joins == std::vector{sales_group});
    CHECK(undone.change_of(0).adds.empty());
}

TEST_CASE("a direct copy that was dropped is put back as it was", "[undo]") {
    story told{"user,sku\np1@contoso.example,POWER_BI_PRO\n",
               {person(1, {direct(power_bi, {bi_azure_p2})})},
               via_sales(true)};
    // The two legs: into the group, then the copy away.
    plan::change join_sent;
    join_sent.joins = {sales_group};
    schedule::intent const join{0, join_sent};
    told.run.entries.push_back({at, join});
    told.came(0, outcome_kind::done, operation_kind::add_members);
    plan::change drop_sent;
    drop_sent.removes = {power_bi};
    schedule::intent const drop{0, drop_sent};
    told.run.entries.push_back({at, drop});
    told.came(0, outcome_kind::done);
    auto const undone = told.undo({person(1, {inherited(power_bi)})});
    CHECK(undone.asked.memberships_kept == 1);
    REQUIRE(undone.change_of(0).adds.size() == 1);
    CHECK(undone.change_of(0).adds[0].disabled_plans == std::vector{bi_azure_p2});
    CHECK(undone.change_of(0).leaves.empty());
}

TEST_CASE("a direct licence that was taken away is put back directly, whatever its group",
          "[undo]") {
    story told{"user,sku,action\np1@contoso.example,POWER_BI_PRO,remove\n",
               {person(1, {direct(power_bi)})},
               via_sales()};
    told.sent(0);
    told.came(0, outcome_kind::done);
    auto const undone = told.undo({person(1)});
    CHECK(undone.change_of(0).adds == std::vector<licence_add>{{power_bi, {}}});
    CHECK(undone.change_of(0).joins.empty());
}

TEST_CASE("out of a group again, nobody loses what he had besides", "[undo]") {
    auto by = via_sales();
    by.via[e3] = by.via[power_bi];
    by.via[e3].also = {{power_bi, {}}};
    by.via[power_bi].also = {{e3, {}}};
    story told{"user,sku\np1@contoso.example,SPE_E3\n", {person(1, {direct(power_bi)})}, by};
    told.sent(0);
    told.came(0, outcome_kind::done, operation_kind::add_members);
    auto const undone =
        told.undo({person(1, {direct(power_bi), inherited(power_bi), inherited(e3)})});
    CHECK(undone.change_of(0).leaves == std::vector{sales_group});
    CHECK(undone.change_of(0).removes.empty());
}

TEST_CASE("whose licence stays by another way is not named in the undoing", "[undo]") {
    auto by = via_sales(true);
    by.via[e3] = by.via[power_bi];
    story told{"user,sku\np1@contoso.example,SPE_E3\np2@contoso.example,SPE_E3\n",
               {person(1, {direct(e3), direct(power_bi)}), person(2)},
               by};
    for (std::uint32_t user : {0U, 1U}) {
        plan::change join_sent;
        join_sent.joins = {sales_group};
        schedule::intent const join{user, join_sent};
        told.run.entries.push_back({at, join});
        told.came(user, outcome_kind::done, operation_kind::add_members);
    }
    auto const undone = told.undo({person(2, {inherited(power_bi), inherited(e3)})});
    REQUIRE(undone.asked.asked.job.users.size() == 1);
    CHECK(undone.asked.asked.job.users[0] == "p2@contoso.example");
    CHECK(undone.change_of(0).leaves == std::vector{sales_group});
}
