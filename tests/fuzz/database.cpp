// A run store whose bytes or rows are not what was written: what can be read is sound, the rest is
// refused with a sentence.
#include <sqlite3.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "connectors/simulated/server/virtual_clock.hpp"
#include "engine/jobs/reader.hpp"
#include "engine/runs/run.hpp"
#include "engine/runs/undo.hpp"
#include "engine/store/run_store.hpp"
#include "tests/fuzz/fuzzing.hpp"
#include "tests/support/tenant.hpp"

using namespace allot;
using namespace allot::fuzzing;
using namespace allot::support;
using namespace std::chrono_literals;

namespace {

wall_time const began{1767600000000ms};
limits::owner const whose{"contoso.example", "client"};

/// A folder in memory where there is one, gone with the process.
struct folder {
    std::string path;

    folder() {
        std::string name = std::filesystem::exists("/dev/shm") ? "/dev/shm" : "/tmp";
        name += "/allot-fuzz-XXXXXX";
        must(mkdtemp(name.data()) != nullptr, "there is a folder for the database");
        path = name;
    }
    ~folder() { std::filesystem::remove_all(path); }
    folder(folder const&) = delete;
    folder& operator=(folder const&) = delete;
    [[nodiscard]] std::string file() const { return path + "/runs.db"; }
};

std::vector<schedule::dated_entry> entries() {
    schedule::intent whole;
    plan::change assigned;
    assigned.adds.push_back({power_bi, {bi_azure_p2}});
    whole.sent = assigned;
    schedule::intent part;
    plan::change located;
    located.usage_location = "NL";
    part.sent = located;
    schedule::attempt refused;
    refused.came = outcome_kind::throttled;
    refused.retry_after = 1500ms;
    refused.seen = {429, "5f0c2a44-2229-4c7e-8bfb-4b47f0e486cd", ""};
    refused.detail = "slow down";
    schedule::ending end;
    end.is.end = schedule::errand_end::verified;
    end.is.attempts = 2;
    end.is.changed_at = began + 1s;
    end.is.verified_at = began + 2s;
    end.is.seen = person(1, {direct(power_bi, {bi_azure_p2}), inherited(e3)});
    end.is.detail = "so";
    return {{began, whole},
            {began + 1ms, refused},
            {began + 2ms, part},
            {began + 4ms, schedule::bar{2, power_bi, true}},
            {began + 5ms, schedule::acceptance{0}},
            {began + 6ms, end}};
}

template <class T>
T sound(result<T> made) {
    must(made.has_value(), "the store to begin with is sound");
    return std::move(*made);
}

/// Makes the store that is then damaged: a run of two changes, one of them through; returns its
/// bytes.
std::string make_store(std::string const& file) {
    auto read = jobs::read(
        "user,sku,action,disabled_plans,usage_location,priority,note\n"
        "p1@contoso.example,POWER_BI_PRO,,BI_AZURE_P2,NL,3,\"a, \"\"b\"\"\"\n"
        "p2@contoso.example,POWER_BI_PRO,remove,,,,\n"
        "p3@contoso.example,SPE_E3,,none,,,3:x\n",
        {});
    must(read.errors.empty(), "the job is sound");
    {
        auto store = sound(store::run_store::open(file));
        std::vector<schedule::errand> errands(2);
        errands[0].seen = person(1, {inherited(e3)});
        plan::change given;
        given.adds.push_back({power_bi, {bi_azure_p2}});
        errands[0].needs = given;
        errands[1].user = 1;
        errands[1].seen = person(2, {direct(power_bi)});
        plan::change taken;
        taken.removes.push_back(power_bi);
        errands[1].needs = taken;
        errands[0].key = person(1).id.str();
        errands[1].key = person(2).id.str();
        plan::seat_count seat;
        seat.sku = power_bi;
        seat.part_number = "POWER_BI_PRO";
        seat.owned = 100;
        store::run_head head;
        head.name = "run-1";
        head.command = "apply";
        head.tenant = whose.tenant;
        head.client_id = whose.client_id;
        head.job_path = "/jobs/wave.csv";
        head.started_at = began;
        head.report_dir = "/reports";
        head.plan_id = "plan-1";
        head.agreed.by.via[power_bi] = {sales_group, "Licence \"Power BI\"", {bi_azure_p2}, {}};
        head.agreed.waves.failures_max = plan::limit{5, true};
        head.forecast_seconds = 12.5;
        reconcile::row row;
        row.line = 4;
        row.user = "p3@contoso.example";
        row.sku = "SPE_E3";
        row.is = reconcile::verdict::blocked;
        row.why = reason::no_seats;
        row.extra.emplace_back("3:x");
        std::vector<plan::seat_count> const seats{seat};
        store::row_giver const rows = [&](auto const& take) { take(2, row); };
        auto const owned = subscriptions();
        auto const run = sound(store.begin({head, read.read, owned, seats, errands, rows}));
        must(store.write(run, entries()).has_value(), "entries are written");
        must(store.learn({{whose, throttle::limit::writes, {3000, 150s}, {}, began, began}})
                 .has_value(),
             "limits are written");
        documents::kept_tenant kept;
        kept.link = "https://graph.microsoft.com/v1.0/users/delta?x";
        std::vector<documents::kept_user> const users{{person(1), false}, {person(2), true}};
        must(store.keep(whose, {kept, true, {}, users}).has_value(), "a survey is written");
        store::run_end const end{store::run_state::interrupted, began + 9s, 4, "{}"};
        must(store.end(run, end).has_value(), "the end is written");
    }
    std::ifstream made{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{made}, {}};
}

struct column {
    std::string table;
    std::string name;
};

std::vector<column> columns_of(std::string const& file) {
    std::vector<column> found;
    sqlite3* db = nullptr;
    sqlite3_open(file.c_str(), &db);
    sqlite3_stmt* asked = nullptr;
    sqlite3_prepare_v2(db,
                       "SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name) c "
                       "WHERE m.type='table' ORDER BY 1, c.cid",
                       -1, &asked, nullptr);
    auto const text = [&](int at) {
        return std::string{reinterpret_cast<char const*>(sqlite3_column_text(asked, at))};
    };
    while (sqlite3_step(asked) == SQLITE_ROW) found.push_back({text(0), text(1)});
    sqlite3_finalize(asked);
    sqlite3_close(db);
    must(!found.empty(), "the store has tables");
    return found;
}

/// Puts values into fields: what a bug, or a hand with `sqlite3`, could have written.
void spoil_rows(std::string const& file, std::vector<column> const& columns, input& from) {
    sqlite3* db = nullptr;
    sqlite3_open(file.c_str(), &db);
    for (int left = 4; left > 0 && !from.empty(); --left) {
        auto const& which = columns[from.byte() % columns.size()];
        auto const kind = from.below(5);
        auto const value = from.line();
        auto const number =
            static_cast<sqlite3_int64>(std::strtoll(std::string{value}.c_str(), nullptr, 10));
        auto const sql = kind == 4
                             ? "DELETE FROM " + which.table
                             : "UPDATE OR IGNORE " + which.table + " SET " + which.name + "=?";
        sqlite3_stmt* change = nullptr;
        sqlite3_prepare_v2(db, sql.c_str(), -1, &change, nullptr);
        auto const size = static_cast<int>(value.size());
        if (kind == 1) sqlite3_bind_int64(change, 1, number);
        if (kind == 2) sqlite3_bind_text(change, 1, value.data(), size, SQLITE_STATIC);
        if (kind == 3) sqlite3_bind_blob(change, 1, value.data(), size, SQLITE_STATIC);
        sqlite3_step(change);
        sqlite3_finalize(change);
    }
    sqlite3_close(db);
}

void spoil_bytes(std::string& bytes, input& from) {
    for (int left = 16; left > 0 && !from.empty(); --left) {
        auto const page = from.byte();
        auto const upper = from.byte();
        auto const lower = from.byte();
        auto const at = page % (bytes.size() / 4096) * 4096 + (upper % 16U) * 256U + lower;
        bytes[at] = static_cast<char>(from.byte());
    }
}

template <class T>
void said(result<T> const& of) {
    must(of.has_value() || !of.error().message.empty(), "a refusal says why");
}

/// A tenant that is not asked: going on with a run is a matter of the store alone.
class nobody final : public directory {
 public:
    boost::asio::awaitable<reading<std::vector<subscription>>> read_subscriptions() override {
        co_return reading<std::vector<subscription>>{};
    }
    boost::asio::awaitable<reading<user_page>> read_users(std::string) override {
        co_return reading<user_page>{};
    }
    boost::asio::awaitable<reading<std::vector<group>>> find_groups(std::string) override {
        co_return reading<std::vector<group>>{};
    }
    boost::asio::awaitable<reading<user_page>> read_members(group_id, bool, std::string) override {
        co_return reading<user_page>{};
    }
    boost::asio::awaitable<reading<user_changes>> read_changes(std::string) override {
        co_return reading<user_changes>{};
    }
    boost::asio::awaitable<std::vector<outcome>> perform(std::vector<operation>) override {
        co_return std::vector<outcome>{};
    }
};

/// As `allot resume` begins.
void go_on(store::run_store& store, std::int64_t run) {
    boost::asio::io_context context;
    simulated::virtual_clock time{context.get_executor()};
    nobody tenant;
    throttle::governor_options const believed;
    throttle::governor paced{believed};
    execute::stop_switch stop;
    survey::tools look{tenant, time, paced, stop, {}, {}};
    runs::tools with{look, store, whose, believed};
    said(runs::run::go_on(with, run, {}, {}));
}

void read_all(store::run_store& store) {
    auto const history = store.history(10);
    said(history);
    said(store.find("run-1"));
    said(store.newest(whose.tenant));
    said(store.newest_of_job(whose.tenant, "/jobs/wave.csv"));
    said(store.run_of_plan("plan-1"));
    said(store.undone_by("run-1"));
    said(store.newest_skus());
    said(store.learned());
    said(store.kept_tenant(whose));
    said(store.each_kept_user(whose, [](documents::kept_user const&) {}));
    std::vector<std::int64_t> runs{1};
    if (history) {
        for (auto const& one : *history) runs.push_back(one.run);
    }
    for (auto const run : runs) {
        said(store.overtaken_by(run));
        said(store.report_dir(run));
        said(store.each_row(run, [](reconcile::row const&) {}));
        said(store.each_attempt(run, [](reconcile::attempt_line const&) {}));
        said(store.extra_columns(run));
        said(store.summary(run));
        said(store.count_attempts(run));
        auto const loaded = store.load(run);
        said(loaded);
        if (!loaded) continue;
        (void)runs::undo_of(*loaded);
        go_on(store, run);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static folder const place;
    static std::string const whole = make_store(place.file());
    static auto const columns = columns_of(place.file());
    input from{data, size};
    bool const by_rows = !from.flag();
    auto bytes = whole;
    if (!by_rows) spoil_bytes(bytes, from);
    for (auto const* const other : {"-wal", "-shm"}) std::filesystem::remove(place.file() + other);
    std::ofstream{place.file(), std::ios::binary | std::ios::trunc}.write(
        bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (by_rows) spoil_rows(place.file(), columns, from);
    auto opened = store::run_store::open(place.file());
    said(opened);
    if (opened) read_all(*opened);
    return 0;
}
