#include "engine/commands/standing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "engine/limits/bound.hpp"

namespace allot::commands {

using namespace std::chrono_literals;

namespace {

/// Waits shorter than this are not worth a word.
constexpr duration wait_told = 1s;

/// Writes that the limits allow at once, as they are believed to be.
double held_now(session& with, time_point now) {
    auto const* const writes = with.paced().find(throttle::limit::writes);
    auto const* const belief = limits::belief_in(with.believed(), throttle::limit::writes);
    if (writes == nullptr || belief == nullptr) return 0;
    auto const window = std::chrono::duration<double>{belief->published.window}.count();
    return (1 - std::clamp(writes->used(now), 0.0, 1.0)) * writes->rate() * window;
}

}  // namespace

std::string title_of(session const& with, config::settings const& chosen) {
    auto text = std::string{config::name(chosen.what)};
    if (!chosen.input.file.empty()) {
        text += chosen.input.file == "-" ? " standard input" : " " + chosen.input.file;
    } else if (!chosen.run_name.empty()) {
        text += " " + chosen.run_name;
    }
    return fmt::format("{}, tenant {}", text, with.tenant_name());
}

reading_progress::reading_progress(session& with, config::settings const& chosen,
                                   std::uint64_t users)
    : with_{with} {
    is_.title = title_of(with, chosen);
    if (users > 0) is_.total = users;
}

progress::standing reading_progress::at(time_point now) {
    pace_.note(now, seen_);
    auto const& paced = with_.paced();
    is_.done = seen_;
    is_.per_second = pace_.per_second();
    is_.refusals = paced.seen().refusals;
    bool const closed = paced.gate() > now + wait_told;
    is_.waits = closed ? progress::waiting_for::quota : progress::waiting_for::none;
    is_.wait = closed ? paced.gate() - now : duration::zero();
    is_.left.reset();
    if (is_.total && is_.per_second && seen_ > 0) {
        auto const rest = *is_.total - std::min(seen_, *is_.total);
        is_.left = progress::time_left({rest, is_.per_second, {}, 0, is_.wait});
    }
    return is_;
}

change_progress::change_progress(session& with, config::settings const& chosen,
                                 runs::run const& going)
    : with_{with}, going_{going} {
    is_.title = title_of(with, chosen);
    if (chosen.run_name.empty()) is_.title += ", run " + going.head().name;
    is_.total = going.running().done().total;
}

/// Who is still to be changed; and the seats that were free before, less those that accepted
/// changes took. It looks at every user, so it is done seldom where there are many.
void change_progress::count(time_point now) {
    if (now < count_again_at_) return;
    auto const& ready = going_.ready();
    auto const errands = going_.running().errands();
    auto const records = going_.running().records();
    count_again_at_ = now + std::max<duration>(1s, errands.size() * duration{20us});
    std::map<sku_id, std::int64_t> taken;
    std::set<sku_id> by_groups;  // how many of their members take or give a seat shows only later
    to_change_ = 0;
    for (std::size_t which = 0; which < errands.size(); ++which) {
        bool const open = records[which].end == schedule::errand_end::open;
        if (open && !records[which].changed_at) ++to_change_;
        if (!records[which].changed_at) continue;
        for (auto const& want : ready.wanted.of(errands[which].user)) {
            auto const& target = ready.made.targets[want.target];
            bool const of_group = ready.wanted.is_group(errands[which].user);
            if (of_group && target.is == plan::standing::to_change) by_groups.insert(want.sku);
            if (target.needs_seat) ++taken[want.sku];
            if (target.frees_seat) --taken[want.sku];
        }
    }
    is_.seats.clear();
    for (auto const& one : ready.made.seats) {
        if (by_groups.contains(one.sku)) continue;
        auto const found = taken.find(one.sku);
        is_.seats.push_back(
            {one.part_number, one.free - (found == taken.end() ? 0 : found->second)});
    }
}

std::vector<progress::seats_left> change_progress::seats_now() {
    count_again_at_ = {};
    count(with_.time().now());
    return is_.seats;
}

void change_progress::say_wait(time_point now) {
    auto const& running = going_.running();
    auto const& paced = with_.paced();
    auto const until = [&](progress::waiting_for why, time_point when) {
        is_.waits = why;
        is_.wait = when - now;
    };
    is_.waits = progress::waiting_for::none;
    is_.wait = {};
    if (paced.gate() > now + wait_told) return until(progress::waiting_for::quota, paced.gate());
    auto const wave = running.in_waves().next_at();
    if (wave && *wave > now + wait_told) return until(progress::waiting_for::wave, *wave);
    if (running.done().in_flight > 0) return;
    auto const wake = running.wake_at(now);
    if (!wake || *wake <= now + wait_told || *wake == time_point::max()) return;
    bool const all_sent = is_.at == progress::stage::looking;
    until(all_sent ? progress::waiting_for::showing : progress::waiting_for::trouble, *wake);
}

void change_progress::say_rest(time_point now) {
    is_.left.reset();
    if (is_.at == progress::stage::looking) return;
    auto const waves = going_.running().in_waves().stands();
    // When a wave ends is decided by what the tenant shows.
    if (waves.count > 1) return;
    progress::rest rest;
    rest.users = to_change_;
    rest.per_second = is_.per_second;
    rest.allowed = with_.paced().write_rate();
    rest.held = held_now(with_, now);
    rest.wait = is_.wait;
    is_.left = progress::time_left(rest);
}

progress::standing change_progress::at(time_point now) {
    auto const& running = going_.running();
    auto const done = running.done();
    pace_.note(now, done.accepted);
    is_.done = done.settled;
    is_.accepted = done.accepted;
    is_.refusals = with_.paced().seen().refusals;
    is_.per_second = pace_.per_second();
    auto const waves = running.in_waves().stands();
    is_.wave = waves.begun;
    is_.waves = waves.count;
    count(now);
    is_.at = to_change_ == 0 ? progress::stage::looking : progress::stage::changing;
    say_wait(now);
    say_rest(now);
    return is_;
}

}  // namespace allot::commands
