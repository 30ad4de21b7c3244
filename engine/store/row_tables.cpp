#include <algorithm>

#include "engine/store/tables.hpp"

namespace allot::store {

void bind_id(statement& to, std::string_view text) {
    if (auto const id = guid::parse(text); id && id->str() == text) {
        to.blob(id->bytes);
    } else {
        to << text;
    }
}

std::string read_id(statement& from) {
    bool const packed = from.is_blob();
    auto const bytes = from.bytes();
    guid id;
    if (!packed || bytes.size() != id.bytes.size()) return std::string{bytes};
    std::ranges::copy(bytes, id.bytes.begin());
    return id.str();
}

reason reason_of(std::string_view text) {
    auto const found =
        std::ranges::find_if(all_reasons, [&](reason one) { return code(one) == text; });
    if (found == all_reasons.end()) {
        throw database_error{"the run store holds an unknown reason: " + std::string{text}};
    }
    return *found;
}

namespace {

reconcile::verdict verdict_of(std::string_view text) {
    auto const found = std::ranges::find_if(reconcile::all_verdicts,
                                            [&](auto one) { return reconcile::name(one) == text; });
    if (found == reconcile::all_verdicts.end()) {
        throw database_error{"the run store holds an unknown verdict: " + std::string{text}};
    }
    return *found;
}

}  // namespace

void insert_rows(database& in, std::int64_t run, row_giver const& rows, bool planned) {
    statement insert{in, "INSERT OR REPLACE INTO verdicts VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"};
    rows([&](std::uint32_t target, reconcile::row const& row) {
        insert << run << target << planned << reconcile::name(row.is) << code(row.why)
               << std::string_view{row.sku};
        bind_id(insert, row.user_id);
        insert << std::string_view{row.before} << std::string_view{row.after};
        insert << (row.attempts == 0 ? std::nullopt : std::optional{row.attempts});
        insert << (row.http_status == 0 ? std::nullopt : std::optional{row.http_status});
        bind_id(insert, row.request_id);
        insert << std::string_view{row.changed_at} << std::string_view{row.verified_at}
               << std::string_view{row.detail};
        insert.run();
    });
}

void each_row(database& in, std::int64_t run, std::int64_t job,
              std::function<void(reconcile::row const&)> const& take) {
    statement asked{in,
                    "SELECT t.line, u.name, t.action, t.extra, v.verdict, v.why, v.sku, v.user_id, "
                    "v.before, v.after, v.attempts, v.http_status, v.request_id, v.changed_at, "
                    "v.verified_at, v.detail FROM verdicts v "
                    "JOIN targets t ON t.job=? AND t.target=v.target "
                    "JOIN job_users u ON u.job=t.job AND u.user=t.user "
                    "WHERE v.run=? ORDER BY v.target"};
    asked << job << run;
    auto const columns = load_job_shape(in, job).extra_columns.size();
    while (asked.next()) {
        reconcile::row row;
        row.line = asked.number();
        row.user = asked.text();
        row.action = asked.text();
        row.extra = unpack_cells(asked.bytes(), columns);
        row.is = verdict_of(asked.bytes());
        row.why = reason_of(asked.bytes());
        row.sku = asked.text();
        row.user_id = read_id(asked);
        row.before = asked.text();
        row.after = asked.text();
        row.attempts = asked.number();
        row.http_status = static_cast<int>(asked.integer());
        row.request_id = read_id(asked);
        row.changed_at = asked.text();
        row.verified_at = asked.text();
        row.detail = asked.text();
        take(row);
    }
}

void each_attempt(database& in, std::int64_t run,
                  std::function<void(reconcile::attempt_line const&)> const& take) {
    statement asked{in,
                    "SELECT u.name, a.at, a.kind, a.came, a.why, a.http_status, a.request_id, "
                    "a.client_request_id, a.retry_after_ms, a.detail FROM runs r "
                    "JOIN attempts a ON a.run=r.run "
                    "JOIN job_users u ON u.job=r.job AND u.user=a.user "
                    "WHERE r.run=? ORDER BY a.user, a.n"};
    asked << run;
    reconcile::attempt_line line;
    while (asked.next()) {
        line.user = asked.text();
        line.at = to_wall_time(asked.integer());
        line.what = asked.text();
        line.came = asked.text();
        line.why = reason_of(asked.bytes());
        line.http_status = static_cast<int>(asked.maybe_integer().value_or(0));
        line.request_id = read_id(asked);
        line.client_request_id = read_id(asked);
        line.retry_after.reset();
        if (auto const after = asked.maybe_integer()) {
            to_duration(*after);  // throws when it is none
            line.retry_after = std::chrono::milliseconds{*after};
        }
        line.detail = asked.text();
        take(line);
    }
}

std::vector<std::pair<std::uint32_t, reason>> load_blocked(database& in, std::int64_t run) {
    statement asked{
        in, "SELECT target, why FROM verdicts WHERE run=? AND planned=1 AND verdict='blocked'"};
    asked << run;
    std::vector<std::pair<std::uint32_t, reason>> blocked;
    while (asked.next()) {
        auto const target = asked.number();
        blocked.emplace_back(target, reason_of(asked.bytes()));
    }
    return blocked;
}

}  // namespace allot::store
