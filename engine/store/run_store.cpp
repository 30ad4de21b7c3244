#include "engine/store/run_store.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>

#include "engine/documents/change.hpp"
#include "engine/documents/subscriptions.hpp"
#include "engine/documents/user.hpp"
#include "engine/store/digest.hpp"
#include "engine/store/schema.hpp"
#include "engine/store/tables.hpp"

namespace allot::store {

namespace {

/// The runs' planned changes, by user, so that an intent need not repeat them.
using changes_of_run = std::unordered_map<std::uint32_t, shared<plan::change>>;

constexpr std::string_view line_columns =
    "SELECT r.run, r.name, r.command, r.tenant, r.source, r.state, r.started_at, r.ended_at, "
    "r.exit_code, r.undoes, (SELECT count(*) FROM targets t WHERE t.job=r.job), "
    "(SELECT count(*) FROM changes c WHERE c.run=r.run), "
    "(SELECT count(*) FROM endings e WHERE e.run=r.run) FROM runs r ";

run_line read_line(statement& from) {
    run_line line;
    line.run = from.integer();
    line.name = from.text();
    line.command = from.text();
    line.tenant = from.text();
    line.source = from.text();
    line.state = state_of(from.bytes());
    line.started_at = to_wall_time(from.integer());
    if (auto const at = from.maybe_integer()) line.ended_at = to_wall_time(*at);
    if (auto const status = from.maybe_integer()) line.exit_code = static_cast<int>(*status);
    line.undoes = from.text();
    line.targets = from.number();
    line.changes = from.number();
    line.ended = line.state == run_state::finished ? line.changes : from.number();
    return line;
}

}  // namespace

struct run_store::state {
    explicit state(std::string const& path, database::use how = database::use::writing)
        : in{path, how} {
        check_whose(in);
        if (how == database::use::reading) {
            check_newest(in, schema_steps());
            return;
        }
        in.begin_writing();
        migrate(in, schema_steps());
    }

    changes_of_run const& changes(std::int64_t run) {
        if (planned_of != run) {
            planned.clear();
            plan::pool<plan::change> alike;
            statement asked{in, "SELECT user, change FROM changes WHERE run=?"};
            asked << run;
            while (asked.next()) {
                auto const user = asked.number();
                auto const change = whole(documents::parse_change(asked.bytes()), "change");
                planned.emplace(user, alike.keep(change));
            }
            next = next_entry(in, run);
            planned_of = run;
        }
        return planned;
    }

    std::optional<run_line> one_line(std::string_view where, std::string_view value,
                                     std::string_view second = {}) {
        statement asked{in, std::string{line_columns} + std::string{where}};
        asked << value;
        if (!second.empty()) asked << second;
        std::optional<run_line> found;
        if (asked.next()) found = read_line(asked);
        asked.reset();
        if (found) add_tally(*found);
        return found;
    }

    std::int64_t job_of(std::int64_t run) {
        statement asked{in, "SELECT job FROM runs WHERE run=?"};
        asked << run;
        if (!asked.next()) throw database_error{"the run store has lost a run"};
        return asked.integer();
    }

    void add_tally(run_line& to) {
        statement asked{in, "SELECT verdict, targets FROM tallies WHERE run=?"};
        asked << to.run;
        while (asked.next()) {
            auto verdict = asked.text();
            to.tally.emplace_back(std::move(verdict), asked.number());
        }
    }

    database in;
    std::optional<entry_writer> entries;  ///< once there was something to write
    std::int64_t planned_of = 0;          ///< the run that `planned` and `next` are of; 0: none
    changes_of_run planned;
    std::int64_t next = 0;  ///< the number of its next entry
};

run_store::run_store(std::unique_ptr<state> made) : state_{std::move(made)} {}
run_store::~run_store() = default;
run_store::run_store(run_store&&) noexcept = default;
run_store& run_store::operator=(run_store&&) noexcept = default;

result<run_store> run_store::open(std::string const& path) {
    return guarded(path, [&] { return run_store{std::make_unique<state>(path)}; });
}

result<run_store> run_store::open_to_read(std::string const& path) {
    // Where its folder cannot be written, SQLite cannot open it as it does else.
    auto const folder = path.substr(0, path.rfind('/') + 1);
    bool const writable = ::access(path.c_str(), W_OK) == 0 &&
                          ::access(folder.empty() ? "." : folder.c_str(), W_OK) == 0;
    struct stat is {};
    // Root leaves nothing of his own beside what belongs to another user.
    bool const ours = ::stat(path.c_str(), &is) == 0 && is.st_uid == ::geteuid();
    if (writable && ours) return open(path);
    return guarded(
        path, [&] { return run_store{std::make_unique<state>(path, database::use::reading)}; });
}

result<std::int64_t> run_store::begin(new_run const& of) {
    return guarded(state_->in.path(), [&] {
        auto& in = state_->in;
        transaction all{in};
        auto const job = keep_job(in, of.job, hash_of(of.job));
        std::string subscriptions;
        documents::append_subscriptions(subscriptions, of.subscriptions);
        insert_run(in, job, of, subscriptions);
        statement asked{in, "SELECT run FROM runs WHERE name=?"};
        asked << std::string_view{of.head.name};
        asked.next();
        auto const run = asked.integer();
        asked.reset();
        insert_seats(in, run, of.seats);
        insert_changes(in, run, of.errands);
        row_writer settled{in, run, true};
        of.settled(
            [&](std::uint32_t target, reconcile::row const& row) { settled.write(target, row); });
        all.commit();
        return run;
    });
}

result<void> run_store::write(std::int64_t run, std::span<schedule::dated_entry const> entries) {
    return guarded(state_->in.path(), [&] {
        auto const& planned = state_->changes(run);
        transaction all{state_->in};
        if (!state_->entries) state_->entries.emplace(state_->in);
        state_->entries->write(
            run, state_->next, entries,
            [&](std::uint32_t user) -> shared<plan::change> const& { return planned.at(user); });
        all.commit();
        state_->next += static_cast<std::int64_t>(entries.size());
    });
}

result<void> run_store::put_rows(std::int64_t run, row_giver const& rows,
                                 std::function<void(reconcile::row const&)> const& take) {
    return guarded(state_->in.path(), [&] {
        transaction all{state_->in};
        row_reader settled{state_->in, run, state_->job_of(run), row_reader::of::planned};
        row_writer changed{state_->in, run, false};
        bool more = settled.next();
        rows([&](std::uint32_t target, reconcile::row const& row) {
            for (; more && settled.target() < target; more = settled.next()) take(settled.row());
            changed.write(target, row);
            take(row);
        });
        for (; more; more = settled.next()) take(settled.row());
        all.commit();
    });
}

result<void> run_store::end(std::int64_t run, run_end const& how) {
    return guarded(state_->in.path(), [&] {
        auto& in = state_->in;
        transaction all{in};
        statement update{in,
                         "UPDATE runs SET state=?, ended_at=?, exit_code=?, summary=? WHERE run=?"};
        update << name(how.state) << milliseconds(how.at) << how.exit_code
               << std::string_view{how.summary} << run;
        update.run();
        (statement{in, "DELETE FROM tallies WHERE run=?"} << run).run();
        (statement{in,
                   "INSERT INTO tallies SELECT run, verdict, count(*) FROM verdicts WHERE run=? "
                   "GROUP BY verdict"}
         << run)
            .run();
        if (how.state == run_state::finished) {
            // All that is known of the users is in the verdicts now.
            (statement{in, "DELETE FROM endings WHERE run=?"} << run).run();
        }
        all.commit();
    });
}

result<void> run_store::reopen(std::int64_t run) {
    return guarded(state_->in.path(), [&] {
        transaction all{state_->in};
        (statement{state_->in, "UPDATE runs SET state='going', ended_at=NULL WHERE run=?"} << run)
            .run();
        (statement{state_->in, "DELETE FROM verdicts WHERE run=? AND planned=0"} << run).run();
        all.commit();
    });
}

result<void> run_store::forget(std::string const& tenant, wall_time before) {
    return guarded(state_->in.path(), [&] {
        auto& in = state_->in;
        std::vector<std::int64_t> old;
        statement asked{in,
                        "SELECT run FROM runs WHERE tenant=?1 AND started_at<?2 AND "
                        "state='finished' AND run<(SELECT max(run) FROM runs WHERE tenant=?1)"};
        asked << std::string_view{tenant} << milliseconds(before);
        while (asked.next()) old.push_back(asked.integer());
        if (old.empty()) return;
        transaction all{in};
        for (auto const run : old) {
            for (auto const* const table :
                 {"seats", "changes", "intents", "attempts", "acceptances", "bars", "endings",
                  "verdicts", "tallies", "runs"}) {
                (statement{in, "DELETE FROM " + std::string{table} + " WHERE run=?"} << run).run();
            }
        }
        in.run("DELETE FROM jobs WHERE job NOT IN (SELECT job FROM runs)");
        in.run("DELETE FROM job_users WHERE job NOT IN (SELECT job FROM jobs)");
        in.run("DELETE FROM targets WHERE job NOT IN (SELECT job FROM jobs)");
        all.commit();
    });
}

result<void> run_store::check() {
    return guarded(state_->in.path(), [&] {
        statement asked{state_->in, "PRAGMA integrity_check(1)"};
        auto const said = asked.next() ? asked.text() : std::string{"no answer"};
        asked.reset();
        if (said != "ok") throw database_error{said};
    });
}

result<std::vector<run_line>> run_store::history(std::size_t most) {
    return guarded(state_->in.path(), [&] {
        std::vector<run_line> lines;
        statement asked{state_->in, std::string{line_columns} + "ORDER BY r.run DESC LIMIT ?"};
        asked << std::uint64_t{most};
        while (asked.next()) lines.push_back(read_line(asked));
        for (auto& one : lines) state_->add_tally(one);
        return lines;
    });
}

result<std::optional<run_line>> run_store::find(std::string const& name) {
    return guarded(state_->in.path(), [&] { return state_->one_line("WHERE r.name=?", name); });
}

result<std::optional<run_line>> run_store::newest(std::string const& tenant) {
    return guarded(state_->in.path(), [&] {
        return state_->one_line("WHERE r.tenant=? ORDER BY r.run DESC LIMIT 1", tenant);
    });
}

result<std::optional<run_line>> run_store::newest_of_job(std::string const& tenant,
                                                         std::string const& job_path) {
    return guarded(state_->in.path(), [&] {
        return state_->one_line(
            "WHERE r.tenant=? AND r.job_path=? AND r.command='apply' ORDER BY r.run DESC LIMIT 1",
            tenant, job_path);
    });
}

result<std::optional<run_line>> run_store::run_of_plan(std::string const& plan_id) {
    return guarded(state_->in.path(),
                   [&] { return state_->one_line("WHERE r.plan_id=? LIMIT 1", plan_id); });
}

result<stored_run> run_store::load(std::int64_t run) {
    return guarded(state_->in.path(), [&] {
        auto& in = state_->in;
        std::int64_t job = 0;
        auto loaded = load_head(in, run, job);
        auto source = std::move(loaded.job.source);
        loaded.job = load_job(in, job);
        loaded.job.source = std::move(source);
        loaded.seats = load_seats(in, run);
        loaded.errands = load_errands(in, run);
        auto const& planned = state_->changes(run);
        loaded.entries =
            load_entries(in, run, [&](std::uint32_t user) -> shared<plan::change> const& {
                auto const found = planned.find(user);
                if (found == planned.end()) throw database_error{"the run store has lost a change"};
                return found->second;
            });
        loaded.blocked = load_blocked(in, run);
        check_fit(loaded);
        return loaded;
    });
}

result<void> run_store::each_row(std::int64_t run,
                                 std::function<void(reconcile::row const&)> const& take) {
    return guarded(state_->in.path(), [&] {
        row_reader rows{state_->in, run, state_->job_of(run), row_reader::of::all};
        while (rows.next()) take(rows.row());
    });
}

result<void> run_store::each_attempt(
    std::int64_t run, std::function<void(reconcile::attempt_line const&)> const& take) {
    return guarded(state_->in.path(), [&] { store::each_attempt(state_->in, run, take); });
}

result<std::vector<std::string>> run_store::extra_columns(std::int64_t run) {
    return guarded(state_->in.path(),
                   [&] { return load_job_shape(state_->in, state_->job_of(run)).extra_columns; });
}

result<std::string> run_store::summary(std::int64_t run) {
    return guarded(state_->in.path(), [&] {
        statement asked{state_->in, "SELECT summary FROM runs WHERE run=?"};
        asked << run;
        return asked.next() ? asked.text() : std::string{};
    });
}

result<std::vector<std::string>> run_store::newest_skus() {
    return guarded(state_->in.path(), [&] {
        statement asked{state_->in,
                        "SELECT subscriptions FROM runs ORDER BY started_at DESC LIMIT 1"};
        std::vector<std::string> names;
        if (!asked.next()) return names;
        auto const read = documents::parse_subscriptions(asked.bytes());
        if (!read) throw database_error{read.error().message};
        for (auto const& each : *read) names.push_back(each.part_number);
        std::ranges::sort(names);
        return names;
    });
}

result<std::string> run_store::report_dir(std::int64_t run) {
    return guarded(state_->in.path(), [&] {
        statement asked{state_->in, "SELECT report_dir FROM runs WHERE run=?"};
        asked << run;
        return asked.next() ? asked.text() : std::string{};
    });
}

result<std::string> run_store::overtaken_by(std::int64_t run) {
    return guarded(state_->in.path(), [&] {
        statement asked{state_->in,
                        "SELECT name FROM runs r WHERE run>?1 AND tenant=(SELECT tenant FROM runs "
                        "WHERE run=?1) AND EXISTS (SELECT 1 FROM changes c WHERE c.run=r.run) "
                        "ORDER BY run DESC LIMIT 1"};
        asked << run;
        return asked.next() ? asked.text() : std::string{};
    });
}

result<std::string> run_store::undone_by(std::string const& name) {
    return guarded(state_->in.path(), [&] {
        statement asked{state_->in,
                        "SELECT name FROM runs WHERE undoes=? ORDER BY run DESC LIMIT 1"};
        asked << std::string_view{name};
        return asked.next() ? asked.text() : std::string{};
    });
}

result<run_store::attempt_counts> run_store::count_attempts(std::int64_t run) {
    return guarded(state_->in.path(), [&] {
        statement asked{state_->in,
                        "SELECT count(*), coalesce(sum(came='throttled'),0) FROM attempts WHERE "
                        "run=?"};
        asked << run;
        asked.next();
        attempt_counts counts;
        counts.writes = static_cast<std::uint64_t>(asked.integer());
        counts.refusals = static_cast<std::uint64_t>(asked.integer());
        return counts;
    });
}

result<limits::learned_limits> run_store::learned() {
    return guarded(state_->in.path(), [&] {
        limits::learned_limits all;
        statement asked{state_->in, "SELECT finding FROM limits"};
        while (asked.next()) {
            auto const text = asked.text();
            for (auto& one : whole(limits::parse(text), "limit")) all.push_back(std::move(one));
        }
        return all;
    });
}

result<void> run_store::learn(limits::learned_limits const& found) {
    return guarded(state_->in.path(), [&] {
        transaction all{state_->in};
        statement insert{state_->in, "INSERT OR REPLACE INTO limits VALUES (?,?,?,?)"};
        for (auto const& one : found) {
            auto const text = limits::to_text({one});
            insert << std::string_view{one.whose.tenant} << std::string_view{one.whose.client_id}
                   << throttle::name(one.of) << std::string_view{text};
            insert.run();
        }
        all.commit();
    });
}

result<documents::kept_tenant> run_store::kept_tenant(limits::owner const& whose) {
    return guarded(state_->in.path(), [&] { return load_kept_tenant(state_->in, whose); });
}

result<void> run_store::each_kept_user(limits::owner const& whose,
                                       std::function<void(documents::kept_user)> const& take) {
    return guarded(state_->in.path(), [&] { store::each_kept_user(state_->in, whose, take); });
}

result<void> run_store::keep(limits::owner const& whose, documents::keeping const& change) {
    return guarded(state_->in.path(), [&] {
        transaction all{state_->in};
        keep_tenant(state_->in, whose, change);
        all.commit();
    });
}

}  // namespace allot::store
