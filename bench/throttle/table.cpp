#include "bench/throttle/table.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace allot::bench {

namespace {

double seconds(duration span) {
    return std::chrono::duration<double>(span).count();
}

bool same_row(run const& one, run const& other) {
    return one.by == other.by && &one.of.what == &other.of.what &&
           one.of.write_batch == other.of.write_batch;
}

std::vector<scheme const*> schemes_of(std::span<row const> rows) {
    std::vector<scheme const*> found;
    for (auto const& one : rows) {
        if (std::ranges::find(found, one.by) == found.end()) found.push_back(one.by);
    }
    return found;
}

std::string cell(row const& of) {
    if (!of.finished) return "DNF";
    auto text = fmt::format("{:.2f} · {:.2f} %", of.ratio, 100 * of.refused_share);
    if (of.lost > 0) text += fmt::format(" · {} lost", of.lost);
    return text;
}

}  // namespace

bool row::reaches_goal() const {
    auto const& own = of.what.own;
    return finished && lost == 0 && ratio <= own.makespan && refused_share <= own.refusals;
}

std::vector<row> rows_of(std::span<run const> runs) {
    std::vector<row> rows;
    for (std::size_t at = 0; at < runs.size(); ++at) {
        auto const& one = runs[at];
        if (at == 0 || !same_row(runs[at - 1], one))
            rows.push_back(row{.by = one.by, .of = one.of});
        auto& into = rows.back();
        into.finished &= one.seen.finished;
        if (one.seen.ratio() > into.ratio) {
            into.ratio = one.seen.ratio();
            into.bound = seconds(one.seen.bound);
        }
        into.refused_share = std::max(into.refused_share, one.seen.refused_share());
        into.refused = std::max(into.refused, one.seen.refused);
        into.requests = std::max(into.requests, one.seen.requests);
        into.lost = std::max(into.lost, one.seen.lost);
    }
    return rows;
}

std::string schemes_table(std::span<row const> rows) {
    auto const columns = schemes_of(rows);
    std::vector<scenario const*> lines;
    for (auto const& one : rows) {
        if (std::ranges::find(lines, &one.of.what) == lines.end()) lines.push_back(&one.of.what);
    }
    std::string text = "| scenario | bound |";
    for (auto const* each : columns) text += fmt::format(" {} |", each->name);
    text += "\n|---|---|";
    for (std::size_t each = 0; each < columns.size(); ++each) text += "---|";
    for (auto const* line : lines) {
        text += fmt::format("\n| {}: {} |", line->name, line->what);
        auto const first =
            std::ranges::find_if(rows, [line](row const& one) { return &one.of.what == line; });
        text += fmt::format(" {:.0f} s |", first->bound);
        for (auto const* column : columns) {
            auto const at = std::ranges::find_if(rows, [line, column](row const& one) {
                return one.by == column && &one.of.what == line;
            });
            text += fmt::format(" {} |", at == rows.end() ? "" : cell(*at));
        }
    }
    return text + '\n';
}

std::string notes(std::span<row const> rows) {
    std::string text;
    for (auto const* each : schemes_of(rows)) {
        text += fmt::format("- {}: {}", each->name, each->what);
        text += each->source.empty() ? ".\n" : fmt::format(" ({}).\n", each->source);
    }
    return text;
}

std::string goals_table(std::span<row const> rows) {
    std::string text =
        "| scenario | bound | worst | goal | refused | goal | lost | |\n"
        "|---|---|---|---|---|---|---|---|\n";
    for (auto const& one : rows) {
        auto const& own = one.of.what.own;
        text += fmt::format(
            "| {} | {:.1f} s | {:.3f} | {:.2f} | {} = {:.3f} % | {:.1f} % | {} | {} |\n",
            one.of.what.name, one.bound, one.ratio, own.makespan, one.refused,
            100 * one.refused_share, 100 * own.refusals, one.lost,
            one.reaches_goal() ? "" : "misses");
    }
    return text;
}

std::string batch_sizes_table(std::span<row const> rows) {
    std::string text =
        "| scenario | parts | bound | over the bound | refused | requests |\n"
        "|---|---|---|---|---|---|\n";
    for (auto const& one : rows) {
        text += fmt::format("| {}: {} | {} | {:.1f} s | {:.3f} | {} | {} |\n", one.of.what.name,
                            one.of.what.what, *one.of.write_batch, one.bound, one.ratio,
                            one.refused, one.requests);
    }
    return text;
}

std::string in_words(run const& of) {
    auto const& seen = of.seen;
    auto text = fmt::format(
        "{} {} seed {}: bound {:.2f} s, took {:.2f} s = {:.3f}, {} refused of {} = {:.3f} %, {} "
        "lost, "
        "{} requests",
        of.by->name, of.of.what.name, of.of.seed, seconds(seen.bound), seconds(seen.makespan),
        seen.ratio(), seen.refused, seen.operations, 100 * seen.refused_share(), seen.lost,
        seen.requests);
    if (seen.gates > 0) text += fmt::format(", {} gates", seen.gates);
    if (seen.learned) text += fmt::format(", learned {:.2f} a second", *seen.learned);
    if (!seen.finished) text += ", DNF";
    return text;
}

}  // namespace allot::bench
