#include "engine/limits/words.hpp"

#include <fmt/format.h>

#include <cmath>

#include "engine/throttle/seconds.hpp"

namespace allot::limits {

namespace {

using namespace std::chrono_literals;
using throttle::counting;
using throttle::limit;

/// `3,000`
std::string grouped(double number) {
    auto text = fmt::format("{:.0f}", number);
    for (auto at = text.size(); at > 3;) {
        at -= 3;
        text.insert(at, 1, ',');
    }
    return text;
}

/// `20 a second`, `6.7 a second`, `30 a minute`.
std::string rate_words(double a_second) {
    auto const number = [](double rate) {
        auto const tenths = std::round(rate * 10) / 10;
        return rate < 100 ? fmt::format("{}", tenths) : grouped(rate);
    };
    return a_second < 1 ? number(a_second * 60) + " a minute" : number(a_second) + " a second";
}

/// `half`, `43%`
std::string share_words(double share) {
    auto const percent = std::round(share * 100);
    return percent == 50 ? std::string{"half"} : fmt::format("{}%", percent);
}

std::string window_words(duration window) {
    return fmt::format("{} s", throttle::in_seconds(window));
}

std::string_view things(limit of) {
    return of == limit::units ? "resource units" : "writes";
}

/// `3,000 writes at once, then 20 a second`
std::string pace_words(limit of, throttle::belief const& believed) {
    auto const ours = part_of(believed);
    auto const amount = ours.share * believed.published.amount;
    auto const window = believed.published.window;
    auto text =
        believed.learned && believed.learned->counts == counting::window
            ? fmt::format("{} {} in any {}", grouped(amount), things(of), window_words(window))
            : fmt::format("{} {} at once, then {}", grouped(ours.left * amount), things(of),
                          rate_words(amount / throttle::in_seconds(window)));
    if (ours.share < believed.share) return text + " (learned)";
    if (ours.share < 1) return text + fmt::format(" ({} of the limit)", share_words(ours.share));
    return text;
}

}  // namespace

std::string about(duration span) {
    auto const whole = std::chrono::round<std::chrono::seconds>(span);
    if (whole < 90s) return fmt::format("about {} s", std::max<std::int64_t>(1, whole.count()));
    auto const minutes = std::chrono::round<std::chrono::minutes>(span);
    if (minutes < 90min) return fmt::format("about {} min", minutes.count());
    auto const tens = (minutes.count() + 5) / 10;
    return tens % 6 == 0 ? fmt::format("about {} h", tens / 6)
                         : fmt::format("about {} h {} min", tens / 6, tens % 6 * 10);
}

std::string forecast_sentence(std::optional<duration> takes,
                              throttle::governor_options const& believed,
                              throttle::cost const& work) {
    if (!takes) return "How long it takes is not known, because the limits are not.";
    auto const least = least_time(believed, work);
    if (least.by) {
        return fmt::format("Takes {}: {}.", about(*takes),
                           pace_words(*least.by, *belief_in(believed, *least.by)));
    }
    if (!believed.writes && !believed.units) return fmt::format("Takes {}.", about(*takes));
    return fmt::format("Takes {}: the limits let all of it go at once.", about(*takes));
}

std::vector<standing> standings(throttle::governor_options const& believed,
                                throttle::governor const& paced, time_point now) {
    std::vector<standing> all;
    for (auto const which : throttle::all_limits) {
        auto const* const before = belief_in(believed, which);
        auto const* const after = paced.find(which);
        if (before == nullptr || after == nullptr) continue;
        standing one;
        one.of = which;
        one.published = before->published;
        if (!after->unbounded()) {
            auto const full = one.published.amount / throttle::in_seconds(one.published.window);
            one.share = after->rate() / full;
            one.counts = after->learned(now).counts;
            one.learned = after->lowered() || one.counts == counting::window;
        }
        all.push_back(one);
    }
    return all;
}

std::string learned_line(standing const& of) {
    if (!of.learned) return {};
    auto const amount = *of.share * of.published.amount;
    auto const name = of.of == limit::tenant_writes ? "writes of the whole tenant" : things(of.of);
    if (of.counts == counting::window) {
        return fmt::format("{}: {} in any {}", name, grouped(amount),
                           window_words(of.published.window));
    }
    return fmt::format("{}: {}, {} of the published limit", name,
                       rate_words(amount / throttle::in_seconds(of.published.window)),
                       share_words(*of.share));
}

}  // namespace allot::limits
