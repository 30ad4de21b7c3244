#include "engine/schedule/forecast.hpp"

#include <algorithm>
#include <utility>

#include "engine/throttle/seconds.hpp"

namespace allot::schedule {

namespace {

using namespace std::chrono_literals;

/// By then a run goes at its lasting pace.
constexpr std::size_t played_min = 20'000;
/// When nothing is due although it was said that something would be.
constexpr duration least_step = 1ms;

/// How many users are played, and after how many of them the lasting pace is measured. With waves
/// both are ends of waves, so that the pace has their pauses in it.
struct extent {
    std::size_t played;
    std::size_t measured_from;
};

extent extent_of(std::size_t users, std::size_t wave) {
    if (wave == 0 || wave >= users) return {std::min(users, played_min), played_min / 2};
    auto const half = (played_min / 2 - 1) / wave + 1;  // in waves
    return {std::min(users, 2 * half * wave), half * wave};
}

double writes_of(std::span<errand const> errands) {
    double writes = 0;
    for (auto const& one : errands) {
        plan::change const& needs = one.needs;
        writes += (needs.assigns() ? 1 : 0) + (needs.usage_location.empty() ? 0 : 1);
        writes += static_cast<double>(needs.leaves.size()) +
                  static_cast<double>(needs.joins.size()) / double{group_members_max};
    }
    return writes;
}

/// What the service would show of a user once the operation is accepted.
void carry_out(operation const& what, plan::rules const& by, user& on) {
    if (what.kind == operation_kind::remove_member) {
        std::erase_if(on.licences, [&](auto const& one) { return one.by_group == what.group; });
    }
    if (what.kind == operation_kind::add_members) {
        for (auto const& [sku, through] : by.via) {
            if (through.group != what.group) continue;
            licence_state given;
            given.sku = sku;
            given.disabled_plans = through.disabled_plans;
            given.by_group = through.group;
            on.licences.push_back(std::move(given));
        }
    }
    if (what.kind == operation_kind::set_usage_location) on.usage_location = what.usage_location;
    auto& held = on.licences;
    auto const direct = [](sku_id sku) {
        return [sku](licence_state const& one) { return one.sku == sku && !one.by_group; };
    };
    for (auto const& sku : what.removes) std::erase_if(held, direct(sku));
    for (auto const& add : what.adds) {
        std::erase_if(held, direct(add.sku));
        licence_state given;
        given.sku = add.sku;
        given.disabled_plans = add.disabled_plans;
        held.push_back(std::move(given));
    }
}

/// A service without a fault, and the time that goes by with it.
class play {
 public:
    play(throttle::governor& paced, options const& chosen, std::span<errand const> errands,
         aim const& aimed, time_point now)
        : by_{aimed.by},
          running_{paced, chosen, {errands.begin(), errands.end()}, aimed},
          now_{now} {
        people_.reserve(errands.size());
        for (auto const& one : errands) people_.push_back({*one.seen, one.id, {}});
    }

    /// Until so many are accepted, or all have ended; false when nothing goes on any more.
    bool until_accepted(std::size_t users) {
        while (running_.done().accepted < users) {
            if (!step()) return false;
        }
        return true;
    }
    void to_the_end() {
        while (step()) {
        }
    }

    [[nodiscard]] time_point now() const { return now_; }
    [[nodiscard]] std::optional<time_point> last_accepted_at() const {
        return running_.last_accepted_at();
    }

 private:
    bool step() {
        // Every request takes equally long: replies come in the order of the requests.
        while (auto sent = running_.next(now_)) in_flight_.push_back(std::move(*sent));
        if (running_.finished()) return false;
        auto when = running_.wake_at(now_).value_or(time_point::max());
        if (!in_flight_.empty()) when = std::min(when, in_flight_.front().sent_at + reply_after);
        if (when == time_point::max()) return false;
        now_ = when > now_ ? when : now_ + least_step;
        while (!in_flight_.empty() && in_flight_.front().sent_at + reply_after <= now_) {
            auto const answered = std::move(in_flight_.front());
            in_flight_.pop_front();
            answer(answered);
        }
        return true;
    }

    void answer(batch const& sent) {
        replies_.clear();
        for (std::size_t at = 0; at < sent.operations.size(); ++at) {
            auto const& what = sent.operations[at];
            auto& reply = replies_.emplace_back();
            reply.kind = outcome_kind::done;
            if (what.kind == operation_kind::read_members_in_error) {
                reply.read_members.emplace();
                continue;
            }
            if (only_reads(what.kind)) {
                reply.read = people_[sent.errands[at].front()];  // a group is seen like a user
                continue;
            }
            for (auto const which : sent.errands[at]) carry_out(what, by_, people_[which]);
        }
        running_.settle(sent, replies_, now_, wall_time{});
    }

    plan::rules by_;
    schedule running_;
    std::vector<user> people_;  ///< by errand, as they are by now
    std::deque<batch> in_flight_;
    std::vector<outcome> replies_;
    time_point now_;
};

}  // namespace

forecast foresee(throttle::governor paced, options const& chosen, std::span<errand const> errands,
                 aim const& aimed, time_point now) {
    auto const of = extent_of(errands.size(), chosen.waves.size);
    play played{paced, chosen, errands.first(of.played), aimed, now};
    if (of.played == errands.size()) {
        played.to_the_end();
        return {played.last_accepted_at().value_or(now) - now, played.now() - now};
    }
    played.until_accepted(of.measured_from);
    auto const began = played.now();
    played.to_the_end();
    auto const accepted = played.last_accepted_at().value_or(now);
    auto const measured =
        writes_of(errands.subspan(of.measured_from, of.played - of.measured_from));
    auto const pace = throttle::in_seconds(accepted - began) / measured;
    auto const rest = throttle::to_duration(pace * writes_of(errands.subspan(of.played)));
    return {accepted - now + rest, played.now() - now + rest};
}

}  // namespace allot::schedule
