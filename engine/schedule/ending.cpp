#include <algorithm>

#include "engine/schedule/schedule.hpp"

/// How an errand ends, and what is true of one that the end of the run cuts short.
namespace allot::schedule {

void schedule::stop(outcome const& reply) {
    if (!stopped_) stopped_ = reply;
    drain(reply.why);
}

void schedule::end(std::uint32_t which, errand_end how, reason why, std::string detail) {
    records_[which].end = how;
    records_[which].why = why;
    records_[which].detail = std::move(detail);
    states_[which].at = stage::ended;
    --open_;
    rank_done(which);
    // Whom the end of the run cut short is no failure, and goes on when the run is resumed.
    if (how != errand_end::cancelled && !draining_) waves_.ended(failed(which), now_);
    if (draining_) {
        cut_short_ = true;
    } else {
        note(ending{errands_[which].user, records_[which]});
    }
    let_go();
}

/// Whether the report will have a row of this user that failed or is unverified.
bool schedule::failed(std::uint32_t which) const {
    auto const how = records_[which].end;
    if (how == errand_end::failed || how == errand_end::unverified) return true;
    if (refused_targets_.empty()) return false;
    return std::ranges::any_of(aim_.wanted->of(errands_[which].user), [this](auto const& want) {
        return refused_targets_.contains(want.target);
    });
}

void schedule::give_up_reading(std::uint32_t which, outcome const& reply) {
    switch (states_[which].before_flight) {
        case stage::to_verify:
            end(which, errand_end::unverified, reason::unreadable, reply.detail);
            return;
        case stage::to_read_back:
            if (records_[which].attempts == 0) {
                end(which, errand_end::unreadable, reason::unreadable, reply.detail);
            } else if (reply.kind == outcome_kind::refused) {
                end(which, errand_end::failed, reply.why, reply.detail);
            } else {
                end(which, errand_end::failed, reason::lost_reply, reply.detail);
            }
            return;
        default:
            end(which, errand_end::unreadable, reason::unreadable, reply.detail);
            return;
    }
}

/// The run ends before this errand is through: says what is true of it.
void schedule::cancel(std::uint32_t which, reason why) {
    switch (states_[which].at) {
        case stage::in_flight:
        case stage::ended:
            return;
        case stage::to_look:
            end(which, errand_end::unreadable, why, {});
            return;
        case stage::to_verify:
            end(which, errand_end::unverified, why, {});
            return;
        case stage::to_read_back:
            if (records_[which].attempts == 0) {
                end(which, errand_end::cancelled, why, {});
            } else {
                end(which, errand_end::failed, reason::lost_reply, {});
            }
            return;
        case stage::held:
        case stage::to_write:
            if (states_[which].touched) {
                end(which, errand_end::unverified, why, {});
            } else if (states_[which].in_doubt) {
                end(which, errand_end::failed, reason::lost_reply, {});
            } else {
                end(which, errand_end::cancelled, why, {});
            }
            return;
    }
}

}  // namespace allot::schedule
