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

row_writer::row_writer(database& in, std::int64_t run, bool planned)
    : insert_{in, "INSERT OR REPLACE INTO verdicts VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"},
      run_{run},
      planned_{planned} {}

void row_writer::write(std::uint32_t target, reconcile::row const& of) {
    insert_ << run_ << target << planned_ << reconcile::name(of.is) << code(of.why);
    insert_.text_or_empty(of.sku);
    bind_id(insert_, of.user_id);
    insert_ << std::string_view{of.before} << std::string_view{of.after};
    insert_ << (of.attempts == 0 ? std::nullopt : std::optional{of.attempts});
    insert_ << (of.http_status == 0 ? std::nullopt : std::optional{of.http_status});
    bind_id(insert_, of.request_id);
    insert_ << std::string_view{of.changed_at} << std::string_view{of.verified_at}
            << std::string_view{of.detail};
    insert_.run();
}

row_reader::row_reader(database& in, std::int64_t run, std::int64_t job, of which)
    : asked_{in,
             "SELECT v.target, t.line, u.name, t.action, t.extra, v.verdict, v.why, v.sku, "
             "v.user_id, v.before, v.after, v.attempts, v.http_status, v.request_id, "
             "v.changed_at, v.verified_at, v.detail FROM verdicts v "
             "JOIN targets t ON t.job=? AND t.target=v.target "
             "JOIN job_users u ON u.job=t.job AND u.user=t.user "
             "WHERE v.run=? AND v.planned>=? ORDER BY v.target"},
      columns_{load_job_shape(in, job).extra_columns.size()} {
    asked_ << job << run << (which == of::planned);
}

bool row_reader::next() {
    if (!asked_.next()) return false;
    target_ = asked_.number();
    row_.line = asked_.number();
    row_.user = asked_.bytes();
    row_.action = asked_.bytes();
    row_.extra = unpack_cells(asked_.bytes(), columns_);
    row_.is = verdict_of(asked_.bytes());
    row_.why = reason_of(asked_.bytes());
    row_.sku = asked_.bytes();
    row_.user_id = read_id(asked_);
    row_.before = asked_.bytes();
    row_.after = asked_.bytes();
    row_.attempts = asked_.number();
    row_.http_status = static_cast<int>(asked_.integer());
    row_.request_id = read_id(asked_);
    row_.changed_at = asked_.bytes();
    row_.verified_at = asked_.bytes();
    row_.detail = asked_.bytes();
    return true;
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
