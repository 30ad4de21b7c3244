#include "engine/report/junit.hpp"

#include <fmt/format.h>

#include "engine/report/tally.hpp"
#include "engine/report/text.hpp"

namespace allot::report {

namespace {

using reconcile::verdict;

bool is_skipped(verdict of) {
    return of == verdict::would_change || of == verdict::cancelled;
}

void append_attribute(std::string& out, std::string_view name, std::string_view value) {
    out += ' ';
    out += name;
    out += "=\"";
    append_html(out, value);  // XML has the same five entities; what it cannot hold is replaced
    out += '"';
}

/// Verdict, and the reason where there is one: `blocked: no_seats`.
std::string verdict_of(reconcile::row const& of) {
    std::string text{reconcile::name(of.is)};
    if (of.why != reason::none) text += fmt::format(": {}", code(of.why));
    return text;
}

}  // namespace

std::string junit_begin(summary const& of) {
    std::uint64_t failures = 0;
    std::uint64_t skipped = 0;
    for (auto const each : reconcile::all_verdicts) {
        auto const count = of.verdicts[static_cast<std::size_t>(each)];
        if (needs_someone(each)) failures += count;
        if (is_skipped(each)) skipped += count;
    }
    auto const counts =
        fmt::format(" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" time=\"{:.3f}\"",
                    of.targets, failures, skipped, of.seconds);
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites";
    append_attribute(out, "name", "allot " + of.command);
    // junit-10.xsd wants no `skipped` here.
    out += fmt::format(" tests=\"{}\" failures=\"{}\" errors=\"0\" time=\"{:.3f}\"", of.targets,
                       failures, of.seconds);
    out += ">\n<testsuite";
    append_attribute(out, "name", "allot " + of.command + " " + of.run_id);
    out += counts;
    // Without a zone, as the schema has it: UTC.
    append_attribute(out, "timestamp", iso_8601(of.started_at).substr(0, 19));
    return out + ">\n";
}

void append_junit(std::string& out, reconcile::row const& of) {
    out += "<testcase";
    append_attribute(out, "classname", of.sku);
    append_attribute(out, "name",
                     of.action == "assign" ? of.user : fmt::format("{} ({})", of.user, of.action));
    out += " time=\"0\"";
    if (is_skipped(of.is)) {
        out += "><skipped";
        append_attribute(out, "message", verdict_of(of));
        out += "/></testcase>\n";
        return;
    }
    if (!needs_someone(of.is)) {
        out += "/>\n";
        return;
    }
    out += "><failure";
    append_attribute(out, "message", verdict_of(of));
    append_attribute(out, "type", code(of.why).empty() ? reconcile::name(of.is) : code(of.why));
    out += '>';
    append_html(out, fmt::format("line {}: {}", of.line, advice(of.why)));
    if (!of.detail.empty()) append_html(out, " " + of.detail);
    if (!of.before.empty()) append_html(out, fmt::format(" Before: {}.", of.before));
    if (!of.request_id.empty()) append_html(out, fmt::format(" Request id: {}.", of.request_id));
    out += "</failure></testcase>\n";
}

std::string junit_end() {
    return "</testsuite>\n</testsuites>\n";
}

}  // namespace allot::report
