#include <algorithm>
#include <unordered_map>
#include <utility>

#include "engine/schedule/schedule.hpp"

namespace allot::schedule {

namespace {

/// Calls the handler that takes the entry's kind.
template <class... Handlers>
struct by_kind : Handlers... {
    using Handlers::operator()...;
};
template <class... Handlers>
by_kind(Handlers...) -> by_kind<Handlers...>;

}  // namespace

/// What the entries say of one errand.
struct schedule::history {
    bool any = false;
    std::uint32_t attempts = 0;
    bool counted = false;   ///< the latest intent is one of the attempts
    bool answered = false;  ///< something came back for the latest intent
    bool touched = false;   ///< a step was accepted, besides a usage location
    bool doubtful = false;  ///< a write of the user may be on its way, or may have arrived
    wall_time sent_at{};    ///< of the latest intent
    evidence last;
    std::optional<wall_time> location_set_at;
    std::optional<wall_time> accepted_at;
    record const* ended = nullptr;

    void add(intent const&, wall_time at) {
        ++attempts;
        counted = doubtful = true;
        answered = false;
        accepted_at.reset();  // of the first leg: this is the second
        sent_at = at;
    }
    void add(attempt const& reply, wall_time at) {
        // What was not served does not count.
        bool const served = reply.came != outcome_kind::throttled && !reply.whole_batch;
        if (!served && std::exchange(counted, false)) --attempts;
        // One part of a pair may be lost, and the other be answered.
        if (!std::exchange(answered, true)) doubtful = false;
        // Reads may not show yet what was done of a change in several steps.
        bool const step =
            reply.came == outcome_kind::done && reply.kind != operation_kind::set_usage_location;
        touched = touched || step;
        doubtful = doubtful || reply.came == outcome_kind::lost || step;
        last = reply.seen;
        if (reply.came == outcome_kind::done && reply.kind == operation_kind::set_usage_location) {
            location_set_at = at;
        }
    }
};

void schedule::note(entry what) {
    if (options_.keep_entries) entries_.push_back(std::move(what));
}

std::vector<entry> schedule::take_entries() {
    return std::exchange(entries_, {});
}

void schedule::bar_target(bar const& of) {
    aim_.barred[of.target] = reason::no_seats;
    exhausted_.insert(of.sku);
    if (of.refused_itself) refused_targets_.insert(of.target);
    note(of);
}

void schedule::restore(std::span<dated_entry const> past, time_point now, wall_time wall) {
    std::unordered_map<std::uint32_t, std::uint32_t> errand_of;
    for (std::uint32_t which = 0; which < errands_.size(); ++which) {
        errand_of.emplace(errands_[which].user, which);
    }
    auto const then = [&](wall_time at) {
        return now - std::max(duration{}, std::chrono::duration_cast<duration>(wall - at));
    };
    std::vector<history> histories(errands_.size());
    for (auto const& line : past) {
        auto const of = [&](std::uint32_t user) -> history& {
            auto& was = histories[errand_of.at(user)];
            was.any = true;
            return was;
        };
        by_kind const read{
            [&](intent const& one) { of(one.user).add(one, line.at); },
            [&](attempt const& one) {
                of(one.user).add(one, line.at);
                learn(one.why, one.detail.str());
                if (one.retry_after) paced_.hold(then(line.at) + *one.retry_after);
            },
            [&](acceptance const& one) { of(one.user).accepted_at = line.at; },
            [&](bar const& one) { bar_target(one); },
            [&](ending const& one) { of(one.user).ended = &one.is; },
        };
        std::visit(read, line.what);
    }
    resumed_at_ = now_ = now;
    writes_.clear();
    reads_.clear();
    let_go_ = 0;
    for (auto& own : states_) own.at = stage::held;
    for (std::uint32_t which = 0; which < errands_.size(); ++which) {
        // The run had come so far: it does not wait for this wave again.
        if (histories[which].any && which >= waves_.open_until()) {
            waves_.begin_next(time_point::max());
        }
        restore_one(which, histories[which], now, wall);
    }
    let_go();
    stop_writing();
    entries_.clear();
}

void schedule::restore_one(std::uint32_t which, history const& was, time_point now,
                           wall_time wall) {
    auto& own = states_[which];
    auto& known = records_[which];
    auto const then = [&](wall_time at) {
        return now - std::max(duration{}, std::chrono::duration_cast<duration>(wall - at));
    };
    if (was.ended != nullptr) {
        if (was.ended->changed_at) ++accepted_;
        known = *was.ended;
        if (known.attempts > 0) known.last = was.last;
        own.at = stage::ended;
        --open_;
        rank_done(which);
        waves_.ended(failed(which), now);
        return;
    }
    known.attempts = was.attempts;
    known.last = was.last;
    own.touched = was.touched;
    if (was.location_set_at) own.location_set_at = then(*was.location_set_at);
    if (was.accepted_at) {
        ++accepted_;
        own.accepted_at = then(*was.accepted_at);
        known.changed_at = was.accepted_at;
        if (!gives_seats_later(which)) rank_done(which);
        queue(which, stage::to_verify);
        return;
    }
    own.look_first = true;
    own.read_back_until = now;
    if (was.doubtful) {
        plan::change const& needs = errands_[which].needs;
        own.in_doubt = !needs.joins.empty() || !needs.leaves.empty();
        own.read_back_until = std::max(now, then(was.sent_at) + options_.read_back_patience);
    }
}

}  // namespace allot::schedule
