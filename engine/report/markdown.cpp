#include "engine/report/markdown.hpp"

#include <fmt/format.h>

#include <string_view>

#include "engine/report/text.hpp"

namespace allot::report {

namespace {

/// Plain text in a cell: nothing in it is a tag, a link, or the end of the cell.
std::string cell(std::string_view text) {
    std::string safe;
    append_html(safe, text);
    std::string out;
    for (auto const c : safe) {
        // As a number: `@name` would call somebody even behind a backslash. A `#` after `&` is of
        // such a number already.
        if (c == '@' || (c == '#' && !out.ends_with('&'))) {
            out += fmt::format("&#{};", static_cast<int>(c));
            continue;
        }
        if (std::string_view{"\\`*_[]|~!"}.find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
    return out;
}

}  // namespace

void markdown::add(reconcile::row const& of) {
    counted_.add(of);
    if (!needs_someone(of.is)) return;
    if (++need_ > lines_max) return;
    lines_ += fmt::format("| {} | {} | {} | {} | {} | {} |\n", of.line, cell(of.user), cell(of.sku),
                          cell(reconcile::name(of.is)), cell(code(of.why)), cell(of.request_id));
}

std::string markdown::text(summary const& of) const {
    auto out = fmt::format(
        "## {}\n\n`allot {}` {}, tenant {}, {}, took {}, exit {}\n\n",
        answer(of.command, counted_.of(of)), of.command, cell(of.run_id), cell(of.tenant),
        iso_8601(of.started_at).substr(0, 19) + "Z",
        for_people(std::chrono::duration_cast<duration>(std::chrono::duration<double>(of.seconds))),
        of.exit_code);
    out += "| verdict | targets |\n|---|---:|\n";
    for (auto const each : reconcile::all_verdicts) {
        auto const count = of.verdicts[static_cast<std::size_t>(each)];
        if (count > 0)
            out += fmt::format("| {} | {} |\n", cell(reconcile::name(each)), grouped(count));
    }
    std::string reasons;
    for (auto const each : all_reasons) {
        auto const count = of.reasons[static_cast<std::size_t>(each)];
        if (each == reason::none || count == 0) continue;
        reasons +=
            fmt::format("| {} | {} | {} |\n", cell(code(each)), grouped(count), cell(advice(each)));
    }
    if (!reasons.empty()) out += "\n| reason | targets | what to do |\n|---|---:|---|\n" + reasons;
    if (!of.seats.empty()) {
        out +=
            "\n| SKU | seats owned | used before | used after | short by "
            "|\n|---|---:|---:|---:|---:|\n";
        for (auto const& one : of.seats) {
            auto const& name = one.part_number.empty() ? one.sku : one.part_number;
            auto const after = counted_.used_after(of, one);
            out +=
                fmt::format("| {} | {} | {} | {} | {} |\n", cell(name), one.owned, one.used_before,
                            after ? std::to_string(*after) : "by groups: not known", one.short_by);
        }
    }
    if (!lines_.empty()) {
        out +=
            "\n| line | user | SKU | verdict | reason | request id "
            "|\n|---:|---|---|---|---|---|\n" +
            lines_;
        if (need_ > lines_max) {
            out += fmt::format("\n{} more are in the report.\n", grouped(need_ - lines_max));
        }
    }
    return out;
}

}  // namespace allot::report
