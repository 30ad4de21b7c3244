#include <algorithm>
#include <array>

#include "engine/documents/change.hpp"
#include "engine/documents/rules.hpp"
#include "engine/documents/subscriptions.hpp"
#include "engine/documents/user.hpp"
#include "engine/store/tables.hpp"

namespace allot::store {

namespace {

constexpr std::array states{run_state::going, run_state::interrupted, run_state::finished};

}  // namespace

run_state state_of(std::string_view text) {
    auto const found = std::ranges::find(states, text, [](run_state one) { return name(one); });
    if (found == states.end()) throw database_error{"the run store holds a run in no known state"};
    return *found;
}

void insert_run(database& in, std::int64_t job, new_run const& of,
                std::string const& subscriptions) {
    auto const& head = of.head;
    auto const& waves = head.agreed.waves;
    statement insert{in,
                     "INSERT INTO runs(name, job, command, tenant, client_id, source, job_path, "
                     "started_at, state, undoes, plan_id, report_dir, always_set_usage_location, "
                     "skip_redundant, default_location, verify_timeout_ms, wave_size, "
                     "wave_pause_ms, failures_max, failures_percent, subscriptions, way, requests, "
                     "forecast_ms, group_rules) VALUES "
                     "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"};
    insert << std::string_view{head.name} << job << std::string_view{head.command}
           << std::string_view{head.tenant} << std::string_view{head.client_id}
           << std::string_view{of.job.source} << std::string_view{head.job_path}
           << milliseconds(head.started_at) << name(run_state::going)
           << std::string_view{head.undoes} << std::string_view{head.plan_id}
           << std::string_view{head.report_dir} << head.agreed.by.always_set_usage_location
           << head.agreed.by.skip_redundant << std::string_view{head.agreed.default_location}
           << milliseconds(head.agreed.verify_timeout) << std::uint64_t{waves.size}
           << milliseconds(waves.pause);
    if (waves.failures_max) {
        insert << waves.failures_max->amount << waves.failures_max->percent;
    } else {
        insert.null().null();
    }
    insert << std::string_view{subscriptions} << std::string_view{head.way} << head.requests;
    if (head.forecast_seconds) {
        insert << static_cast<std::int64_t>(*head.forecast_seconds * 1000);
    } else {
        insert.null();
    }
    std::string groups;
    documents::append_group_rules(groups, head.agreed.by);
    if (groups == "{}") groups.clear();
    insert << std::string_view{groups};
    insert.run();
}

void insert_seats(database& in, std::int64_t run, std::span<plan::seat_count const> seats) {
    statement insert{in, "INSERT INTO seats VALUES (?,?,?,?,?,?,?,?,?)"};
    for (auto const& one : seats) {
        insert << run;
        insert.blob(one.sku.value.bytes)
            << std::string_view{one.part_number} << one.owned << one.used << one.free << one.needed
            << one.released << one.short_by;
        insert.run();
    }
}

void insert_changes(database& in, std::int64_t run, std::span<schedule::errand const> errands) {
    statement insert{in, "INSERT INTO changes VALUES (?,?,?,?,?)"};
    std::string change;
    std::string before;
    for (auto const& one : errands) {
        change.clear();
        before.clear();
        documents::append_change(change, *one.needs);
        documents::append_user(before, {*one.seen, one.id, {}});
        insert << run << one.user << one.rank << std::string_view{change}
               << std::string_view{before};
        insert.run();
    }
}

std::vector<plan::seat_count> load_seats(database& in, std::int64_t run) {
    statement asked{in,
                    "SELECT sku, part_number, owned, used, free, needed, released, short_by FROM "
                    "seats WHERE run=? ORDER BY part_number, sku"};
    asked << run;
    std::vector<plan::seat_count> seats;
    while (asked.next()) {
        plan::seat_count one;
        auto const sku = asked.bytes();
        std::ranges::copy(sku.substr(0, one.sku.value.bytes.size()), one.sku.value.bytes.begin());
        one.part_number = asked.text();
        one.owned = asked.integer();
        one.used = asked.integer();
        one.free = asked.integer();
        one.needed = asked.integer();
        one.released = asked.integer();
        one.short_by = asked.integer();
        seats.push_back(std::move(one));
    }
    return seats;
}

std::vector<schedule::errand> load_errands(database& in, std::int64_t run) {
    statement asked{
        in, "SELECT user, rank, change, before FROM changes WHERE run=? ORDER BY rank, user"};
    asked << run;
    std::vector<schedule::errand> errands;
    plan::pool<plan::change> changes;
    plan::pool<account> accounts;
    while (asked.next()) {
        schedule::errand one;
        one.user = asked.number();
        one.rank = asked.number();
        one.needs = changes.keep(whole(documents::parse_change(asked.bytes()), "change"));
        auto const seen = whole(documents::parse_user(asked.bytes()), "user");
        one.id = seen.id;
        one.seen = accounts.keep(seen);
        errands.push_back(std::move(one));
    }
    return errands;
}

/// The run's row; `job` and `subscriptions` on the side.
stored_run load_head(database& in, std::int64_t run, std::int64_t& job) {
    statement asked{in,
                    "SELECT job, name, command, tenant, client_id, job_path, started_at, state, "
                    "undoes, plan_id, report_dir, always_set_usage_location, skip_redundant, "
                    "default_location, verify_timeout_ms, wave_size, wave_pause_ms, failures_max, "
                    "failures_percent, subscriptions, way, requests, forecast_ms, source, "
                    "group_rules FROM runs WHERE run=?"};
    asked << run;
    if (!asked.next()) throw database_error{"the run store has lost a run"};
    stored_run loaded;
    loaded.run = run;
    job = asked.integer();
    auto& head = loaded.head;
    head.name = asked.text();
    head.command = asked.text();
    head.tenant = asked.text();
    head.client_id = asked.text();
    head.job_path = asked.text();
    head.started_at = to_wall_time(asked.integer());
    loaded.state = state_of(asked.bytes());
    head.undoes = asked.text();
    head.plan_id = asked.text();
    head.report_dir = asked.text();
    head.agreed.by.always_set_usage_location = asked.integer() != 0;
    head.agreed.by.skip_redundant = asked.integer() != 0;
    head.agreed.default_location = asked.text();
    head.agreed.verify_timeout = to_duration(asked.integer());
    head.agreed.waves.size = static_cast<std::size_t>(asked.integer());
    head.agreed.waves.pause = to_duration(asked.integer());
    auto const failures = asked.maybe_integer();
    auto const percent = asked.maybe_integer();
    if (failures) {
        head.agreed.waves.failures_max =
            plan::limit{static_cast<std::uint64_t>(*failures), percent.value_or(0) != 0};
    }
    loaded.subscriptions = whole(documents::parse_subscriptions(asked.bytes()), "subscription");
    head.way = asked.text();
    head.requests = static_cast<std::uint64_t>(asked.integer());
    if (auto const forecast = asked.maybe_integer()) {
        head.forecast_seconds = static_cast<double>(*forecast) / 1000;
    }
    loaded.job.source = asked.text();
    if (auto const groups = asked.bytes(); !groups.empty()) {
        auto const read = documents::parse_group_rules(groups, head.agreed.by);
        if (!read) throw database_error{read.error().message};
    }
    return loaded;
}

std::string_view name(run_state of) {
    switch (of) {
        case run_state::going:
            return "going";
        case run_state::interrupted:
            return "interrupted";
        case run_state::finished:
            return "finished";
    }
    return "";
}

}  // namespace allot::store
