// Goal: what a run wrote down is there again, whole, in whatever process looks.
// Method: a real store in a temporary folder or in memory; what is read is compared with what was
// written, and damaged files are opened.
#include "engine/store/run_store.hpp"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "engine/jobs/reader.hpp"
#include "engine/store/digest.hpp"
#include "engine/store/schema.hpp"
#include "story.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tenant.hpp"

using namespace allot;
using namespace allot::store_testing;
using namespace allot::support;
using namespace std::chrono_literals;

/// The whole expression is a result that must hold a value.
#define REQUIRE_OK(...) REQUIRE((__VA_ARGS__).has_value())

TEST_CASE("another process finds a run as it was written down", "[store]") {
    temporary_folder const folder;
    story const told;
    auto const entries = entries_of_every_kind();
    std::int64_t run = 0;
    {
        auto first = opened(folder.file());
        run = told.begin(first);
        REQUIRE_OK(first.write(run, std::span{entries}.first(3)));
        REQUIRE_OK(first.write(run, std::span{entries}.subspan(3)));
    }
    auto second = opened(folder.file());
    auto const loaded = second.load(run);
    REQUIRE(loaded.has_value());
    CHECK(loaded->entries == entries);
    CHECK(loaded->subscriptions == told.subscriptions);
    CHECK(loaded->seats == told.seats);
    REQUIRE(loaded->errands.size() == 1);
    CHECK(loaded->errands[0].user == 0);
    CHECK(loaded->errands[0].needs == told.errands[0].needs);
    CHECK(loaded->errands[0].seen == told.errands[0].seen);
    CHECK(loaded->errands[0].id == told.errands[0].id);
    CHECK(loaded->blocked == std::vector<std::pair<std::uint32_t, reason>>{{2, reason::no_seats}});
    CHECK(loaded->job.targets == told.job.targets);
    CHECK(loaded->job.skus == told.job.skus);
    CHECK(loaded->job.plan_rules == told.job.plan_rules);
    CHECK(loaded->job.users[2] == told.job.users[2]);
    CHECK(loaded->job.extra_cells[0] == "a, \"b\"");
    CHECK(loaded->job.extra_cells[1].empty());
    CHECK(loaded->job.extra_cells[2] == "3:x");
    auto const& head = loaded->head;
    CHECK(head.name == "run-1");
    CHECK(head.tenant == "contoso.example");
    CHECK(head.job_path == "/jobs/wave.csv");
    CHECK(head.started_at == began);
    CHECK(head.plan_id == "plan-1");
    CHECK(head.agreed.by == head_of("run-1").agreed.by);
    CHECK(head.agreed.default_location == "NL");
    CHECK(head.agreed.verify_timeout == 7min);
    CHECK(head.agreed.waves.size == 100);
    CHECK(head.agreed.waves.pause == 3s);
    REQUIRE(head.agreed.waves.failures_max);
    CHECK(head.agreed.waves.failures_max->amount == 5);
    CHECK(head.agreed.waves.failures_max->percent);
    CHECK(head.forecast_seconds == 12.5);
}

TEST_CASE("a row whose SKU has no name is written down and comes back", "[store]") {
    auto in = opened(":memory:");
    story told;
    told.settled[0].row.sku.clear();
    auto const run = told.begin(in);
    auto changed = told.row_of(0, reconcile::verdict::verified, reason::none);
    changed.row.sku.clear();
    REQUIRE_OK(in.put_rows(run, giver({changed}), [](reconcile::row const&) {}));
    std::vector<std::string> skus;
    REQUIRE_OK(in.each_row(run, [&](reconcile::row const& one) { skus.push_back(one.sku); }));
    CHECK(skus == std::vector<std::string>{"", "", "SPE_E3"});
}

TEST_CASE("the rows of a run come back in the order of its targets", "[store]") {
    auto in = opened(":memory:");
    story const told;
    auto const run = told.begin(in);
    auto changed = told.row_of(0, reconcile::verdict::failed, reason::plan_conflict);
    changed.row.attempts = 2;
    changed.row.http_status = 400;
    changed.row.request_id = "5f0c2a44-2229-4c7e-8bfb-4b47f0e486cd";
    changed.row.after = "direct";
    changed.row.changed_at = "2026-01-05T08:00:01.000Z";
    std::vector<reconcile::row> handed_over;
    REQUIRE_OK(in.put_rows(run, giver({changed}),
                           [&](reconcile::row const& one) { handed_over.push_back(one); }));
    std::vector<reconcile::row> rows;
    REQUIRE_OK(in.each_row(run, [&](reconcile::row const& one) { rows.push_back(one); }));
    REQUIRE(rows.size() == 3);
    CHECK(handed_over == rows);
    std::vector<target_row> const expected{changed, told.settled[0], told.settled[1]};
    for (std::size_t at = 0; at < rows.size(); ++at) {
        INFO("row " << at);
        auto const& was = expected[at].row;
        auto const& is = rows[at];
        CHECK(is.line == was.line);
        CHECK(is.user == was.user);
        CHECK(is.user_id == was.user_id);
        CHECK(is.sku == was.sku);
        CHECK(is.action == was.action);
        CHECK(is.is == was.is);
        CHECK(is.why == was.why);
        CHECK(is.detail == was.detail);
        CHECK(is.before == was.before);
        CHECK(is.after == was.after);
        CHECK(is.attempts == was.attempts);
        CHECK(is.http_status == was.http_status);
        CHECK(is.request_id == was.request_id);
        CHECK(is.changed_at == was.changed_at);
        CHECK(is.verified_at == was.verified_at);
        CHECK(is.extra == was.extra);
    }
}

TEST_CASE("a run that goes on has no rows of what is not settled", "[store]") {
    auto in = opened(":memory:");
    story const told;
    auto const run = told.begin(in);
    auto const cancelled = told.row_of(0, reconcile::verdict::cancelled, reason::interrupted);
    REQUIRE_OK(in.put_rows(run, giver({cancelled}), [](reconcile::row const&) {}));
    REQUIRE_OK(in.end(run, {store::run_state::interrupted, began + 5s, 4, "{}"}));
    auto line = in.find("run-1");
    REQUIRE(line.has_value());
    CHECK((*line)->state == store::run_state::interrupted);
    CHECK((*line)->exit_code == 4);
    CHECK((*line)->tally == std::vector<std::pair<std::string, std::uint64_t>>{
                                {"already", 1}, {"blocked", 1}, {"cancelled", 1}});
    REQUIRE_OK(in.reopen(run));
    std::size_t rows = 0;
    REQUIRE_OK(in.each_row(run, [&](reconcile::row const&) { ++rows; }));
    CHECK(rows == 2);
    CHECK((*in.find("run-1"))->state == store::run_state::going);
}

TEST_CASE("the history has the newest run first and forgets what is too old", "[store]") {
    auto in = opened(":memory:");
    story const told;
    auto const first = told.begin(in, "run-1");
    auto const second = told.begin(in, "run-2");
    auto const third = told.begin(in, "run-3");
    for (auto const run : {first, third}) {
        REQUIRE_OK(in.end(run, {store::run_state::finished, began + 1min, 0, "{}"}));
    }
    auto history = in.history(10);
    REQUIRE(history.has_value());
    REQUIRE(history->size() == 3);
    CHECK((*history)[0].name == "run-3");
    CHECK((*history)[0].targets == 3);
    CHECK((*history)[0].changes == 1);
    CHECK((*in.newest("contoso.example"))->name == "run-3");
    CHECK((*in.newest_of_job("contoso.example", "/jobs/wave.csv"))->name == "run-3");
    CHECK_FALSE(in.newest("fabrikam.example")->has_value());
    CHECK((*in.run_of_plan("plan-1"))->name == "run-1");
    CHECK(*in.overtaken_by(first) == "run-3");
    CHECK(in.overtaken_by(third)->empty());
    // Not the unfinished one, nor the last.
    REQUIRE_OK(in.forget("fabrikam.example", began + 1h));
    CHECK(in.history(10)->size() == 3);
    REQUIRE_OK(in.forget("contoso.example", began + 1h));
    history = in.history(10);
    REQUIRE(history->size() == 2);
    CHECK((*history)[0].name == "run-3");
    CHECK((*history)[1].run == second);
    CHECK(in.load(second).has_value());
}

TEST_CASE("two runs of one job keep its targets once", "[store]") {
    temporary_folder const folder;
    auto in = opened(folder.file());
    story const told;
    told.begin(in, "run-1");
    told.begin(in, "run-2");
    store::database raw{folder.file()};
    store::statement asked{raw, "SELECT count(*) FROM targets"};
    REQUIRE(asked.next());
    CHECK(asked.integer() == 3);
}

TEST_CASE("what was learned of a limit replaces what was known of it, and nothing else",
          "[store]") {
    auto in = opened(":memory:");
    limits::finding one;
    one.whose = {"contoso.example", "client"};
    one.published = throttle::published_writes;
    one.is.share = 0.5;
    one.share_at = one.left_at = began;
    auto other = one;
    other.whose.tenant = "fabrikam.example";
    REQUIRE_OK(in.learn({one, other}));
    one.is.share = 0.25;
    REQUIRE_OK(in.learn({one}));
    auto const known = in.learned();
    REQUIRE(known.has_value());
    REQUIRE(known->size() == 2);
    for (auto const& found : *known) {
        CHECK(found.is.share == (found.whose.tenant == "contoso.example" ? 0.25 : 0.5));
    }
}

TEST_CASE("only its owner reads the store", "[store]") {
    temporary_folder const folder;
    auto in = opened(folder.file());
    story const told;
    told.begin(in);
    for (auto const& entry : std::filesystem::directory_iterator{folder.path}) {
        struct stat seen {};
        REQUIRE(::stat(entry.path().c_str(), &seen) == 0);
        INFO(entry.path().filename());
        CHECK((seen.st_mode & 0777) == 0600);
    }
}

TEST_CASE("a store that cannot be used is refused with the reason", "[store]") {
    temporary_folder const folder;
    auto const refused = [&](std::string const& path) {
        auto const tried = store::run_store::open(path);
        REQUIRE_FALSE(tried.has_value());
        CHECK(tried.error().code == errc::could_not_run);
        INFO(tried.error().message);
        CHECK(tried.error().message.find(path) != std::string::npos);
        return tried.error().message;
    };
    SECTION("it is of a newer allot") {
        { auto const made = opened(folder.file()); }
        // user_version, big-endian, in the database's header (sqlite.org/fileformat).
        write_bytes(folder.file(), std::string_view{"\0\0\0\x63", 4}, 60);
        CHECK(refused(folder.file()).find("newer allot") != std::string::npos);
    }
    SECTION("its version is none that ever was") {
        { auto const made = opened(folder.file()); }
        write_bytes(folder.file(), std::string_view{"\xf5\xff\xff\x01", 4}, 60);
        CHECK(refused(folder.file()).find("damaged") != std::string::npos);
    }
    SECTION("it is the database of another program") {
        { store::database{folder.file()}.run("CREATE TABLE cookies (name TEXT)"); }
        CHECK(refused(folder.file()).find("not a run store") != std::string::npos);
    }
    SECTION("it is no database") {
        std::ofstream{folder.file()} << std::string(8192, 'x');
        CHECK(refused(folder.file()).find("damaged") != std::string::npos);
    }
    SECTION("it is a symbolic link") {
        std::filesystem::create_symlink("elsewhere.db", folder.file());
        CHECK(refused(folder.file()).find("symbolic link") != std::string::npos);
        CHECK_FALSE(std::filesystem::exists(folder.path + "/elsewhere.db"));
    }
    SECTION("its folder is missing") {
        refused(folder.path + "/none/runs.db");
    }
}

TEST_CASE("a store of an older version is brought up to date, or left as it was", "[store]") {
    temporary_folder const folder;
    store::database in{folder.file()};
    std::vector<char const*> steps{"CREATE TABLE a (x); INSERT INTO a VALUES (1)"};
    store::migrate(in, steps);
    steps.push_back("ALTER TABLE a ADD COLUMN y");
    steps.push_back("UPDATE a SET y=x+1");
    store::migrate(in, steps);
    store::migrate(in, steps);
    {
        store::statement asked{in, "SELECT x, y FROM a"};
        REQUIRE(asked.next());
        CHECK(asked.integer() == 1);
        CHECK(asked.integer() == 2);
        CHECK_FALSE(asked.next());
    }
    steps.push_back("INSERT INTO a VALUES (5, 5)");
    steps.push_back("this is no SQL");
    CHECK_THROWS_AS(store::migrate(in, steps), store::database_error);
    store::statement asked{in, "SELECT count(*) FROM a"};
    REQUIRE(asked.next());
    CHECK(asked.integer() == 1);
}

TEST_CASE("what one survey keeps, the next one finds: of its tenant and application only",
          "[store]") {
    temporary_folder const folder;
    limits::owner const ours{"contoso.example", "app"};
    limits::owner const theirs{"contoso.example", "other"};
    auto const ana = support::person(1, {support::direct(support::power_bi)});
    auto const ben = support::person(2);
    auto const held = [&](store::run_store& in, limits::owner const& whose) {
        std::map<user_id, documents::kept_user> users;
        REQUIRE_OK(in.each_kept_user(
            whose, [&](documents::kept_user one) { users.emplace(one.seen.id, std::move(one)); }));
        return users;
    };
    documents::kept_tenant head;
    head.link = "https://graph.example/v1.0/users/delta?$deltatoken=1";
    head.link_at = wall_time{std::chrono::milliseconds{1'000}};
    head.whole_at = wall_time{std::chrono::milliseconds{2'000}};
    head.members = 7;
    {
        auto in = opened(folder.file());
        CHECK(in.kept_tenant(ours)->link.empty());
        std::vector<documents::kept_user> const users{{ana, false}, {ben, true}};
        REQUIRE_OK(in.keep(ours, {head, true, {}, users}));
    }
    auto in = opened(folder.file());
    auto const kept = in.kept_tenant(ours);
    REQUIRE_OK(kept);
    CHECK(kept->link == head.link);
    CHECK(kept->link_at == head.link_at);
    CHECK(kept->whole_at == head.whole_at);
    CHECK(kept->members == 7);
    CHECK(held(in, ours).at(ana.id).seen == ana);
    CHECK(held(in, ours).at(ben.id).look_again);
    CHECK(held(in, theirs).empty());
    SECTION("a later one changes some of it") {
        head.link = "https://graph.example/2";
        std::vector<documents::kept_user> const users{{ben, false}};
        std::vector const gone{ana.id};
        REQUIRE_OK(in.keep(ours, {head, false, gone, users}));
        CHECK(in.kept_tenant(ours)->link == head.link);
        auto const now = held(in, ours);
        CHECK(now.size() == 1);
        CHECK_FALSE(now.at(ben.id).look_again);
    }
    SECTION("or all of it") {
        REQUIRE_OK(in.keep(ours, {head, true, {}, {}}));
        CHECK(held(in, ours).empty());
    }
}

TEST_CASE("two processes write to one store in turn", "[store]") {
    temporary_folder const folder;
    auto first = opened(folder.file());
    auto second = opened(folder.file());
    story const told;
    auto const one = told.begin(first, "run-1");
    auto const other = told.begin(second, "run-2");
    auto const entries = entries_of_every_kind();
    for (auto const& entry : entries) {
        REQUIRE_OK(first.write(one, std::span{&entry, 1}));
        REQUIRE_OK(second.write(other, std::span{&entry, 1}));
    }
    CHECK(first.load(one)->entries == entries);
    CHECK(first.load(other)->entries == entries);
}

TEST_CASE("a job's hash tells jobs apart by what they ask for", "[store]") {
    std::string const csv = "user,sku,note\na@contoso.example,POWER_BI_PRO,x\n";
    auto const hash = store::hash_of(job_of(csv));
    CHECK(hash.size() == 64);
    CHECK(store::hash_of(job_of(csv)) == hash);
    for (auto const* const other :
         {"user,sku,note\na@contoso.example,POWER_BI_PRO,y\n",
          "user,sku,note\na@contoso.example,SPE_E3,x\n",
          "user,sku,note,action\na@contoso.example,POWER_BI_PRO,x,remove\n",
          "user,sku,note,priority\na@contoso.example,POWER_BI_PRO,x,0\n",
          "user,sku,note,disabled_plans\na@contoso.example,POWER_BI_PRO,x,none\n",
          "user,sku,note\na@contoso.example,POWER_BI_PRO,x\nb@contoso.example,POWER_BI_PRO,x\n"}) {
        INFO(other);
        CHECK(store::hash_of(job_of(other)) != hash);
    }
    // Runs name users by their number in the job, also where one of them has no target.
    auto const rows = job_of("user,sku\na@contoso.example,SPE_E3\nb@contoso.example,SPE_E3\n");
    jobs::job other;
    for (auto const* const name :
         {"a@contoso.example", "nobody@contoso.example", "b@contoso.example"}) {
        other.users.add(name);
    }
    other.skus = rows.skus;
    other.plan_rules = rows.plan_rules;
    other.targets = rows.targets;
    other.targets[1].user = 2;
    CHECK(store::hash_of(other) != store::hash_of(rows));
    // FIPS 180-4's own example.
    CHECK(store::digest_of("abc") ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
