#pragma once

#include <functional>

#include "engine/plan/plan.hpp"
#include "engine/reconcile/row.hpp"
#include "engine/schedule/schedule.hpp"

/// The verdicts: what can truthfully be said of every target (design sections 3 and 7). Pure.
namespace allot::reconcile {

/// What the verdicts are drawn from; everything must outlive the call.
struct evidence_of_run {
    jobs::job const& job;
    plan::desired const& wanted;
    plan::rules const& by;
    plan::snapshot const& before;  ///< as surveyed
    plan::plan const& made;
    /// The schedule that ran; nullptr for `plan` and `verify`, which write nothing.
    schedule::schedule const* ran = nullptr;
    bool verifying = false;  ///< `verify`: what is not as desired is `drifted`
    wall_time looked_at{};   ///< when the survey ended
};

/// Draws up one row for each target, in the file's order, and hands it over.
void draw_up(evidence_of_run const& from, std::function<void(row const&)> const& hand_over);
/// The same for those targets (by index) that `which` picks.
void draw_up(evidence_of_run const& from, std::function<bool(std::uint32_t target)> const& which,
             std::function<void(std::uint32_t target, row)> const& hand_over);

}  // namespace allot::reconcile
