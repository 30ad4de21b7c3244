#include "engine/commands/view.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/commands/console.hpp"
#include "engine/commands/products.hpp"
#include "engine/reconcile/reconcile.hpp"
#include "engine/report/junit.hpp"
#include "engine/report/markdown.hpp"
#include "engine/report/rows.hpp"

namespace allot::commands {

namespace {

using reconcile::row;
using reconcile::verdict;

constexpr std::size_t changes_shown_max = 10;
constexpr std::size_t lines_shown_max = 8;

/// `+ line 2  ana@contoso.example  +POWER_BI_PRO -SPE_E3  usage location NL`
std::string change_text(runs::prepared const& of, plan::user_change const& one) {
    auto const wants = of.wanted.of(one.user);
    auto const name_of = [&](sku_id sku) {
        auto const want = std::ranges::find(wants, sku, &plan::want::sku);
        return want == wants.end() ? sku.str() : of.wanted.sku_name(*want);
    };
    std::string what;
    char mark = one.needs->adds.empty() && one.needs->joins.empty() ? '-' : '~';
    for (std::size_t at = 0; at < wants.size(); ++at) {
        auto const& target = of.made.targets[wants[at].target];
        if (target.is == plan::standing::to_change && target.needs_seat) mark = '+';
    }
    for (auto const& add : one.needs->adds) what += " +" + name_of(add.sku);
    for (auto const& sku : one.needs->removes) what += " -" + name_of(sku);
    for (auto const& [sku, through] : of.by.via) {
        auto const has = [&group = through.group](auto const& groups) {
            return std::ranges::find(groups, group) != groups.end();
        };
        bool const wanted = std::ranges::find(wants, sku, &plan::want::sku) != wants.end();
        if (!wanted) continue;
        auto const name = name_of(sku) + " by way of " + printable(through.name);
        if (has(one.needs->joins)) what += " +" + name;
        if (has(one.needs->leaves)) what += " -" + name;
    }
    if (!one.needs->usage_location.empty()) what += "  usage location " + one.needs->usage_location;
    return fmt::format("  {} line {}  {} {}\n", mark, of.job.targets[wants.front().target].line,
                       printable(of.job.users[one.user]), what);
}

/// `In 7 waves of at most 1000 users.`; empty when no waves were asked for.
std::string waves_text(runs::prepared const& of, std::size_t wave_size) {
    auto const count = schedule::wave_count(of.made.changes.size(), wave_size);
    if (wave_size == 0 || count == 0) return {};
    return fmt::format("In {} wave{} of at most {} user{}.\n", count, count == 1 ? "" : "s",
                       wave_size, wave_size == 1 ? "" : "s");
}

}  // namespace

row_source rows_of(runs::prepared const& from, bool verifying) {
    return [&from, verifying](std::function<void(row const&)> const& take) -> result<void> {
        reconcile::evidence_of_run given{from.job, from.wanted, from.by, from.before, from.made};
        given.verifying = verifying;
        given.looked_at = from.looked_at;
        reconcile::draw_up(given, take);
        return {};
    };
}

row_source rows_of(store::run_store& in, std::int64_t run) {
    return
        [&in, run](std::function<void(row const&)> const& take) { return in.each_row(run, take); };
}

report::attempt_source attempts_of(store::run_store& in, std::int64_t run) {
    return [&in, run](std::function<void(reconcile::attempt_line const&)> const& take) {
        return in.each_attempt(run, take);
    };
}

namespace {

/// Rows to stdout, in the forms that have one after another.
class printer {
 public:
    printer(std::vector<std::string> const& extra_columns, config::output_form output)
        : columns_{report::column_names(extra_columns)}, output_{output} {
        if (output_ == config::output_form::csv) say(report::csv_header(columns_));
        if (output_ == config::output_form::json) say("{\"targets\":[\n");
    }
    void take(row const& one) {
        text_.clear();
        if (output_ == config::output_form::csv) report::append_csv(text_, one);
        if (output_ == config::output_form::json) {
            if (!first_) text_ += ',';
            report::append_jsonl(text_, one, columns_);
        }
        say(text_);
        first_ = false;
    }

 private:
    std::vector<std::string> columns_;
    config::output_form output_;
    std::string text_;
    bool first_ = true;
};

}  // namespace

result<void> say_rows(row_source const& rows, std::vector<std::string> const& extra_columns,
                      config::output_form output) {
    printer to_stdout{extra_columns, output};
    return rows([&](row const& one) { to_stdout.take(one); });
}

result<void> deliver(row_source const& rows, std::vector<std::string> const& extra_columns,
                     config::output_form output, report::report_folder* folder,
                     report::summary& into, findings& found) {
    printer to_stdout{extra_columns, output};
    std::optional<failure> failed;
    auto read = rows([&](row const& one) {
        report::count(into, one);
        found.add(one);
        to_stdout.take(one);
        if (folder && !failed) {
            auto const written = folder->write(one);
            if (!written) failed = written.error();
        }
    });
    if (failed) return *failed;
    return read;
}

result<void> end_output(row_source const& rows, config::output_form output,
                        report::summary const& of) {
    result<void> read;
    switch (output) {
        case config::output_form::json:
            say("],\"summary\":");
            say(report::to_json(of));
            say("}\n");
            break;
        case config::output_form::junit: {
            say(report::junit_begin(of));
            std::string text;
            read = rows([&](row const& one) {
                text.clear();
                report::append_junit(text, one);
                say(text);
            });
            say(report::junit_end());
            break;
        }
        case config::output_form::markdown: {
            report::markdown told;
            read = rows([&](row const& one) { told.add(one); });
            if (read) say(told.text(of));
            break;
        }
        case config::output_form::text:
        case config::output_form::csv:
            break;
    }
    return read;
}

std::string seats_text(std::vector<plan::seat_count> const& of) {
    std::size_t widest = 3;
    for (auto const& one : of)
        widest = std::clamp(one.part_number.size(), widest, column_width_max);
    auto text = fmt::format("  {:<{}} {:>8} {:>8} {:>8} {:>8} {:>9} {:>8}\n", "SKU", widest,
                            "owned", "used", "free", "needed", "released", "short");
    for (auto const& one : of) {
        text += fmt::format("  {:<{}} {:>8} {:>8} {:>8} {:>8} {:>9} {:>8}\n",
                            printable(one.part_number), widest, one.owned, one.used, one.free,
                            one.needed, one.released, one.short_by);
    }
    return text;
}

void findings::add(row const& of) {
    bool const calm =
        of.is == verdict::already || of.is == verdict::verified || of.is == verdict::would_change;
    if (calm && of.why == reason::none) return;
    auto& group = groups_[{of.is, of.why}];
    if (group.count < lines_shown_max) {
        group.lines += fmt::format("{}{}", group.lines.empty() ? "" : ", ", of.line);
    }
    if (group.count == 0) group.first_detail = with_names(of.detail);
    ++group.count;
}

std::string findings::text() const {
    std::string text;
    for (auto const& [key, group] : groups_) {
        auto const [is, why] = key;
        auto const name = why == reason::none
                              ? std::string{reconcile::name(is)}
                              : fmt::format("{}: {}", reconcile::name(is), code(why));
        text +=
            fmt::format("  {} {} (line{} {}{})\n", group.count, name, group.count == 1 ? "" : "s",
                        group.lines, group.count > lines_shown_max ? ", …" : "");
        if (!advice(why).empty()) text += fmt::format("      {}\n", advice(why));
        if (!group.first_detail.empty()) {
            text += fmt::format("      first: {}\n", printable(group.first_detail));
        }
    }
    return text;
}

std::string targets_text(jobs::job const& of) {
    return plural(of.targets.size(), "target");
}

std::string subjects_text(jobs::job const& of) {
    auto const groups = jobs::count_groups(of);
    auto const users = of.users.size() - groups;
    if (groups == 0) return plural(users, "user");
    if (users == 0) return plural(groups, "group");
    return plural(users, "user") + " and " + plural(groups, "group");
}

std::string plan_text(runs::prepared const& of, findings const& found, std::size_t wave_size,
                      std::string_view forecast) {
    auto text = fmt::format("{}: {} for {}; {}\n", printable(of.job.source), targets_text(of.job),
                            subjects_text(of.job), of.way);
    if (!of.made.seats.empty()) text += "\nSeats\n" + seats_text(of.made.seats);
    for (auto const& one : of.made.seats) {
        if (one.short_by > 0) {
            text +=
                fmt::format("  {} more seat{} of {} needed: who gets none is blocked\n",
                            one.short_by, one.short_by == 1 ? "" : "s", printable(one.part_number));
        }
    }
    if (!of.made.changes.empty()) {
        text += "\nChanges\n";
        std::size_t shown = 0;
        for (auto const& one : of.made.changes) {
            if (shown++ == changes_shown_max) break;
            text += change_text(of, one);
        }
        if (of.made.changes.size() > changes_shown_max) {
            text += fmt::format("  … {} more (-o csv lists every target)\n",
                                of.made.changes.size() - changes_shown_max);
        }
        if (of.made.counts.locations > 0) {
            text += fmt::format("  usage locations to set first: {}\n", of.made.counts.locations);
        }
    }
    if (auto const told = found.text(); !told.empty()) text += "\nFindings\n" + told;
    text += "\n";
    if (of.made.changes.empty()) text += "No changes. ";
    text += plan::closing_line(of.made.counts) + "\n" + waves_text(of, wave_size);
    return forecast.empty() ? text : text + fmt::format("{}\n", forecast);
}

std::string recap(report::summary const& of) {
    std::string text;
    for (auto const which : reconcile::all_verdicts) {
        auto const count = of.verdicts[static_cast<std::size_t>(which)];
        if (count == 0) continue;
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, reconcile::name(which));
    }
    return text;
}

report::summary begin_summary(session const& with, runs::prepared const& of,
                              std::size_t wave_size) {
    report::summary begun;
    begun.tenant = with.tenant_name();
    begun.groups = jobs::count_groups(of.job);
    begun.users = of.job.users.size() - begun.groups;
    begun.requests = of.requests;
    if (wave_size > 0) {
        begun.waves = report::wave_line{wave_size,
                                        schedule::wave_count(of.made.changes.size(), wave_size), 0};
    }
    for (auto const& one : of.made.seats) {
        report::seat_line line;
        line.sku = one.sku.str();
        line.part_number = one.part_number;
        line.owned = one.owned;
        line.used_before = one.used;
        line.needed = one.needed - one.released;
        line.short_by = one.short_by;
        begun.seats.push_back(std::move(line));
    }
    return begun;
}

std::string make_run_id(wall_time at, std::uint64_t unforeseen) {
    auto text = iso_8601(at);  // 2026-11-24T08:15:00.000Z
    return fmt::format("{}{}{}-{}{}{}-{:04x}", text.substr(0, 4), text.substr(5, 2),
                       text.substr(8, 2), text.substr(11, 2), text.substr(14, 2),
                       text.substr(17, 2), unforeseen & 0xffff);
}

}  // namespace allot::commands
