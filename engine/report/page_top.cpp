#include "engine/report/page_top.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iterator>
#include <string_view>
#include <vector>

#include "engine/report/text.hpp"

namespace allot::report {

namespace {

using reconcile::verdict;

class html {
 public:
    /// Tags, as they are.
    html& operator<<(std::string_view tags) {
        out_ += tags;
        return *this;
    }
    html& text(std::string_view plain) {
        append_html(out_, plain);
        return *this;
    }
    html& number(std::uint64_t count) { return *this << grouped(count); }
    html& seats(std::int64_t count) {
        if (count < 0) out_ += "\xE2\x88\x92";  // U+2212
        return number(static_cast<std::uint64_t>(std::abs(count)));
    }
    template <class... Values>
    html& format(fmt::format_string<Values...> how, Values&&... values) {
        fmt::format_to(std::back_inserter(out_), how, std::forward<Values>(values)...);
        return *this;
    }
    std::string take() { return std::move(out_); }

 private:
    std::string out_;
};

std::string minute_of(wall_time at) {
    auto const text = iso_8601(at);  // 2026-11-24T08:15:00.000Z
    return fmt::format("{} {} UTC", text.substr(0, 10), text.substr(11, 5));
}

void append_head(html& out, summary const& of, people const& persons) {
    (out << "<h1>").text(answer(of.command, persons)) << "</h1>\n<p class=\"meta\">";
    out.format("<b>allot {}</b> ", of.command).text(of.run_id) << " \xC2\xB7 tenant ";
    out.text(of.tenant).format(
        " \xC2\xB7 {} \xC2\xB7 took {} \xC2\xB7 exit {}</p>\n", minute_of(of.started_at),
        for_people(std::chrono::duration_cast<duration>(std::chrono::duration<double>(of.seconds))),
        of.exit_code);
    if (of.exit_code == 4) {
        (out << "<p class=\"note\">The run was interrupted: <code>allot resume ").text(of.run_id)
            << "</code> goes on with it.</p>\n";
    }
}

std::string percent_of(std::uint64_t part, std::uint64_t of) {
    if (of == 0) return {};
    auto const share = 100.0 * static_cast<double>(part) / static_cast<double>(of);
    // Neither nothing nor all, where some are missing.
    if (part < of && share > 99.9) return "&lt; 100 %";
    if (part > 0 && share < 0.1) return "&lt; 0.1 %";
    return fmt::format("{:.1f} %", share);
}

void append_verdicts(html& out, summary const& of) {
    constexpr double width = 1000;
    constexpr double least = 6;  // so that one of a million is seen
    bool const alone = of.targets == of.reasons[static_cast<std::size_t>(reason::none)];
    out << (alone ? "<section class=\"full\">" : "<section>") << "<h2>Verdicts</h2>\n";
    std::vector<std::pair<verdict, double>> parts;
    double sum = 0;
    for (auto const each : reconcile::all_verdicts) {
        auto const count = of.verdicts[static_cast<std::size_t>(each)];
        if (count == 0) continue;
        auto const share = static_cast<double>(count) / static_cast<double>(of.targets) * width;
        parts.emplace_back(each, std::max(share, least));
        sum += parts.back().second;
    }
    out << "<svg class=\"stack\" viewBox=\"0 0 1000 16\" preserveAspectRatio=\"none\" "
           "aria-hidden=\"true\">";
    double left = 0;
    for (auto const& [which, share] : parts) {
        auto const wide = share / sum * width;
        bool const last = which == parts.back().first;
        out.format("<rect class=\"{}\" x=\"{:.1f}\" width=\"{:.1f}\" height=\"16\"/>",
                   reconcile::name(which), left, std::max(1.0, wide - (last ? 0 : 2)));
        left += wide;
    }
    out << "</svg>\n<table class=\"counts\"><caption>Targets by verdict</caption><thead><tr><th "
           "scope=\"col\">Verdict</th><th scope=\"col\" class=\"n\">Targets</th><th scope=\"col\" "
           "class=\"n\">Share</th></tr></thead><tbody>\n";
    for (auto const& [which, share] : parts) {
        auto const count = of.verdicts[static_cast<std::size_t>(which)];
        auto const word = reconcile::name(which);
        out.format(
            "<tr><th scope=\"row\"><a href=\"#verdict={0}\"><i class=\"{0}\"></i>{0}</a>"
            "</th><td class=\"n\">{1}</td><td class=\"n\">{2}</td></tr>\n",
            word, grouped(count), percent_of(count, of.targets));
    }
    out.format(
        "</tbody><tfoot><tr><th scope=\"row\">in all</th><td class=\"n\">{}</td><td "
        "class=\"n\"></td></tr></tfoot></table>",
        grouped(of.targets))
        << "</section>\n";
}

void append_reasons(html& out, summary const& of) {
    std::vector<std::pair<reason, std::uint64_t>> found;
    for (auto const each : all_reasons) {
        auto const count = of.reasons[static_cast<std::size_t>(each)];
        if (each != reason::none && count > 0) found.emplace_back(each, count);
    }
    if (found.empty()) return;
    std::ranges::stable_sort(found, std::ranges::greater{},
                             [](auto const& one) { return one.second; });
    auto const most = static_cast<double>(found.front().second);
    out << "<section><h2>Reasons</h2>\n<table class=\"counts\"><caption>Targets by reason, and "
           "what "
           "to do</caption><thead><tr><th scope=\"col\">Reason</th><th scope=\"col\" "
           "class=\"n\">Targets</th><td class=\"bar\"></td></tr></thead><tbody>\n";
    for (auto const& [why, count] : found) {
        out.format("<tr><th scope=\"row\"><a href=\"#reason={0}\">{0}</a><small>", code(why));
        out.text(advice(why))
            .format(
                "</small></th><td class=\"n\">{}</td><td class=\"bar\"><svg viewBox=\"0 0 100 8\" "
                "preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect width=\"{:.1f}\" "
                "height=\"8\"/></svg></td></tr>\n",
                grouped(count), std::max(1.0, static_cast<double>(count) / most * 100));
    }
    out << "</tbody></table></section>\n";
}

/// Owned seats as the frame, those used before as a light bar, those used after as a dark one.
void append_seat_bar(html& out, seat_line const& of, std::int64_t after) {
    auto const full =
        static_cast<double>(std::max({of.owned, of.used_before, after, std::int64_t{1}}));
    auto const at = [&](std::int64_t count) {
        return std::max(0.0, static_cast<double>(count) / full * 100);
    };
    out.format(
        "<svg viewBox=\"0 0 100 12\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
        "<rect class=\"owned\" width=\"{:.2f}\" height=\"12\"/><rect class=\"used\" "
        "width=\"{:.2f}\" height=\"6\"/><rect class=\"after\" y=\"6\" width=\"{:.2f}\" "
        "height=\"6\"/></svg>",
        at(of.owned), at(of.used_before), at(after));
}

void append_seats(html& out, summary const& of, tally const& counted) {
    if (of.seats.empty()) return;
    bool const changed = of.command != "plan" && of.command != "verify";
    out << "<section class=\"full\"><h2>Seats</h2>\n<table class=\"counts\"><caption>";
    out << (changed ? "Seats before the run, and after what it changed"
                    : "Seats now, and what the job would make of them");
    out << "</caption><thead><tr><th scope=\"col\">SKU</th><th scope=\"col\" class=\"n\">Owned</th>"
           "<th scope=\"col\" class=\"n\"><i class=\"used\"></i>Used before</th><th scope=\"col\" "
           "class=\"n\"><i class=\"after\"></i>Used after</th><td class=\"bar\"></td><th "
           "scope=\"col\" class=\"n\">Short by</th></tr></thead><tbody>\n";
    for (auto const& one : of.seats) {
        auto const& name = one.part_number.empty() ? one.sku : one.part_number;
        auto const after = counted.used_after(of, one);
        (out << "<tr><th scope=\"row\">").text(name) << "</th><td class=\"n\">";
        out.seats(one.owned) << "</td><td class=\"n\">";
        out.seats(one.used_before) << "</td><td class=\"n\">";
        if (after) {
            out.seats(*after) << "</td><td class=\"bar\">";
            append_seat_bar(out, one, *after);
        } else {
            out << "by groups: not known</td><td class=\"bar\">";
        }
        out << (one.short_by > 0 ? "</td><td class=\"n short\">" : "</td><td class=\"n\">");
        out.seats(one.short_by) << "</td></tr>\n";
    }
    out << "</tbody></table></section>\n";
}

}  // namespace

std::string page_top(summary const& of, tally const& counted, pace const& sent) {
    html out;
    append_head(out, of, counted.of(of));
    out << "<div class=\"figures\">\n";
    append_verdicts(out, of);
    append_reasons(out, of);
    append_seats(out, of, counted);
    if (auto const chart = sent.chart(of.pacing); !chart.empty()) {
        out << "<section class=\"full\"><h2>Pace</h2>\n" << chart << "</section>\n";
    }
    out << "</div>\n";
    return out.take();
}

}  // namespace allot::report
