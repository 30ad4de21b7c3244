#include "engine/commands/changes.hpp"

#include <algorithm>
#include <map>

#include "engine/limits/words.hpp"
#include "engine/runs/run.hpp"
#include "engine/schedule/forecast.hpp"
#include "engine/throttle/seconds.hpp"

namespace allot::commands {

plan::limit limit_of(config::cap const& cap) {
    return plan::limit{cap.amount, cap.percent};
}

schedule::wave_options waves_of(config::running const& chosen) {
    schedule::wave_options waves;
    waves.size = chosen.wave_size;
    waves.pause = chosen.wave_pause;
    if (chosen.max_failures) waves.failures_max = limit_of(*chosen.max_failures);
    return waves;
}

std::uint64_t writes_planned(plan::plan const& made) {
    std::uint64_t writes = made.counts.locations;
    std::map<group_id, std::uint64_t> joining;
    for (auto const& one : made.changes) {
        writes += (one.needs->assigns() ? 1 : 0) + one.needs->leaves.size();
        for (auto const group : one.needs->joins) ++joining[group];
    }
    for (auto const& [group, people] : joining) {
        writes += (people + group_members_max - 1) / group_members_max;
    }
    return writes;
}

throttle::cost cost_of_writes(std::uint64_t writes) {
    auto const times = static_cast<double>(writes);
    auto const each = throttle::cost_of(operation_kind::assign_licences);
    return {times * each.units, times * each.writes};
}

outlook foretell(session& with, config::running const& chosen, runs::prepared const& ready) {
    auto const errands = runs::errands_of(ready);
    if (errands.empty()) return {};
    auto const& believed = with.believed();
    auto work = cost_of_writes(writes_planned(ready.made));
    work.units +=
        static_cast<double>(errands.size()) * with.paced().cost_of(operation_kind::read_user).units;
    outlook told;
    std::optional<duration> takes;
    bool const known = std::ranges::all_of(throttle::all_limits, [&](throttle::limit which) {
        auto const* const one = limits::belief_in(believed, which);
        return one == nullptr || one->is == throttle::known::as_published;
    });
    if (known) {
        schedule::aim const aimed{&ready.wanted, ready.by, ready.made.barred};
        throttle::governor const paced{limits::taken_as_true(believed)};
        auto options = with.chosen();
        options.waves = waves_of(chosen);
        takes = schedule::foresee(paced, options, errands, aimed, with.time().now()).ended;
        told.seconds = throttle::in_seconds(*takes);
    }
    told.sentence = limits::forecast_sentence(takes, believed, work);
    return told;
}

}  // namespace allot::commands
