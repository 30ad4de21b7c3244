#include "engine/schedule/schedule.hpp"

#include <algorithm>

namespace allot::schedule {

namespace {

using throttle::cost;

bool is_pair(plan::change const& needs) {
    return !needs.usage_location.empty() && needs.assigns();
}

/// How the service is asked for the user.
std::string key_of(errand const& of) {
    return of.key.empty() ? of.id.str() : of.key.str();
}

operation location_of(errand const& of) {
    operation one;
    one.kind = operation_kind::set_usage_location;
    one.user = key_of(of);
    one.usage_location = of.needs->usage_location;
    return one;
}

operation_kind assignment_kind(errand const& of) {
    return of.group ? operation_kind::assign_group_licences : operation_kind::assign_licences;
}

operation assignment_of(errand const& of) {
    operation one;
    one.kind = assignment_kind(of);
    if (of.group) {
        one.group = *of.group;
    } else {
        one.user = key_of(of);
    }
    one.adds = of.needs->adds;
    one.removes = of.needs->removes;
    return one;
}

operation membership_of(errand const& of, operation_kind kind, group_id group) {
    operation one;
    one.kind = kind;
    one.group = group;
    one.members.push_back(of.id);
    return one;
}

}  // namespace

schedule::schedule(throttle::governor& paced, options chosen, std::vector<errand> errands,
                   aim aimed)
    : paced_{paced},
      options_{chosen},
      aim_{std::move(aimed)},
      random_{chosen.seed},
      guard_{chosen.writes_in_flight_max},
      errands_{std::move(errands)},
      records_(errands_.size()),
      states_(errands_.size()),
      waves_{chosen.waves, errands_.size()},
      open_{errands_.size()} {
    for (std::uint32_t which = 0; which < errands_.size(); ++which) {
        auto& needs = errands_[which].needs;
        if (!needs->joins.empty()) needs = changes_.keep(plan::first_leg(needs));
        auto const rank = errands_[which].rank;
        while (rank_left_.size() <= rank) {
            rank_left_.push_back(0);
            rank_first_.push_back(which);
        }
        ++rank_left_[rank];
    }
    let_go();
}

/// Lets those go whose rank and whose wave have come. Ranks and waves both cut the errands in their
/// order, so these are always the first so many.
void schedule::let_go() {
    if (draining_ || writes_over_) return;
    while (rank_open_ < rank_left_.size() && (rank_open_ == 0 || rank_left_[rank_open_ - 1] == 0)) {
        ++rank_open_;
    }
    waves_.begin_next(now_);
    auto const by_rank =
        rank_open_ < rank_first_.size() ? rank_first_[rank_open_] : errands_.size();
    auto const until = std::min(by_rank, waves_.open_until());
    for (; let_go_ < until; ++let_go_) {
        if (states_[let_go_].at != stage::held) continue;  // restored
        if (states_[let_go_].look_first) {
            queue(let_go_, stage::to_read_back);
        } else {
            queue(let_go_, errands_[let_go_].needs->empty() ? stage::to_look : stage::to_write);
        }
    }
}

void schedule::rank_done(std::uint32_t which) {
    if (states_[which].ranked_off) return;
    states_[which].ranked_off = true;
    --rank_left_[errands_[which].rank];
}

/// Once too many have failed. What was accepted, or perhaps was, is still looked at: the report is
/// to say what is true of it.
void schedule::stop_writing() {
    if (draining_ || !waves_.too_many_failed()) return;
    writes_.clear();
    if (writes_over_) return;
    writes_over_ = true;
    for (std::uint32_t which = 0; which < errands_.size(); ++which) {
        auto const at = states_[which].at;
        if (at == stage::held || at == stage::to_write) cancel(which, reason::too_many_failures);
    }
}

void schedule::queue(std::uint32_t which, stage at) {
    states_[which].at = at;
    (at == stage::to_write ? writes_ : reads_).push_back(which);
}

void schedule::queue_first(std::uint32_t which, stage at) {
    states_[which].at = at;
    (at == stage::to_write ? writes_ : reads_).push_front(which);
}

void schedule::queue_later(std::uint32_t which, stage at, time_point when) {
    states_[which].at = at;
    later_.push({when, sequence_++, which});
}

void schedule::release(time_point now) {
    now_ = now;
    let_go();
    while (!later_.empty() && later_.top().when <= now) {
        auto const which = later_.top().errand;
        later_.pop();
        if (states_[which].at != stage::ended) queue(which, states_[which].at);
    }
    if (!parked_.empty() && writes_.empty() && reads_.empty() && later_.empty() &&
        in_flight_ == 0) {
        begin_second_pass(now);
    }
}

std::optional<batch> schedule::next(time_point now) {
    if (draining_) return std::nullopt;
    release(now);
    if (in_flight_ >= options_.requests_in_flight_max) return std::nullopt;
    // Writes and reads draw on different quotas: they take turns, so that people are verified while
    // later ones are still being written.
    auto ready = reads_turn_ ? next_read(now) : next_write(now);
    if (!ready) ready = reads_turn_ ? next_write(now) : next_read(now);
    if (ready) {
        reads_turn_ = !only_reads(ready->operations.front().kind);
    }
    stop_writing();  // one who was spared a hopeless try can be one failure too many
    return ready;
}

std::size_t schedule::write_batch_size() const {
    if (options_.write_batch) return *options_.write_batch;
    if (!paced_.write_rate()) return batch_parts_max;
    auto const requests = options_.requests_in_flight_max;
    auto const needed = (options_.writes_in_flight_max + requests - 1) / requests;
    return std::min<std::size_t>(needed, batch_parts_max);
}

std::optional<batch> schedule::next_write(time_point now) {
    batch ready;
    cost total;
    auto const size = write_batch_size();
    while (!writes_.empty() && ready.operations.size() < size) {
        auto const which = writes_.front();
        if (spare_the_hopeless(which) || spare_the_forbidden(which)) continue;
        auto const& one = errands_[which];
        bool const alone = states_[which].alone;
        bool const pair = goes_as_pair(which);
        auto const step = next_step(which);
        bool const member =
            step == operation_kind::add_members || step == operation_kind::remove_member;
        // A dependency chain must span its whole batch, so a pair travels alone; so do changes of a
        // group, because the parts of a batch run at once and would collide on it.
        if ((pair || alone || member) && !ready.operations.empty()) break;
        // A whole batch that tries the gate, and is charged for its refusals, would keep it closed.
        if (!ready.operations.empty() && paced_.half_open()) break;
        auto with = total;
        with += cost_of_write(which);
        auto const in_flight = writes_in_flight_ + (pair ? 2 : 1);
        if (in_flight > guard_.bound() && writes_in_flight_ > 0) break;
        if (paced_.ready_at(now, with) > now) break;
        total = with;
        writes_.pop_front();
        if (pair) {
            take(ready, {which}, location_of(one));
            auto then = assignment_of(one);
            then.depends_on = 0;
            take(ready, {which}, std::move(then));
            break;
        }
        if (step == operation_kind::add_members) {
            take_members(ready, which);
        } else {
            take(ready, {which}, next_operation(which));
        }
        if (alone || member) break;
    }
    if (ready.operations.empty()) return std::nullopt;
    send(ready, total, now);
    return ready;
}

/// Reads leave at least every other place to the writes.
bool schedule::read_may_go() const {
    auto const half = std::max<std::size_t>(1, options_.requests_in_flight_max / 2);
    return reads_in_flight_ < std::min(options_.reads_in_flight_max, half);
}

std::optional<batch> schedule::next_read(time_point now) {
    if (!read_may_go()) return std::nullopt;
    batch ready;
    cost total;
    while (!reads_.empty() && ready.operations.size() < options_.read_batch_max) {
        auto const which = reads_.front();
        bool const alone = states_[which].alone;
        if (alone && !ready.operations.empty()) break;
        auto with = total;
        auto reading = next_reading(which);
        with += paced_.cost_of(reading.kind);
        if (paced_.ready_at(now, with) > now) break;
        total = with;
        reads_.pop_front();
        take(ready, {which}, std::move(reading));
        if (alone) break;
    }
    if (ready.operations.empty()) return std::nullopt;
    ++reads_in_flight_;
    send(ready, total, now);
    return ready;
}

/// An assignment of a SKU that the service has no seat of is not tried: what is left of the change
/// goes on. True when nothing was left and the errand has ended.
bool schedule::spare_the_hopeless(std::uint32_t which) {
    if (exhausted_.empty()) return false;
    if (!hopeless(which)) return false;
    auto& one = errands_[which];
    auto const found = difference(which);
    auto const wants = aim_.wanted->of(one.user);
    bool barred = false;
    for (std::size_t at = 0; at < wants.size(); ++at) {
        if (!found.targets[at].needs_seat || !exhausted_.contains(wants[at].sku)) continue;
        bar_target(bar{wants[at].target, wants[at].sku, false});
        barred = true;
    }
    if (!barred) return false;
    begin_leg(which, difference(which).needs);
    if (!one.needs->empty()) return false;
    writes_.pop_front();
    end(which, records_[which].attempts == 0 ? errand_end::untried : errand_end::failed,
        reason::no_seats, {});
    return true;
}

/// A change that would be refused as another one of this run was is not tried. True when it was so:
/// the errand has ended.
bool schedule::spare_the_forbidden(std::uint32_t which) {
    auto const& one = errands_[which];
    for (auto const& [rule, words] : rules_) {
        if (states_[which].assigned || !plan::breaks(rule, one.seen, one.needs, *aim_.wanted)) {
            continue;
        }
        writes_.pop_front();
        end(which, records_[which].attempts == 0 ? errand_end::untried : errand_end::failed,
            rule.is, words);
        return true;
    }
    return false;
}

void schedule::learn(reason why, std::string_view detail) {
    auto rule = plan::rule_in(why, detail);
    if (!rule) return;
    bool const known =
        std::ranges::any_of(rules_, [&](auto const& one) { return one.first == *rule; });
    if (!known) rules_.emplace_back(std::move(*rule), std::string{detail});
}

/// Whether the errand's leg asks for a seat that there is none of, itself or through a group.
bool schedule::hopeless(std::uint32_t which) const {
    auto const& one = errands_[which];
    if (one.group) return false;
    bool const directly = std::ranges::any_of(
        one.needs->adds, [&](licence_add const& add) { return exhausted_.contains(add.sku); });
    if (directly || one.needs->joins.empty()) return directly;
    return std::ranges::any_of(aim_.wanted->of(one.user), [&](plan::want const& want) {
        return exhausted_.contains(want.sku) && aim_.by.via.contains(want.sku) &&
               want.act == jobs::action::assign && aim_.barred[want.target] == reason::none;
    });
}

/// A usage location and the assignment that needs it.
bool schedule::goes_as_pair(std::uint32_t which) const {
    return is_pair(errands_[which].needs) && !states_[which].alone;
}

throttle::cost schedule::cost_of_write(std::uint32_t which) const {
    if (goes_as_pair(which)) {
        auto both = paced_.cost_of(operation_kind::set_usage_location);
        return both += paced_.cost_of(operation_kind::assign_licences);
    }
    return paced_.cost_of(next_step(which));
}

operation schedule::next_reading(std::uint32_t which) const {
    auto const& one = errands_[which];
    operation reading;
    if (one.group) {
        reading.kind = states_[which].ask_members ? operation_kind::read_members_in_error
                                                  : operation_kind::read_group;
        reading.group = *one.group;
    } else {
        reading.kind = operation_kind::read_user;
        reading.user = key_of(one);
    }
    return reading;
}

/// The next write of the errand's leg: location, call, joins, leaves.
operation_kind schedule::next_step(std::uint32_t which) const {
    plan::change const& needs = errands_[which].needs;
    auto const& own = states_[which];
    if (!needs.usage_location.empty()) return operation_kind::set_usage_location;
    if (needs.assigns() && !own.assigned) return assignment_kind(errands_[which]);
    return own.joined < needs.joins.size() ? operation_kind::add_members
                                           : operation_kind::remove_member;
}

operation schedule::next_operation(std::uint32_t which) const {
    auto const& one = errands_[which];
    auto const& own = states_[which];
    switch (auto const step = next_step(which)) {
        case operation_kind::set_usage_location:
            return location_of(one);
        case operation_kind::add_members:
            return membership_of(one, step, one.needs->joins[own.joined]);
        case operation_kind::remove_member:
            return membership_of(one, step, one.needs->leaves[own.left]);
        default:
            return assignment_of(one);
    }
}

/// Those who come next and join the same group go along in one request.
void schedule::take_members(batch& into, std::uint32_t first) {
    auto joining = next_operation(first);
    std::vector<std::uint32_t> whose{first};
    std::size_t company = states_[first].company;
    while (!writes_.empty() && whose.size() < company) {
        auto const which = writes_.front();
        company = std::min<std::size_t>(company, states_[which].company);
        if (whose.size() >= company || states_[which].alone != states_[first].alone ||
            next_step(which) != operation_kind::add_members ||
            errands_[which].needs->joins[states_[which].joined] != joining.group) {
            break;
        }
        if (spare_the_hopeless(which)) continue;
        // What is left to do for him may be another thing now.
        if (next_step(which) != operation_kind::add_members) break;
        writes_.pop_front();
        joining.members.push_back(errands_[which].id);
        whose.push_back(which);
    }
    take(into, std::move(whose), std::move(joining));
}

void schedule::take(batch& into, std::vector<std::uint32_t> whose, operation what) {
    bool const read = only_reads(what.kind);
    for (auto const which : whose) {
        if (states_[which].at == stage::in_flight) continue;
        states_[which].before_flight = states_[which].at;
        states_[which].at = stage::in_flight;
        if (!read) ++records_[which].attempts;
    }
    if (!read) ++writes_in_flight_, ++writes_sent_;
    into.costs.push_back(paced_.cost_of(what.kind));
    into.operations.push_back(std::move(what));
    into.errands.push_back(std::move(whose));
}

void schedule::send(batch& ready, cost const& of, time_point now) {
    ready.id = ++batches_;
    ready.sent_at = now;
    for (std::size_t at = 0; at < ready.operations.size(); ++at) {
        auto const& what = ready.operations[at];
        if (only_reads(what.kind)) break;  // no batch has both
        if (what.depends_on) continue;     // said with the part that it waits for
        for (auto const which : ready.errands[at]) {
            plan::change sent;
            sent.usage_location = what.usage_location;
            if (what.kind == operation_kind::add_members) sent.joins.push_back(what.group);
            if (what.kind == operation_kind::remove_member) sent.leaves.push_back(what.group);
            bool const call = what.kind == operation_kind::assign_licences ||
                              what.kind == operation_kind::assign_group_licences ||
                              goes_as_pair(which);
            if (call) {
                sent.adds = errands_[which].needs->adds;
                sent.removes = errands_[which].needs->removes;
            }
            note(intent{errands_[which].user, changes_.keep(sent)});
        }
    }
    ++in_flight_;
    paced_.sent(now, of);
}

std::optional<time_point> schedule::wake_at(time_point now) const {
    std::optional<time_point> wake;
    auto const sooner = [&](time_point when) { wake = wake ? std::min(*wake, when) : when; };
    if (draining_) return wake;
    if (!later_.empty()) sooner(later_.top().when);
    if (auto const begins = waves_.next_at()) sooner(*begins);
    if (in_flight_ >= options_.requests_in_flight_max) return wake;
    if (!writes_.empty()) {
        auto const when = paced_.ready_at(now, cost_of_write(writes_.front()));
        if (when > now || writes_in_flight_ == 0) sooner(when);
    }
    if (!reads_.empty() && read_may_go())
        sooner(paced_.ready_at(now, paced_.cost_of(next_reading(reads_.front()).kind)));
    return wake;
}

void schedule::drain(reason why) {
    if (draining_) return;
    draining_ = why;
    for (std::uint32_t which = 0; which < errands_.size(); ++which) {
        if (states_[which].at != stage::in_flight) cancel(which, why);
    }
}

schedule::progress schedule::done() const {
    progress so_far;
    so_far.total = errands_.size();
    so_far.accepted = accepted_;
    so_far.settled = errands_.size() - open_;
    so_far.requests = batches_;
    so_far.writes = writes_sent_;
    so_far.in_flight = in_flight_;
    return so_far;
}

}  // namespace allot::schedule
