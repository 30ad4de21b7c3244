#include <algorithm>
#include <utility>

#include "engine/schedule/schedule.hpp"
#include "engine/throttle/backoff.hpp"

namespace allot::schedule {

namespace {

plan::change without_location(plan::change of) {
    of.usage_location.clear();
    return of;
}

using namespace std::chrono_literals;

constexpr duration retry_base = 500ms;
/// The distance of tries, at most: a minute, or less for who has less patience than usual.
duration retry_longest(duration patience) {
    return std::clamp<duration>(patience / 3, retry_base, 60s);
}
/// A refusal that a fresh look explains (somebody else changed the user meanwhile) is met so often
/// at most.
constexpr std::uint32_t misfits_max = 3;

}  // namespace

void schedule::settle(batch const& sent, std::span<outcome const> outcomes, time_point now,
                      wall_time wall) {
    now_ = now;
    --in_flight_;
    if (only_reads(sent.operations.front().kind)) --reads_in_flight_;
    for (std::size_t at = 0; at < sent.operations.size(); ++at) {
        auto const kind = sent.operations[at].kind;
        paced_.settled(sent.sent_at, now, kind, sent.costs[at], outcomes[at]);
        if (outcomes[at].kind == outcome_kind::done) budget_.succeeded();
        if (only_reads(kind)) continue;
        --writes_in_flight_;
        guard_.settled(sent.sent_at, now, outcomes[at], paced_.write_rate().value_or(0));
    }
    for (std::size_t at = 0; at < sent.operations.size(); ++at) {
        auto const& reply = outcomes[at];
        auto const kind = sent.operations[at].kind;
        auto const& whose = sent.errands[at];
        // One of several may be why all were refused: that says nothing of the others.
        bool const of_all = whose.size() > 1 && reply.kind == outcome_kind::refused &&
                            reply.why != reason::group_not_found &&
                            reply.why != reason::group_not_writable;
        for (auto const which : whose) {
            if (only_reads(kind)) continue;
            note(attempt{errands_[which].user, kind, reply.kind, reply.why, reply.detail,
                         reply.retry_after, reply.seen, reply.whole_batch || of_all});
        }
        if (of_all && !reply.whole_batch) {
            split(whose);
        } else {
            for (auto const which : whose) settle_one(which, reply, kind, sent.sent_at, now, wall);
        }
        for (auto const which : whose) {
            auto const stands = states_[which].at;
            if (stands == stage::in_flight || stands == stage::ended) continue;
            if (draining_) {
                cancel(which, *draining_);
            } else if (writes_over_ && stands == stage::to_write) {
                cancel(which, reason::too_many_failures);
            }
        }
    }
    stop_writing();
}

void schedule::settle_one(std::uint32_t which, outcome const& reply, operation_kind asked,
                          time_point sent_at, time_point now, wall_time wall) {
    bool const read = only_reads(asked);
    if (states_[which].at != stage::in_flight) return;  // the pair's first part decided
    if (!read || records_[which].attempts == 0) records_[which].last = reply.seen;
    if (reply.whole_batch && !states_[which].alone) {
        send_alone(which);
    } else if (read) {
        settle_read(which, reply, sent_at, now, wall);
    } else {
        settle_write(which, reply, asked, now, wall);
    }
}

void schedule::settle_write(std::uint32_t which, outcome const& reply, operation_kind asked,
                            time_point now, wall_time wall) {
    switch (reply.kind) {
        case outcome_kind::done:
            step_done(which, asked, now, wall);
            return;
        case outcome_kind::throttled:
            if (!wait_for_quota(which, stage::to_write, now)) {
                end(which, errand_end::failed, reason::throttled, reply.detail);
            }
            return;
        case outcome_kind::transient:
            if (!try_again(which, stage::to_write, reply, now)) {
                end(which, errand_end::failed, reason::service_error, reply.detail);
            }
            return;
        case outcome_kind::refused:
            settle_refused(which, reply, asked, now, wall);
            return;
        case outcome_kind::lost:
            states_[which].in_doubt =
                asked == operation_kind::add_members || asked == operation_kind::remove_member;
            read_back(which, read_back_patience(), now);
            return;
        case outcome_kind::stopped:
            // One protected account must not end a run whose other writes are accepted.
            if (reply.why == reason::permission_refused && accepted_ > 0) {
                end(which, errand_end::failed, reply.why, reply.detail);
                return;
            }
            stop(reply);
            end(which, errand_end::cancelled, reply.why, reply.detail);
            return;
    }
}

/// The service has done one step of the change: the next follows, or all of it is accepted.
void schedule::step_done(std::uint32_t which, operation_kind done, time_point now, wall_time wall) {
    auto& own = states_[which];
    own.tries = 0;
    own.trouble_since.reset();
    own.throttled_since.reset();
    bool in_pair = false;
    own.touched = own.touched || done != operation_kind::set_usage_location;
    own.in_doubt = false;
    switch (done) {
        case operation_kind::set_usage_location:
            own.location_set_at = now;
            in_pair = goes_as_pair(which);
            errands_[which].needs = changes_.keep(without_location(*errands_[which].needs));
            break;
        case operation_kind::add_members:
            ++own.joined;
            own.company = group_members_max;
            break;
        case operation_kind::remove_member:
            ++own.left;
            break;
        default:
            own.assigned = true;
            break;
    }
    plan::change const& needs = errands_[which].needs;
    bool const more = (needs.assigns() && !own.assigned) || own.joined < needs.joins.size() ||
                      own.left < needs.leaves.size();
    if (more) {
        // Of a pair, the other part follows in the same batch.
        if (!in_pair) queue(which, stage::to_write);
        return;
    }
    own.alone = false;
    accept(which, now, wall);
}

void schedule::settle_refused(std::uint32_t which, outcome const& reply, operation_kind asked,
                              time_point now, wall_time wall) {
    auto& own = states_[which];
    switch (reply.why) {
        case reason::already_member:
        case reason::not_a_member:
            // As it is to be, whoever did it.
            step_done(which, asked, now, wall);
            return;
        case reason::no_seats:
            no_seat(which, reply, now);
            return;
        case reason::usage_location_missing:
            // The location that this run has just set may not be seen at once.
            if (own.location_set_at && now - *own.location_set_at < options_.location_patience) {
                queue_later(which, stage::to_write, next_look(which, now));
                return;
            }
            break;
        case reason::not_as_asked:
        case reason::inherited_from_group:
        case reason::user_not_found:
            // The user is not as he was seen: look, and do what is then left to do.
            if (++own.misfits <= misfits_max) {
                records_[which].why = reply.why;
                records_[which].detail = reply.detail;
                read_back(which, own.touched ? read_back_patience() : duration{}, now);
                return;
            }
            break;
        default:
            learn(reply.why, reply.detail);
            break;
    }
    end(which, errand_end::failed, reply.why, reply.detail);
}

/// The service has no seat: neither this errand nor any later one is to try that SKU again.
void schedule::no_seat(std::uint32_t which, outcome const& reply, time_point now) {
    auto& one = errands_[which];
    // How many seats a group needs says nothing of the others.
    if (one.group) {
        end(which, errand_end::failed, reason::no_seats, reply.detail);
        return;
    }
    auto const found = difference(which);
    auto const wants = aim_.wanted->of(one.user);
    auto const named = [&](sku_id sku) {
        return reply.skus.empty() || std::ranges::find(reply.skus, sku) != reply.skus.end();
    };
    bool barred = false;
    for (std::size_t at = 0; at < wants.size(); ++at) {
        bool const tried = std::ranges::any_of(
            one.needs->adds, [&](licence_add const& add) { return add.sku == wants[at].sku; });
        if (!tried || !found.targets[at].needs_seat || !named(wants[at].sku)) continue;
        bar_target(bar{wants[at].target, wants[at].sku, true});
        barred = true;
    }
    begin_leg(which, difference(which).needs);
    if (!barred || one.needs->empty()) {
        end(which, errand_end::failed, reason::no_seats, reply.detail);
        return;
    }
    records_[which].detail = reply.detail;
    queue_later(which, stage::to_write, now);
}

void schedule::accept(std::uint32_t which, time_point now, wall_time wall) {
    auto& own = states_[which];
    own.accepted_at = now;
    own.looks = 0;
    own.error_since.reset();
    records_[which].changed_at = wall;
    records_[which].why = reason::none;
    note(acceptance{errands_[which].user});
    if (!own.second_leg) ++accepted_;
    last_accepted_at_ = now;
    if (!gives_seats_later(which)) rank_done(which);
    let_go();
    queue_later(which, stage::to_verify, next_look(which, now));
}

/// Puts the errand back for a later try, or aside for the second pass; false when the patience is
/// over.
bool schedule::try_again(std::uint32_t which, stage at, outcome const& reply, time_point now) {
    auto& own = states_[which];
    if (!own.trouble_since) own.trouble_since = now;
    ++own.tries;
    if (own.tries >= options_.attempts_max && now - *own.trouble_since >= options_.patience) {
        return false;
    }
    // However long the service asks to wait, it is not waited for longer than for a limit.
    auto const longest = std::max(options_.throttled_patience, options_.patience);
    if (now + reply.retry_after.value_or(0s) - *own.trouble_since > longest) return false;
    if (!second_pass_ && !budget_.take()) {
        own.at = at;
        parked_.push_back(which);
        return true;
    }
    auto const furthest = retry_longest(options_.patience);
    auto const base = second_pass_ ? furthest : retry_base;
    auto delay = throttle::backoff(own.tries, base, furthest, random_);
    if (reply.retry_after) delay = std::max(delay, *reply.retry_after);
    queue_later(which, at, now + delay);
    return true;
}

/// All else is through: those for whom there was no retry left are tried with new patience, and at
/// the longest distances, because the service may still be in trouble.
void schedule::begin_second_pass(time_point now) {
    second_pass_ = true;
    for (auto const which : parked_) {
        auto& own = states_[which];
        if (own.at == stage::ended) continue;
        own.tries = 0;
        own.trouble_since.reset();
        auto const furthest = retry_longest(options_.patience);
        queue_later(which, own.at, now + throttle::backoff(1, furthest, furthest, random_));
    }
    parked_.clear();
}

/// A refused operation was not served: it costs no try, and goes first when the gate opens.
bool schedule::wait_for_quota(std::uint32_t which, stage at, time_point now) {
    auto& own = states_[which];
    if (!own.throttled_since) own.throttled_since = now;
    if (now - *own.throttled_since >= options_.throttled_patience) return false;
    if (at == stage::to_write) --records_[which].attempts;
    queue_first(which, at);
    return true;
}

plan::user_diff schedule::difference(std::uint32_t which) const {
    auto const& one = errands_[which];
    return plan::diff(*aim_.wanted, one.user, one.seen, aim_.barred, aim_.by);
}

}  // namespace allot::schedule
