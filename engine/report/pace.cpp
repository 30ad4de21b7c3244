#include "engine/report/pace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "engine/report/tally.hpp"

namespace allot::report {

namespace {

constexpr double width = 960;
constexpr double height = 150;
constexpr double foot = 150 + 28;  ///< below the axis, for its times
constexpr std::int64_t bars_max = 120;
constexpr double cut_at = 5;  ///< times the limit: higher bars are cut off

/// The longest a bar may stand for is not limited: a run that was resumed after days has one chart.
std::int64_t bar_seconds(std::int64_t span) {
    std::int64_t wide = 1;
    for (auto const step : {1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600}) {
        wide = step;
        if (span <= wide * bars_max) return wide;
    }
    return (span + bars_max - 1) / bars_max;
}

std::string clock_text(std::int64_t seconds) {
    if (seconds < 3600) return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
    return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

}  // namespace

std::optional<double> writes_a_second(pacing_line const& of) {
    std::optional<double> least;
    for (auto const& one : of.limits) {
        if (one.limit != "writes" && one.limit != "tenant_writes") continue;
        if (one.window_seconds <= 0 || one.amount <= 0) continue;
        auto const rate = one.amount / one.window_seconds * one.share.value_or(1);
        least = std::min(least.value_or(rate), rate);
    }
    return least;
}

void pace::add(reconcile::attempt_line const& of) {
    auto const second = std::chrono::floor<std::chrono::seconds>(of.at).time_since_epoch().count();
    auto& at = seconds_[second];
    if (of.came == "done") {
        ++at.accepted;
    } else if (of.came == "throttled") {
        ++at.refused;
    } else {
        ++at.other;
    }
}

std::string pace::chart(std::optional<pacing_line> const& limits) const {
    if (seconds_.empty()) return {};
    auto const from = seconds_.begin()->first;
    auto const span = seconds_.rbegin()->first - from + 1;
    auto const wide = bar_seconds(span);
    std::vector<counts> bars(static_cast<std::size_t>((span + wide - 1) / wide));
    counts all;
    for (auto const& [second, count] : seconds_) {
        auto& bar = bars[static_cast<std::size_t>((second - from) / wide)];
        for (auto* const sum : {&bar, &all}) {
            sum->accepted += count.accepted;
            sum->refused += count.refused;
            sum->other += count.other;
        }
    }
    auto const limit = limits ? writes_a_second(*limits) : std::nullopt;
    auto const rate = [&](std::uint64_t count) {
        return static_cast<double>(count) / static_cast<double>(wide);
    };
    double top = limit.value_or(0);
    for (auto const& bar : bars) {
        top = std::max(top, rate(bar.accepted + bar.refused + bar.other));
    }
    // A full bucket goes out in a moment: beside it, nobody would see how the limit was kept to.
    auto const highest = top;
    if (limit) top = std::min(top, *limit * cut_at);
    bool const cut = top < highest;
    top *= 1.12;
    auto const step = width / static_cast<double>(bars.size());
    auto const tall = [&](std::uint64_t count) { return rate(count) / top * height; };
    auto const said = fmt::format(
        "{} writes came back in {}: {} accepted, {} refused for lack of quota, {} otherwise.",
        grouped(all.accepted + all.refused + all.other), for_people(std::chrono::seconds{span}),
        grouped(all.accepted), grouped(all.refused), grouped(all.other));
    auto out = fmt::format(
        "<p>{}{}</p>\n<svg class=\"pace\" viewBox=\"0 0 {} {}\" role=\"img\" "
        "aria-label=\"Writes a second over the time of the run. {}\">\n",
        said,
        limit ? fmt::format(" The line is what the limits allow in the long run, {:.3g} a second; "
                            "a full bucket may be used at once.{}",
                            *limit,
                            cut ? fmt::format(" Higher bars than {:.3g} a second are cut off; the "
                                              "highest stands for {:.3g}.",
                                              *limit * cut_at, highest)
                                : "")
              : "",
        width, foot, said);
    auto const rect = [&](std::string_view what, double left, double bottom, double high) {
        high = std::min(high, bottom);
        if (high <= 0) return;
        fmt::format_to(std::back_inserter(out),
                       "<rect class=\"{}\" x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" "
                       "height=\"{:.2f}\"/>\n",
                       what, left, bottom - high, std::min(step * 0.85, 24.0), high);
    };
    for (std::size_t index = 0; index < bars.size(); ++index) {
        auto const& bar = bars[index];
        auto const left = static_cast<double>(index) * step;
        auto bottom = height;
        rect("accepted", left, bottom, tall(bar.accepted));
        bottom = std::max(0.0, bottom - tall(bar.accepted));
        rect("other", left, bottom, tall(bar.other));
        bottom = std::max(0.0, bottom - tall(bar.other));
        rect("refused", left, bottom, tall(bar.refused));
        if (bar.refused > 0) {
            // Not by colour alone.
            fmt::format_to(std::back_inserter(out),
                           "<path class=\"refused\" d=\"M{:.2f} {}l4 8h-8z\"><title>{}: {} refused"
                           "</title></path>\n",
                           left + std::min(step * 0.85, 24.0) / 2, height + 2,
                           clock_text(static_cast<std::int64_t>(index) * wide), bar.refused);
        }
    }
    if (limit) {
        auto const at = height - *limit / top * height;
        fmt::format_to(std::back_inserter(out),
                       "<path class=\"limit\" d=\"M0 {:.2f}H{}\"/><text x=\"{}\" y=\"{:.2f}\" "
                       "text-anchor=\"end\">limit {:.3g}/s</text>\n",
                       at, width, width, at - 5, *limit);
    }
    fmt::format_to(std::back_inserter(out),
                   "<path class=\"axis\" d=\"M0 {}H{}\"/><text x=\"0\" y=\"{}\">0:00</text>"
                   "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\n</svg>\n",
                   height, width, foot - 2, width, foot - 2, clock_text(span));
    out +=
        "<p class=\"key\"><i class=\"accepted\"></i>accepted <i class=\"refused\"></i>refused "
        "for lack of quota <i class=\"other\"></i>other</p>\n";
    return out;
}

}  // namespace allot::report
