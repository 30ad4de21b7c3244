#include "tests/simulation/runner.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "tests/simulation/play.hpp"

namespace allot::simulation {

namespace {

/// So often more than ever while a write is in flight.
constexpr double eagerness = 10;
/// An interrupted run that never ends is another matter than this.
constexpr std::uint32_t resumes_max = 30;

}  // namespace

/// Whether the process is gone at this moment, which is drawn each time. The same draw may pull the
/// stop switch instead.
bool play_of::dies(moment at) {
    if (crashed_) return true;
    auto& one = *running_;
    if (at == moment::step || at == moment::leaving) disturb(one.time.now());
    if (!may_be_cut_) return false;
    auto const drawn = fate_.fraction(1);
    auto const weight = audit_.writes_in_flight() ? 1 : 1 / eagerness;
    auto const crash = crashes_ < of_.cut.crashes_max ? of_.cut.crash_share * weight : 0;
    auto const stop = stops_ < of_.cut.stops_max ? of_.cut.stop_share * weight : 0;
    if (drawn < crash) {
        crashed_ = true;
        ++crashes_;
        one.context.stop();
        return true;
    }
    if (drawn < crash + stop && one.stop.pulled() == reason::none) {
        ++stops_;
        one.stop.pull(reason::interrupted);
    }
    return false;
}

/// A process that dies right before a commit leaves it undone; one that dies right after does
/// nothing more.
bool play_of::may_commit() {
    if (running_ == nullptr) return true;
    if (dies(moment::committing)) return false;
    dies(moment::committed);
    return true;
}

/// Whether a request that was leaving when the process died was on its way already.
bool play_of::strays(http_request const& request) {
    if (!fate_.chance(of_.cut.late_share)) return false;
    strays_.push_back({request, running_->time.now() + fate_.time({}, of_.cut.late_by)});
    return true;
}

void play_of::disturb(time_point now) {
    for (; disturbed_ < of_.disturbances.size(); ++disturbed_) {
        auto const& one = of_.disturbances[disturbed_];
        if (one.at > now) break;
        if (one.sku) {
            tenant_.take_seats(*one.sku, one.seats, now);
        } else {
            tenant_.take_quota(one.writes, one.units, now);
        }
    }
    // Each at its own time: what was handled before was not later.
    std::ranges::stable_sort(strays_, {}, &stray::arrives);
    for (auto const& one : strays_) {
        if (one.arrives > now) break;
        auto const ago = std::chrono::floor<std::chrono::milliseconds>(now - one.arrives);
        tenant_.handle(one.request, one.arrives, running_->time.wall_now() - ago);
    }
    std::erase_if(strays_, [now](stray const& one) { return one.arrives <= now; });
}

/// Until the run has come to its end: what was cut short is resumed, or, if there is nothing yet to
/// resume, begun again.
void play_of::give_until_done(command what) {
    auto came = give(what, true);
    std::set<std::string> begun{run_name_};
    for (std::uint32_t again = 0; again < resumes_max; ++again) {
        if (wrong() || (came == ended::well && whole_ && !nothing_to_resume_)) return;
        if (nothing_to_resume_ && begun.contains(run_name_)) {
            // It died when all was done and written down.
            if (what == command::apply) applied_ = run_name_;
            return;
        }
        if (!nothing_to_resume_) now_ += fate_.time({}, of_.cut.pause_longest);
        auto next = nothing_to_resume_ ? what : command::resume;
        if (what == command::apply && fate_.chance(of_.cut.anew_share)) {
            // A new run knows nothing of this one: it goes by what the tenant shows.
            now_ += of_.cut.late_by + of_.service.read_lag;
            next = what;
        }
        came = give(next, true);
        if (next == what) begun.insert(run_name_);
    }
}

void play_of::command_and_wait(command what, bool may_be_cut) {
    if (wrong()) return;
    if (may_be_cut) {
        give_until_done(what);
    } else {
        give(what, false);
    }
    now_ += of_.between;
}

result_of_seed play_of::run() {
    if (of_.plans_first) command_and_wait(command::plan, false);
    command_and_wait(command::apply, true);
    if (of_.verifies) command_and_wait(command::verify, false);
    if (of_.undoes && !applied_.empty()) command_and_wait(command::undo, true);
    // Nothing goes wrong any more: what can be done is done, and then nothing is left.
    auto& service = tenant_.settings();
    service.faults = service.part_faults = service.login_faults = {};
    disturbed_ = of_.disturbances.size();
    healed_ = true;
    audit_.heal();
    command_and_wait(command::apply, false);
    auto const last = applied_;
    auto const writes = tenant_.counted().writes_accepted;
    audit_.settle(true);
    command_and_wait(of_.verifies ? command::verify : command::apply, false);
    audit_.settle(false);
    if (of_.undoes_last && tenant_.counted().writes_accepted == writes) {
        applied_ = last;
        command_and_wait(command::undo, false);
    }
    audit_.closes(now_);
    result_.failure = audit_.complaint();
    result_.crashes = crashes_;
    result_.trace = trace_.sum();
    result_.requests = tenant_.counted().requests;
    result_.writes = tenant_.counted().writes_accepted;
    return std::move(result_);
}

result_of_seed play(scenario const& of, std::string_view mutation, bool tell) {
    return play_of{of, mutation, tell}.run();
}

}  // namespace allot::simulation
