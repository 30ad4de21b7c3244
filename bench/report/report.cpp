// What it costs to write the rows of a report as CSV and as JSON lines, to nowhere.
//   bench_report ROWS
#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <ctime>
#include <string>

#include "engine/report/rows.hpp"

namespace {

using namespace allot;

/// As of somebody who was given a licence. The texts that differ from row to row are made before it
/// is timed.
reconcile::row usual_row() {
    reconcile::row one;
    one.user = "somebody.with.a.name@faculty.contoso.example";
    one.user_id = "6b1f7d2a-93a5-4c58-9a6e-0d0f5f3b8c11";
    one.sku = "POWER_BI_PRO";
    one.action = "assign";
    one.is = reconcile::verdict::verified;
    one.before = "none";
    one.after = "direct";
    one.attempts = 1;
    one.http_status = 200;
    one.request_id = "0f0c2a44-2229-4c7e-8bfb-4b47f0e486cd";
    one.changed_at = "2026-11-24T08:15:00.123Z";
    one.verified_at = "2026-11-24T08:15:03.456Z";
    return one;
}

template <class Append>
void measure(char const* what, std::size_t rows, Append const& append) {
    auto one = usual_row();
    std::string text;
    std::size_t bytes = 0;
    auto const began = std::clock();
    for (std::size_t line = 2; line < rows + 2; ++line) {
        one.line = static_cast<std::uint32_t>(line);
        text.clear();
        append(text, one);
        bytes += text.size();
    }
    auto const took = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
    fmt::print("{}: {} rows, {} MB: {:.2f} s CPU\n", what, rows, bytes / 1'000'000, took);
}

}  // namespace

int main(int argument_count, char** arguments) {
    if (argument_count != 2) {
        fmt::print(stderr, "bench_report ROWS\n");
        return 5;
    }
    auto const rows = std::stoul(arguments[1]);
    auto const columns = report::column_names({});
    measure("CSV", rows,
            [](std::string& to, reconcile::row const& of) { report::append_csv(to, of); });
    measure("JSON", rows, [&](std::string& to, reconcile::row const& of) {
        report::append_jsonl(to, of, columns);
    });
}
