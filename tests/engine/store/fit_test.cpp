// Goal: a run whose rows are not what was written is refused with a sentence, and never acted on.
// Method: fields of a real store are changed behind its back, and the run is loaded.
#include <cstdlib>
#include <filesystem>

#include "engine/jobs/reader.hpp"
#include "engine/store/database.hpp"
#include "engine/store/run_store.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tenant.hpp"

using namespace allot;
using namespace allot::support;
using namespace std::chrono_literals;

namespace {

struct temporary_folder {
    std::string path;

    temporary_folder() {
        std::string name = (std::filesystem::temp_directory_path() / "allot-fit-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~temporary_folder() { std::filesystem::remove_all(path); }
    [[nodiscard]] std::string file() const { return path + "/runs.db"; }
};

/// A run of one change that was sent, refused for lack of quota, and barred.
std::int64_t write_run(store::run_store& in) {
    auto const read =
        jobs::read("user,sku\np1@contoso.example,POWER_BI_PRO\np2@contoso.example,SPE_E3\n",
                   jobs::read_options{});
    wall_time const at{1767600000000ms};
    store::run_head head;
    head.name = "run-1";
    head.command = "apply";
    head.tenant = "contoso.example";
    head.started_at = at;
    std::vector<schedule::errand> errands(1);
    errands[0].seen = person(1);
    errands[0].key = person(1).id.str();
    plan::change needs;
    needs.adds.push_back({power_bi, {}});
    errands[0].needs = needs;
    auto const owned = subscriptions();
    reconcile::row blocked;
    blocked.line = 3;
    blocked.is = reconcile::verdict::blocked;
    blocked.why = reason::no_seats;
    blocked.sku = "SPE_E3";
    store::row_giver const rows = [&](auto const& take) { take(1, blocked); };
    auto const run = in.begin({head, read.read, owned, {}, errands, rows});
    INFO((run ? std::string{} : run.error().message));
    REQUIRE(run.has_value());
    schedule::intent sent;
    sent.sent = errands[0].needs;
    schedule::attempt refused;
    refused.came = outcome_kind::throttled;
    refused.retry_after = 3s;
    std::vector<schedule::dated_entry> const entries{
        {at, sent}, {at, refused}, {at, schedule::bar{0, power_bi, false}}};
    REQUIRE(in.write(*run, entries).has_value());
    return *run;
}

}  // namespace

TEST_CASE("a run whose rows were changed is refused, whatever it was", "[store]") {
    auto const* const change = GENERATE(
        "UPDATE intents SET user=1", "UPDATE intents SET user=77", "UPDATE attempts SET user=1",
        "UPDATE bars SET target=2", "UPDATE changes SET user=2", "DELETE FROM changes",
        "UPDATE verdicts SET target=2", "UPDATE runs SET verify_timeout_ms=9223372036854775807",
        "UPDATE runs SET wave_pause_ms=-1", "UPDATE runs SET subscriptions=''",
        "UPDATE changes SET change=''", "UPDATE attempts SET retry_after_ms=9000000000000000000",
        "UPDATE intents SET at=-9000000000000000000",
        "UPDATE runs SET started_at=9000000000000000");
    INFO(change);
    temporary_folder const folder;
    std::int64_t run = 0;
    {
        auto made = store::run_store::open(folder.file());
        REQUIRE(made.has_value());
        run = write_run(*made);
        REQUIRE(made->load(run).has_value());
    }
    store::database{folder.file()}.run(change);
    auto again = store::run_store::open(folder.file());
    REQUIRE(again.has_value());
    auto const loaded = again->load(run);
    REQUIRE_FALSE(loaded.has_value());
    CHECK(loaded.error().code == errc::could_not_run);
    INFO(loaded.error().message);
    CHECK(loaded.error().message.find(": it is damaged: move it away") != std::string::npos);
}
