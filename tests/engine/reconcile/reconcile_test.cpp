#include "engine/reconcile/reconcile.hpp"

#include "engine/jobs/reader.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tenant.hpp"

using namespace allot;
using namespace allot::support;
using namespace std::chrono_literals;
using reconcile::row;
using reconcile::verdict;

namespace {

wall_time const looked_at{1767600000000ms};
wall_time const later{1767600060000ms};

/// A job and a tenant, planned, and if wanted run against answers given by the test.
struct story {
    jobs::job job;
    plan::desired wanted;
    plan::rules by;
    plan::snapshot before;
    plan::plan made;
    throttle::governor paced{throttle::governor_options{}};
    std::unique_ptr<schedule::schedule> ran;

    story(std::string_view csv, std::vector<user> const& people,
          std::vector<subscription> const& owned = subscriptions()) {
        auto read = jobs::read(csv, jobs::read_options{});
        REQUIRE(read.errors.empty());
        job = std::move(read.read);
        wanted = plan::resolve(job, owned, {}, "").wanted;
        for (std::size_t at = 0; at < job.users.size(); ++at) {
            plan::sighting one;
            one.is = plan::sighting::kind::not_found;
            for (auto const& someone : people) {
                if (someone.upn != job.users[at]) continue;
                one.is = plan::sighting::kind::seen;
                one.seen = someone;
            }
            before.add(one);
        }
        made = plan::make_plan(job, wanted, before, by).made;
    }

    /// Runs the plan; `answer` is the outside world.
    template <class Answer>
    void run(Answer answer) {
        std::vector<schedule::errand> errands;
        for (auto const& change : made.changes) {
            schedule::errand one;
            one.user = change.user;
            one.id = before.id(change.user);
            one.seen = before.account_of(change.user);
            one.needs = change.needs;
            if (wanted.is_group(change.user)) one.group = group_id{one.id.value};
            errands.push_back(std::move(one));
        }
        ran = std::make_unique<schedule::schedule>(paced, schedule::options{}, std::move(errands),
                                                   schedule::aim{&wanted, by, made.barred});
        time_point now{1000s};
        while (!ran->finished()) {
            if (auto const sent = ran->next(now)) {
                std::vector<outcome> outcomes;
                for (auto const& one : sent->operations) outcomes.push_back(answer(one));
                ran->settle(*sent, outcomes, now, later);
            } else {
                now = *ran->wake_at(now);
            }
        }
    }

    std::vector<row> rows(bool verifying = false) const {
        reconcile::evidence_of_run given{job, wanted, by, before, made};
        given.ran = ran.get();
        given.verifying = verifying;
        given.looked_at = looked_at;
        std::vector<row> drawn;
        reconcile::draw_up(given, [&](row const& one) { drawn.push_back(one); });
        return drawn;
    }
};

outcome accepted() {
    outcome one;
    one.kind = outcome_kind::done;
    one.seen.http_status = 200;
    one.seen.request_id = "66666666-aaaa-4bbb-8ccc-000000000006";
    return one;
}

}  // namespace

TEST_CASE("every target has one row, in the file's order, with its extra columns", "[reconcile]") {
    story const of{
        "department,user,sku\nNursing,p2@contoso.example,SPE_E3\nLab,p1@contoso.example,POWER_BI_"
        "PRO\n"
        "Nursing,p2@contoso.example,POWER_BI_PRO\n",
        {person(1), person(2)}};
    auto const rows = of.rows();
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].line == 2);
    CHECK(rows[1].line == 3);
    CHECK(rows[2].line == 4);
    CHECK(rows[0].user == "p2@contoso.example");
    CHECK(rows[0].user_id == person(2).id.str());
    CHECK(rows[0].sku == "SPE_E3");
    CHECK(rows[1].extra == std::vector<std::string>{"Lab"});
}

TEST_CASE("a dry run says what would change, and what is already so", "[reconcile]") {
    story const of{
        "user,sku,action\np1@contoso.example,POWER_BI_PRO,assign\np2@contoso.example,POWER_BI_PRO,"
        "assign\n"
        "p3@contoso.example,POWER_BI_PRO,remove\nnobody@contoso.example,POWER_BI_PRO,assign\n",
        {person(1), person(2, {direct(power_bi, {bi_azure_p2})}),
         person(3, {inherited(power_bi)})}};
    auto const rows = of.rows();
    CHECK(rows[0].is == verdict::would_change);
    CHECK(rows[0].before == "none");
    CHECK(rows[1].is == verdict::already);
    CHECK(rows[1].before == "direct -BI_AZURE_P2");
    CHECK(rows[1].verified_at == iso_8601(looked_at));
    CHECK(rows[2].is == verdict::blocked);
    CHECK(rows[2].why == reason::inherited_from_group);
    CHECK(rows[2].before == "group");
    CHECK(rows[3].is == verdict::blocked);
    CHECK(rows[3].why == reason::user_not_found);
    CHECK(rows[3].user_id.empty());
}

TEST_CASE("verify calls what is not as the job says drifted, and keeps the reason", "[reconcile]") {
    story const of{
        "user,sku\np1@contoso.example,POWER_BI_PRO\np2@contoso.example,POWER_BI_PRO\nnobody@"
        "contoso.example,SPE_E3\n",
        {person(1), person(2, {direct(power_bi)})}};
    auto const rows = of.rows(true);
    CHECK(rows[0].is == verdict::drifted);
    CHECK(rows[0].why == reason::not_as_asked);
    CHECK(rows[1].is == verdict::already);
    CHECK(rows[2].is == verdict::drifted);
    CHECK(rows[2].why == reason::user_not_found);
}

TEST_CASE("verified has its evidence: before, after, when, and the request's id", "[reconcile]") {
    story of{"user,sku\np1@contoso.example,POWER_BI_PRO\n", {person(1)}};
    of.run([](operation const& one) {
        auto reply = accepted();
        if (one.kind == operation_kind::read_user) reply.read = person(1, {direct(power_bi)});
        return reply;
    });
    auto const rows = of.rows();
    CHECK(rows[0].is == verdict::verified);
    CHECK(rows[0].before == "none");
    CHECK(rows[0].after == "direct");
    CHECK(rows[0].attempts == 1);
    CHECK(rows[0].http_status == 200);
    CHECK(rows[0].request_id == "66666666-aaaa-4bbb-8ccc-000000000006");
    CHECK(rows[0].changed_at == iso_8601(later));
    CHECK(rows[0].verified_at == iso_8601(later));
}

TEST_CASE("accepted but never seen is unverified, with what was seen instead", "[reconcile]") {
    story of{"user,sku\np1@contoso.example,POWER_BI_PRO\n", {person(1)}};
    of.run([](operation const& one) {
        auto reply = accepted();
        if (one.kind == operation_kind::read_user) reply.read = person(1);
        return reply;
    });
    auto const rows = of.rows();
    CHECK(rows[0].is == verdict::unverified);
    CHECK(rows[0].why == reason::not_seen_in_time);
    CHECK(rows[0].after == "none");
    CHECK(rows[0].verified_at.empty());
}

TEST_CASE("who was refused a seat failed; who was spared the try is blocked", "[reconcile]") {
    story of{"user,sku\np1@contoso.example,POWER_BI_PRO\np2@contoso.example,POWER_BI_PRO\n",
             {person(1), person(2)}};
    // Both go in one batch; the second is only spared when the first is refused before it is sent.
    of.run([](operation const&) {
        outcome reply;
        reply.kind = outcome_kind::refused;
        reply.why = reason::no_seats;
        reply.detail = "no available licenses";
        return reply;
    });
    auto const rows = of.rows();
    CHECK(rows[0].is == verdict::failed);
    CHECK(rows[0].why == reason::no_seats);
    CHECK(rows[0].detail == "no available licenses");
    CHECK(rows[1].why == reason::no_seats);
}

TEST_CASE("a removal held back by its partner's refusal is blocked, not failed", "[reconcile]") {
    story of{
        "user,sku,action\np1@contoso.example,SPE_E3,remove\np1@contoso.example,SPE_E5,assign\n",
        {person(1, {direct(e3)})}};
    of.run([](operation const&) {
        outcome reply;
        reply.kind = outcome_kind::refused;
        reply.why = reason::no_seats;
        return reply;
    });
    auto const rows = of.rows();
    CHECK(rows[1].is == verdict::failed);
    CHECK(rows[0].is == verdict::blocked);
    CHECK(rows[0].why == reason::swap_incomplete);
    CHECK(rows[0].after == "direct");
}

TEST_CASE("a target that a group took over meanwhile is not called verified when it is not",
          "[reconcile]") {
    story of{"user,sku,action\np1@contoso.example,POWER_BI_PRO,remove\n",
             {person(1, {direct(power_bi)})}};
    of.run([](operation const& one) {
        auto reply = accepted();
        if (one.kind == operation_kind::read_user) reply.read = person(1, {inherited(power_bi)});
        return reply;
    });
    auto const rows = of.rows();
    CHECK(rows[0].is == verdict::blocked);
    CHECK(rows[0].why == reason::inherited_from_group);
}

TEST_CASE("of two licences given together each is told as it was seen", "[reconcile]") {
    story of{"user,sku\np1@contoso.example,POWER_BI_PRO\np1@contoso.example,SPE_E3\n", {person(1)}};
    auto broken = direct(power_bi);
    broken.active = false;
    broken.error = "CountViolation";
    of.run([&](operation const& what) {
        auto one = accepted();
        if (what.kind == operation_kind::read_user) one.read = person(1, {broken, direct(e3)});
        return one;
    });
    auto const rows = of.rows();
    CHECK(rows[0].is == verdict::failed);
    CHECK(rows[0].why == reason::no_seats);
    CHECK(rows[1].is == verdict::verified);
    CHECK(rows[1].why == reason::none);
    CHECK(rows[1].verified_at == iso_8601(later));
}

TEST_CASE("of a group's licences only those that members have not got are failed", "[reconcile]") {
    auto subject = person(7);
    subject.upn = "group:Sales";
    story of{"group,sku,action\nSales,POWER_BI_PRO,\nSales,SPE_E3,\n", {subject}};
    auto broken = inherited(power_bi);
    broken.by_group = group_id{subject.id.value};
    broken.error = "CountViolation";
    of.run([&](operation const& asked) {
        auto reply = accepted();
        if (asked.kind == operation_kind::read_group) {
            reply.read_group.emplace();
            reply.read_group->id = group_id{subject.id.value};
            reply.read_group->name = "Sales";
            reply.read_group->licences = {{power_bi, {}}, {e3, {}}};
        }
        if (asked.kind == operation_kind::read_members_in_error) {
            reply.read_members = {person(1, {broken})};
        }
        return reply;
    });
    auto const rows = of.rows();
    CHECK(rows[0].user == "group:Sales");
    CHECK(rows[0].user_id == subject.id.str());
    CHECK(rows[0].is == verdict::failed);
    CHECK(rows[0].why == reason::no_seats);
    CHECK(rows[0].detail == "1 member is in error: p1@contoso.example (CountViolation)");
    CHECK(rows[0].after == "direct !CountViolation");
    CHECK(rows[1].is == verdict::verified);
    CHECK(rows[1].detail.empty());
}
