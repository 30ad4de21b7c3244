#include "engine/reconcile/reconcile.hpp"

#include <algorithm>

#include "engine/plan/holding.hpp"
#include "engine/plan/service_rules.hpp"

namespace allot::reconcile {

namespace {

using plan::standing;
using schedule::errand_end;

/// Draws up the rows of one user at a time, then puts them in the file's order.
class drawer {
 public:
    explicit drawer(evidence_of_run const& from) : from_{from} {
        if (!from.ran) return;
        errand_of_user_.resize(from.job.users.size());
        auto const errands = from.ran->errands();
        for (std::size_t at = 0; at < errands.size(); ++at) {
            errand_of_user_[errands[at].user] = static_cast<std::uint32_t>(at);
        }
    }

    row draw(std::uint32_t target) {
        auto const& asked = from_.job.targets[target];
        auto const& one = want_of(target);
        row drawn;
        drawn.line = asked.line;
        drawn.user = from_.job.users[asked.user];
        drawn.sku = one.subscription < 0 ? from_.job.skus[asked.sku] : from_.wanted.sku_name(one);
        drawn.action = asked.act == jobs::action::assign ? "assign" : "remove";
        auto const columns = from_.job.extra_columns.size();
        for (std::size_t at = 0; at < columns; ++at) {
            drawn.extra.emplace_back(from_.job.extra_cells[target * columns + at]);
        }
        if (from_.before.is_seen(asked.user)) {
            drawn.user_id = from_.before.id(asked.user).str();
            drawn.before =
                plan::describe_holding(from_.before.account_of(asked.user), one, from_.wanted);
            drawn.after = drawn.before;
        }
        judge(drawn, one, from_.made.targets[target]);
        drawn.detail = plan::in_names(drawn.why, drawn.detail, from_.wanted);
        return drawn;
    }

 private:
    plan::want const& want_of(std::uint32_t target) const {
        auto const wants = from_.wanted.of(from_.job.targets[target].user);
        return *std::ranges::find(wants, target, &plan::want::target);
    }

    void judge(row& drawn, plan::want const& one, plan::target_standing const& planned) {
        drawn.why = planned.why;
        drawn.detail = planned.detail;
        switch (planned.is) {
            case standing::as_desired:
                drawn.is = verdict::already;
                drawn.verified_at = looked_at_;
                return;
            case standing::unreadable:
                drawn.is = verdict::failed;
                return;
            case standing::blocked:
                drawn.is = from_.verifying ? verdict::drifted : verdict::blocked;
                return;
            case standing::to_change:
                break;
        }
        if (from_.verifying) {
            drawn.is = verdict::drifted;
            if (drawn.why == reason::none) drawn.why = reason::not_as_asked;
        } else if (!from_.ran) {
            drawn.is = verdict::would_change;
        } else {
            judge_errand(drawn, one);
        }
    }

    void judge_errand(row& drawn, plan::want const& one) {
        auto const at = errand_of_user_[from_.job.targets[one.target].user];
        auto const& record = from_.ran->records()[at];
        drawn.attempts = record.attempts;
        drawn.http_status = record.last.http_status;
        drawn.request_id = record.last.request_id.str();
        if (record.changed_at) drawn.changed_at = iso_8601(*record.changed_at);
        if (record.seen) {
            drawn.after = plan::describe_holding(*record.seen, one, from_.wanted);
        } else if (record.end == errand_end::unverified || record.why == reason::lost_reply ||
                   record.why == reason::service_error) {
            drawn.after = {};  // perhaps written, and not seen since
        }
        if (auto const bar = from_.ran->barred()[one.target]; bar != reason::none) {
            drawn.is = from_.ran->refused_itself(one.target) ? verdict::failed : verdict::blocked;
            drawn.why = bar;
            drawn.detail =
                from_.ran->refused_itself(one.target) ? record.detail.str() : std::string{};
            if (!record.seen) drawn.after = drawn.before;
            return;
        }
        if (record.why != reason::none) {
            drawn.why = record.why;
            drawn.detail = record.detail;
        }
        switch (record.end) {
            case errand_end::verified:
                judge_seen(drawn, one, record, verdict::verified);
                return;
            case errand_end::already:
                judge_seen(drawn, one, record, verdict::already);
                return;
            case errand_end::not_found:
                drawn.is = verdict::blocked;
                return;
            case errand_end::unverified:
                drawn.is = verdict::unverified;
                return;
            case errand_end::cancelled:
                drawn.is = verdict::cancelled;
                return;
            case errand_end::untried:
                judge_untried(drawn, one);
                return;
            default:
                if (record.changed_at && record.seen && judge_part(drawn, one, record)) return;
                drawn.is = verdict::failed;
                judge_held_back(drawn, one);
                return;
        }
    }

    /// The errand as a whole was seen as desired; this target is judged by what was seen last,
    /// because what could not be done for it on its own (a group gives the licence meanwhile) is
    /// not in the errand's change.
    void judge_seen(row& drawn, plan::want const& one, schedule::record const& record,
                    verdict when_so) {
        auto const stands = standing_of(one, *record.seen);
        if (stands.is == standing::as_desired) {
            drawn.is = when_so;
            // What it is as desired through may have come about with this very run.
            if (stands.why != reason::none) {
                drawn.why = stands.why;
                drawn.detail = stands.detail;
            }
            if (record.verified_at) drawn.verified_at = iso_8601(*record.verified_at);
            return;
        }
        drawn.is = stands.is == standing::blocked ? verdict::blocked : verdict::unverified;
        drawn.why = stands.why;
        drawn.detail = stands.detail;
    }

    /// Of a change that was accepted and then seen to have failed in one licence, the others may be
    /// as desired, or have failed for another cause. True when that was said of this target.
    bool judge_part(row& drawn, plan::want const& one, schedule::record const& record) {
        auto const stands = standing_of(one, *record.seen);
        if (stands.is == standing::to_change) return false;
        bool const members_in_error = stands.is == standing::blocked &&
                                      stands.why != reason::swap_incomplete &&
                                      from_.wanted.is_group(from_.job.targets[one.target].user);
        if (members_in_error) {
            drawn.is = verdict::failed;
            drawn.why = stands.why;
            return true;
        }
        bool const is_so = stands.is == standing::as_desired;
        bool const held_back = stands.why == reason::swap_incomplete;
        drawn.is = is_so ? verdict::verified : held_back ? verdict::blocked : verdict::failed;
        if (is_so && record.verified_at) drawn.verified_at = iso_8601(*record.verified_at);
        drawn.why = stands.why;
        drawn.detail = stands.detail;
        return true;
    }

    void judge_untried(row& drawn, plan::want const& one) {
        drawn.is = verdict::blocked;
        judge_held_back(drawn, one);
    }

    /// A removal that was held back because the licence beside it could not be given was not tried
    /// at all.
    void judge_held_back(row& drawn, plan::want const& one) {
        if (one.act != jobs::action::remove) return;
        auto const user = from_.job.targets[one.target].user;
        auto const stands = standing_of(one, from_.before.account_of(user));
        if (stands.is != standing::blocked) return;
        drawn.is = verdict::blocked;
        drawn.why = stands.why;
        drawn.detail = stands.detail;
    }

    plan::target_standing standing_of(plan::want const& one, account const& seen) {
        auto const user = from_.job.targets[one.target].user;
        auto found = plan::diff(from_.wanted, user, seen, from_.ran->barred(), from_.by);
        auto const wants = from_.wanted.of(user);
        auto const at = std::ranges::find(wants, one.target, &plan::want::target) - wants.begin();
        return std::move(found.targets[static_cast<std::size_t>(at)]);
    }

    evidence_of_run const& from_;
    std::string const looked_at_{iso_8601(from_.looked_at)};
    /// Indices into the schedule's errands, of users who have one.
    std::vector<std::uint32_t> errand_of_user_;
};

}  // namespace

void draw_up(evidence_of_run const& from, std::function<void(row const&)> const& hand_over) {
    draw_up(
        from, [](std::uint32_t) { return true; },
        [&](std::uint32_t, row const& drawn) { hand_over(drawn); });
}

void draw_up(evidence_of_run const& from, std::function<bool(std::uint32_t target)> const& which,
             std::function<void(std::uint32_t target, row const&)> const& hand_over) {
    drawer draws{from};
    for (std::uint32_t target = 0; target < from.job.targets.size(); ++target) {
        if (which(target)) hand_over(target, draws.draw(target));
    }
}

std::string_view name(verdict of) {
    switch (of) {
        case verdict::already:
            return "already";
        case verdict::verified:
            return "verified";
        case verdict::would_change:
            return "would_change";
        case verdict::unverified:
            return "unverified";
        case verdict::blocked:
            return "blocked";
        case verdict::failed:
            return "failed";
        case verdict::drifted:
            return "drifted";
        case verdict::cancelled:
            return "cancelled";
    }
    return "";
}

}  // namespace allot::reconcile
