#include "engine/store/schema.hpp"

#include <fmt/format.h>

#include <array>

namespace allot::store {

namespace {

/// `allo`, in the database's header: a file of another program is not touched.
constexpr std::int64_t application = 0x616c6c6f;

// Times are milliseconds since 1970, UTC. GUIDs are blobs of 16 bytes. Words (why, came, …) are the
// codes of the report and of the port. NULL stands for none.
constexpr char const* version_1 = R"(
CREATE TABLE jobs (           -- each content once, however many runs have it
    job INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    shape TEXT NOT NULL       -- JSON: its SKUs, plan rules and extra columns
);
CREATE TABLE job_users (job INTEGER, user INTEGER, name TEXT NOT NULL,
    PRIMARY KEY (job, user)) WITHOUT ROWID;
CREATE TABLE targets (job INTEGER, target INTEGER, line INTEGER NOT NULL, user INTEGER NOT NULL,
    sku INTEGER NOT NULL, plans INTEGER NOT NULL, action TEXT NOT NULL, priority INTEGER,
    usage_location TEXT, sku_column INTEGER NOT NULL, extra TEXT,
    PRIMARY KEY (job, target)) WITHOUT ROWID;
CREATE TABLE runs (
    run INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    job INTEGER NOT NULL,
    command TEXT NOT NULL,
    tenant TEXT NOT NULL,
    client_id TEXT,
    source TEXT,              -- the job's file
    job_path TEXT,            -- the same as a whole path: names the job from run to run
    started_at INTEGER NOT NULL,
    ended_at INTEGER,         -- NULL: it goes on, or was killed
    state TEXT NOT NULL,      -- going, interrupted, finished
    exit_code INTEGER,
    undoes TEXT,              -- the run that this one undoes
    plan_id TEXT,             -- the saved plan that it applies
    report_dir TEXT,
    -- What was agreed to, and holds until the run is over.
    always_set_usage_location INTEGER NOT NULL,
    skip_redundant INTEGER NOT NULL,
    default_location TEXT,
    verify_timeout_ms INTEGER NOT NULL,
    wave_size INTEGER NOT NULL,
    wave_pause_ms INTEGER NOT NULL,
    failures_max INTEGER,
    failures_percent INTEGER,
    subscriptions TEXT NOT NULL,  -- JSON: as they were seen
    way TEXT,                 -- how the users were read
    requests INTEGER NOT NULL,
    forecast_ms INTEGER,
    summary TEXT              -- summary.json
);
CREATE INDEX runs_by_plan ON runs (plan_id) WHERE plan_id IS NOT NULL;
CREATE INDEX runs_by_job ON runs (tenant, job_path);
CREATE TABLE seats (run INTEGER, sku BLOB, part_number TEXT, owned INTEGER, used INTEGER,
    free INTEGER, needed INTEGER, released INTEGER, short_by INTEGER,
    PRIMARY KEY (run, sku)) WITHOUT ROWID;
CREATE TABLE changes (        -- what the plan changes, with the user as he was before
    run INTEGER, user INTEGER, rank INTEGER NOT NULL, change TEXT NOT NULL, before TEXT NOT NULL,
    PRIMARY KEY (run, user)) WITHOUT ROWID;
-- The run's entries, in the order of n.
CREATE TABLE intents (run INTEGER, n INTEGER, at INTEGER NOT NULL, user INTEGER NOT NULL,
    sent TEXT,                -- NULL: the whole change as planned
    PRIMARY KEY (run, n)) WITHOUT ROWID;
CREATE TABLE attempts (run INTEGER, n INTEGER, at INTEGER NOT NULL, user INTEGER NOT NULL,
    kind TEXT NOT NULL, came TEXT NOT NULL, why TEXT, http_status INTEGER, request_id BLOB,
    client_request_id BLOB, retry_after_ms INTEGER, whole_batch INTEGER, detail TEXT,
    PRIMARY KEY (run, n)) WITHOUT ROWID;
CREATE TABLE acceptances (run INTEGER, n INTEGER, at INTEGER NOT NULL, user INTEGER NOT NULL,
    PRIMARY KEY (run, n)) WITHOUT ROWID;
CREATE TABLE bars (run INTEGER, n INTEGER, at INTEGER NOT NULL, target INTEGER NOT NULL,
    sku BLOB NOT NULL, refused_itself INTEGER NOT NULL,
    PRIMARY KEY (run, n)) WITHOUT ROWID;
CREATE TABLE endings (run INTEGER, n INTEGER, at INTEGER NOT NULL, user INTEGER NOT NULL,
    how TEXT NOT NULL, why TEXT, attempts INTEGER NOT NULL, http_status INTEGER, request_id BLOB,
    client_request_id BLOB, changed_at INTEGER, verified_at INTEGER, seen TEXT, detail TEXT,
    PRIMARY KEY (run, n)) WITHOUT ROWID;
CREATE TABLE verdicts (run INTEGER, target INTEGER,
    planned INTEGER NOT NULL, -- 1: known before anything was sent
    verdict TEXT NOT NULL, why TEXT,
    sku TEXT NOT NULL, user_id BLOB, before TEXT, after TEXT, attempts INTEGER,
    http_status INTEGER, request_id BLOB, changed_at TEXT, verified_at TEXT, detail TEXT,
    PRIMARY KEY (run, target)) WITHOUT ROWID;
CREATE TABLE tallies (run INTEGER, verdict TEXT, targets INTEGER NOT NULL,
    PRIMARY KEY (run, verdict)) WITHOUT ROWID;
CREATE TABLE limits (tenant TEXT, client_id TEXT, name TEXT, finding TEXT NOT NULL,
    PRIMARY KEY (tenant, client_id, name)) WITHOUT ROWID;
)";

// What surveys keep for each other (engine/documents/kept_tenant.hpp).
constexpr char const* version_2 = R"(
CREATE TABLE surveys (
    survey INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    client_id TEXT NOT NULL,
    link TEXT,                -- where the service goes on telling what has changed
    link_at INTEGER NOT NULL,
    whole_at INTEGER NOT NULL,    -- when all users kept were last looked at; 0: none is kept
    members INTEGER NOT NULL, -- users in the tenant; 0: not known
    UNIQUE (tenant, client_id));
CREATE TABLE survey_users (survey INTEGER, id BLOB, look_again INTEGER NOT NULL,
    user TEXT NOT NULL,       -- JSON: as he was seen
    PRIMARY KEY (survey, id)) WITHOUT ROWID;
)";

// What was agreed to of groups, as JSON; NULL where it is the default.
constexpr char const* version_3 = "ALTER TABLE runs ADD COLUMN group_rules TEXT";

constexpr std::array steps{version_1, version_2, version_3};

std::int64_t pragma(database& in, std::string_view name) {
    statement asked{in, fmt::format("PRAGMA {}", name)};
    asked.next();
    return asked.integer();
}

std::int64_t version_of(database& in) {
    auto const version = pragma(in, "user_version");
    if (version >= 0) return version;
    throw database_error{fmt::format(
        "the run store {} has tables of version {}, which none had; it is damaged: move "
        "it away, and what it knew of earlier runs with it",
        in.path(), version)};
}

}  // namespace

std::span<char const* const> schema_steps() {
    return steps;
}

void check_whose(database& in) {
    // In this order: another process may be making the tables, which sets both at once.
    bool const has_tables = pragma(in, "schema_version") != 0;
    auto const written_by = pragma(in, "application_id");
    bool const empty = written_by == 0 && !has_tables;
    if (empty || written_by == application) return;
    throw database_error{
        fmt::format("{} is not a run store: move it away, or name another --state-dir", in.path())};
}

void check_newest(database& in, std::span<char const* const> through) {
    auto const newest = static_cast<std::int64_t>(through.size());
    auto const version = version_of(in);
    if (version == newest) return;
    throw database_error{fmt::format(
        "the run store {} was written by {} allot (version {} of its tables; this one "
        "knows {}): {}",
        in.path(), version > newest ? "a newer" : "an older", version, newest,
        version > newest ? "use that one" : "it is brought up to date where it can be written")};
}

void migrate(database& in, std::span<char const* const> through) {
    auto const newest = static_cast<std::int64_t>(through.size());
    if (version_of(in) == newest && pragma(in, "application_id") == application) return;
    transaction all{in};
    // Asked again, because another process may have been quicker.
    auto version = version_of(in);
    if (version > newest) {
        throw database_error{
            fmt::format("the run store {} was written by a newer allot (version {} of its tables; "
                        "this one knows "
                        "{}): use that one",
                        in.path(), version, newest)};
    }
    check_whose(in);
    for (; version < newest; ++version) in.run(through[static_cast<std::size_t>(version)]);
    in.run(fmt::format("PRAGMA application_id={}", application).c_str());
    in.run(fmt::format("PRAGMA user_version={}", newest).c_str());
    all.commit();
}

}  // namespace allot::store
