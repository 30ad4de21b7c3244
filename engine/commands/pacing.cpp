#include "engine/commands/pacing.hpp"

#include <fmt/format.h>

#include <cmath>

#include "engine/commands/console.hpp"
#include "engine/limits/words.hpp"
#include "engine/throttle/seconds.hpp"

namespace allot::commands {

namespace {

std::string times(std::uint64_t count) {
    return count == 1 ? "once" : fmt::format("{} times", count);
}

}  // namespace

report::pacing_line pacing_of(session& with, throttle::cost const& bounded, duration took) {
    auto const& paced = with.paced();
    auto const seen = paced.seen();
    report::pacing_line line;
    line.bound_seconds = limits::least_time(with.believed(), bounded).seconds;
    line.seconds = throttle::in_seconds(took);
    line.refusals = seen.refusals;
    line.gates = seen.gates;
    line.limit_percentage_seen = seen.gauged > 0;
    line.units_per_read = paced.cost_of(operation_kind::read_user).units;
    for (auto const& one : limits::standings(with.believed(), paced, with.time().now())) {
        line.limits.push_back({std::string{throttle::name(one.of)}, one.published.amount,
                               throttle::in_seconds(one.published.window), one.share, one.learned,
                               one.counts == throttle::counting::window ? "window" : "bucket"});
    }
    return line;
}

std::string pacing_text(session& with, std::uint64_t writes, report::summary const& of) {
    auto const& paced = *of.pacing;
    if (writes == 0) return {};
    auto text = fmt::format("{} in {}", plural(writes, "write"),
                            for_people(throttle::to_duration(paced.seconds)));
    if (auto const ratio = paced.ratio()) {
        text += fmt::format(", {:.2f} times the least that the limits allow ({})", *ratio,
                            for_people(throttle::to_duration(paced.bound_seconds)));
    }
    text += fmt::format("; {} refused for lack of quota", paced.refusals);
    if (paced.gates > 0) text += fmt::format(", all waited {}", times(paced.gates));
    text += ".\n";
    if (paced.limit_percentage_seen) text += "The service said how much of its limits is used.\n";
    auto const published = throttle::cost_of(operation_kind::read_user).units;
    if (std::abs(paced.units_per_read - published) >= 0.05) {
        text += fmt::format("To read a user costs {:.1f} resource units; published: {:.0f}.\n",
                            paced.units_per_read, published);
    }
    for (auto const& one : limits::standings(with.believed(), with.paced(), with.time().now())) {
        auto const learned = limits::learned_line(one);
        if (!learned.empty()) text += fmt::format("Learned: {}.\n", learned);
    }
    return text;
}

}  // namespace allot::commands
