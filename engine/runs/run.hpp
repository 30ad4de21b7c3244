#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <vector>

#include "engine/execute/execute.hpp"
#include "engine/limits/learned.hpp"
#include "engine/runs/prepare.hpp"
#include "engine/store/run_store.hpp"

namespace allot::runs {

/// What a run that changes something works with; everything must outlive it.
struct tools {
    survey::tools& look;
    store::run_store& kept;
    limits::owner whose;                         ///< of the limits
    throttle::governor_options const& believed;  ///< what the governor began with
};

/// One errand for each change, with the user as the survey saw him.
std::vector<schedule::errand> errands_of(prepared const& ready);

/// A run that changes the tenant: written down before its first request, and at every step.
class run {
 public:
    /// Writes a new run down. `chosen` is how it is paced; what was agreed to comes from `head`.
    static result<std::unique_ptr<run>> begin(tools& with, std::unique_ptr<prepared> ready,
                                              store::run_head head, schedule::options chosen);
    /// Goes on with one that was interrupted. Errors: `could_not_run`, also when this program would
    /// plan otherwise than the one that began it.
    static result<std::unique_ptr<run>> go_on(tools& with, std::int64_t number,
                                              std::span<plan::product const> products,
                                              schedule::options chosen);
    ~run();

    /// Sends, waits, verifies, until every errand has ended or the stop switch was pulled. Errors:
    /// the store's; nothing more was sent then.
    boost::asio::awaitable<result<void>> carry_out(execute::watcher watch);
    /// Puts the rows of all that the plan changes into the store, so that it has a row for every
    /// target, and hands over each of them, in the order of the targets.
    result<void> keep_rows(std::function<void(reconcile::row const&)> const& take);

    [[nodiscard]] std::int64_t number() const;
    [[nodiscard]] store::run_head const& head() const;
    [[nodiscard]] prepared const& ready() const;
    [[nodiscard]] schedule::schedule const& running() const;

 private:
    struct state;
    explicit run(std::unique_ptr<state> made);
    std::unique_ptr<state> state_;
};

}  // namespace allot::runs
