#include <algorithm>
#include <array>
#include <utility>

#include "engine/plan/group_subject.hpp"
#include "engine/schedule/schedule.hpp"

namespace allot::schedule {

namespace {

using namespace std::chrono_literals;

/// How long to wait before each further look at a user, while the tenant does not show the change
/// yet.
constexpr std::array<duration, 7> look_delays{1s, 2s, 4s, 8s, 15s, 30s, 60s};
/// For accounts made minutes ago.
constexpr duration new_user_delay = 10s;

}  // namespace

/// Each look is further from the one before.
time_point schedule::next_look(std::uint32_t which, time_point now) {
    std::size_t const looks = states_[which].looks++;
    return now + look_delays[std::min(looks, look_delays.size() - 1)];
}

/// Twice the longest lag that this run has met and a bit, once it has met enough to judge by.
duration schedule::read_back_patience() const {
    constexpr std::size_t enough = 100;
    constexpr duration least = 7s;
    if (changes_seen_ < enough) return options_.read_back_patience;
    return std::min(2 * longest_unseen_ + least, options_.read_back_patience);
}

void schedule::read_back(std::uint32_t which, duration patience, time_point now) {
    auto& own = states_[which];
    own.looks = 0;
    own.tries = 0;
    own.read_back_until = now + patience;
    queue_later(which, stage::to_read_back, next_look(which, now));
}

void schedule::settle_read(std::uint32_t which, outcome const& reply, time_point sent_at,
                           time_point now, wall_time wall) {
    auto& own = states_[which];
    auto const purpose = own.before_flight;
    switch (reply.kind) {
        case outcome_kind::done:
            own.alone = false;
            own.tries = 0;
            own.trouble_since.reset();
            own.throttled_since.reset();
            take_reading(which, reply);
            if (purpose == stage::to_look) {
                end(which, errand_end::seen, reason::none, {});
                return;
            }
            if (purpose == stage::to_read_back) {
                judge_read_back(which, sent_at, now, wall);
            } else {
                judge_verification(which, sent_at, now, wall);
            }
            return;
        case outcome_kind::throttled:
            if (!wait_for_quota(which, purpose, now)) give_up_reading(which, reply);
            return;
        case outcome_kind::transient:
        case outcome_kind::lost:
            if (!try_again(which, purpose, reply, now)) give_up_reading(which, reply);
            return;
        case outcome_kind::refused:
            if (records_[which].attempts == 0) {
                settle_look(which, reply, now);
            } else if (!try_again(which, purpose, reply, now)) {
                give_up_reading(which, reply);
            }
            return;
        case outcome_kind::stopped:
            // One group that may not be looked at must not end the run of all others.
            if (!errands_[which].group || reply.why != reason::permission_refused) stop(reply);
            give_up_reading(which, reply);
            return;
    }
}

void schedule::take_reading(std::uint32_t which, outcome const& reply) {
    auto& one = errands_[which];
    auto const take = [&](user const& seen) {
        one.id = seen.id;
        one.seen = accounts_.keep(seen);
        if (one.needs->empty()) one.upn = seen.upn;
    };
    if (reply.read) take(*reply.read);
    if (reply.read_group) {
        take(plan::as_subject(*reply.read_group));
        states_[which].processed = plan::is_processed(*reply.read_group);
    }
    if (reply.read_members) {
        user marked{*one.seen, one.id, {}};
        records_[which].detail =
            plan::mark_member_errors(marked, *reply.read_members, reply.more_members);
        one.seen = accounts_.keep(marked);
    }
    records_[which].seen = one.seen;
}

void schedule::settle_look(std::uint32_t which, outcome const& reply, time_point now) {
    auto& own = states_[which];
    if (reply.why != reason::user_not_found && reply.why != reason::group_not_found) {
        end(which, errand_end::unreadable, reason::unreadable, reply.detail);
        return;
    }
    if (!own.trouble_since) own.trouble_since = now;
    auto const until = *own.trouble_since + options_.wait_for_users;
    if (now < until) {
        queue_later(which, own.before_flight, std::min(now + new_user_delay, until));
        return;
    }
    end(which, errand_end::not_found, reply.why, reply.detail);
}

/// A reading is as old as its request: one that was sent before the patience was over does not say
/// how the user is after it, however late it comes.
void schedule::judge_read_back(std::uint32_t which, time_point sent_at, time_point now,
                               wall_time wall) {
    auto& own = states_[which];
    auto left = difference(which).needs;
    bool const by_group = errands_[which].group || !awaited(which).empty();
    if (left.empty() && records_[which].attempts > 0 && by_group) {
        // He is in the group, or it has the licence: it did arrive. The members' come later.
        if (!own.accepted_at) accept(which, now, wall);
        return;
    }
    if (left.empty()) {
        if (records_[which].attempts == 0) {
            records_[which].verified_at = wall;
            end(which, errand_end::already, reason::none, {});
            return;
        }
        // The lost write did arrive, or somebody else did the same: either way it is as desired.
        if (!own.accepted_at) accept(which, now, wall);
        records_[which].verified_at = wall;
        end(which, errand_end::verified, reason::none, {});
        return;
    }
    if (sent_at < own.read_back_until) {
        auto const when = std::min(next_look(which, now), own.read_back_until);
        queue_later(which, stage::to_read_back, std::max(now, when));
        return;
    }
    if (records_[which].attempts >= options_.attempts_max) {
        end(which, errand_end::failed, reason::lost_reply, records_[which].detail);
        return;
    }
    auto const before = errands_[which].needs;
    begin_leg(which, std::move(left));
    plan::change const& needs = errands_[which].needs;
    own.touched = own.touched || (records_[which].attempts > 0 && shows_part_of(which, before));
    if (needs.empty()) {
        accept(which, now, wall);
        return;
    }
    queue(which, stage::to_write);
}

void schedule::judge_verification(std::uint32_t which, time_point sent_at, time_point now,
                                  wall_time wall) {
    auto& own = states_[which];
    auto left = difference(which).needs;
    auto const waits = awaited(which);
    bool const of_group = errands_[which].group.has_value();
    bool const is_so = left.empty() && waits.empty() && own.processed;
    auto const asked_members = std::exchange(own.ask_members, false);
    if (of_group && is_so && !asked_members && !errands_[which].needs->adds.empty()) {
        own.ask_members = true;
        queue(which, stage::to_verify);
        return;
    }
    auto const error = shown_error(which, waits);
    if (is_so && (!of_group || error == reason::none)) {
        ++changes_seen_;
        records_[which].verified_at = wall;
        end(which, errand_end::verified, reason::none, {});
        return;
    }
    bool const through_groups = !errands_[which].needs->joins.empty();
    // What waited for the groups' licences: it takes nothing from who is still to get one.
    bool const rest_only = through_groups && !left.empty() && left.joins.empty() &&
                           left.adds.empty() && left.usage_location.empty();
    if (rest_only && waits.empty()) {
        begin_second_leg(which, std::move(left));
        return;
    }
    // A group takes its own time, which says nothing of how far reads lag behind.
    if (!through_groups && !of_group)
        longest_unseen_ = std::max(longest_unseen_, now - *own.accepted_at);
    if (error == reason::none) {
        own.error_since.reset();
    } else if (!own.error_since) {
        own.error_since = now;
    } else if (now - *own.error_since >= options_.licence_error_patience) {
        if (rest_only) {
            begin_second_leg(which, std::move(left));
        } else {
            fail_in_error(which, error, waits, wall);
        }
        return;
    }
    auto const until = std::max(*own.accepted_at, resumed_at_) + options_.verify_timeout;
    if (sent_at >= until) {
        if (error != reason::none) {
            fail_in_error(which, error, waits, wall);
        } else {
            end(which, errand_end::unverified, reason::not_seen_in_time, {});
        }
        return;
    }
    auto const when = std::min(next_look(which, now), until);
    queue_later(which, stage::to_verify, std::max(now, when));
}

}  // namespace allot::schedule
