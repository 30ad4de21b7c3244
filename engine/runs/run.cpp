#include "engine/runs/run.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/reconcile/reconcile.hpp"

namespace allot::runs {

namespace asio = boost::asio;

namespace {

using namespace std::chrono_literals;

/// Findings about the limits are written down so often: what a killed run does not remember of its
/// pace is at most so old.
constexpr duration learned_every = 1s;

/// The run's entries into the store, and now and then what it found out about the limits.
class run_journal final : public execute::journal {
 public:
    run_journal(tools& with, std::int64_t run) : with_{with}, run_{run} {}

    result<void> write(std::span<schedule::dated_entry const> entries) override {
        auto written = with_.kept.write(run_, entries);
        if (!written) return written;
        auto const now = with_.look.time.now();
        if (learned_at_ && now - *learned_at_ < learned_every) return written;
        learned_at_ = now;
        return learn();
    }

    result<void> learn() {
        auto known = with_.kept.learned();
        if (!known) return known.error();
        auto const& look = with_.look;
        if (!limits::remember(*known, {with_.whose, with_.believed, look.paced, look.time.now(),
                                       look.time.wall_now()})) {
            return {};
        }
        std::erase_if(*known, [&](auto const& one) { return !(one.whose == with_.whose); });
        return with_.kept.learn(*known);
    }

 private:
    tools& with_;
    std::int64_t run_;
    std::optional<time_point> learned_at_;
};

enum class rows { settled, changed };

/// The rows of the targets that the plan changes, or of all others. What it is given must outlive
/// it.
store::row_giver rows_of(prepared const& ready, schedule::schedule const* ran, rows which) {
    return [&ready, ran, which](auto const& take) {
        reconcile::evidence_of_run given{ready.job, ready.wanted, ready.by, ready.before,
                                         ready.made};
        given.ran = ran;
        given.looked_at = ready.looked_at;
        reconcile::draw_up(
            given,
            [&](std::uint32_t target) {
                bool const changes = ready.made.targets[target].is == plan::standing::to_change;
                return changes == (which == rows::changed);
            },
            take);
    };
}

failure planned_otherwise(std::string const& name) {
    return failure{errc::could_not_run,
                   "this allot would not plan run " + name +
                       " as it was planned; the version that began it can resume it, or run the "
                       "job again"};
}

/// The plan of a run that was written down, made again from its job and before-states.
result<std::unique_ptr<prepared>> prepare_again(store::stored_run& from,
                                                std::span<plan::product const> products) {
    auto const& agreed = from.head.agreed;
    auto ready = std::make_unique<prepared>();
    ready->job = std::move(from.job);
    ready->by = agreed.by;
    ready->way = from.head.way;
    ready->requests = from.head.requests;
    auto resolved =
        plan::resolve(ready->job, std::move(from.subscriptions), products, agreed.default_location);
    if (!resolved.errors.empty()) return planned_otherwise(from.head.name);
    ready->wanted = std::move(resolved.wanted);
    ready->before = plan::snapshot{ready->job.users.size()};
    auto& made = ready->made;
    made.targets.resize(ready->job.targets.size());
    made.seats = std::move(from.seats);
    made.barred.assign(ready->job.targets.size(), reason::none);
    for (auto const& [target, why] : from.blocked) made.barred[target] = why;
    for (auto const& one : from.errands) {
        ready->before.put(one.user, {*one.seen, one.id, {}}, {});
        auto found = plan::diff(ready->wanted, one.user, one.seen, made.barred, ready->by);
        if (found.needs != *one.needs) return planned_otherwise(from.head.name);
        auto const wants = ready->wanted.of(one.user);
        for (std::size_t at = 0; at < wants.size(); ++at) {
            made.targets[wants[at].target] = std::move(found.targets[at]);
        }
        plan::user_change change;
        change.user = one.user;
        change.rank = one.rank;
        change.needs = one.needs;
        if (!change.needs->usage_location.empty()) ++made.counts.locations;
        made.changes.push_back(std::move(change));
    }
    return ready;
}

}  // namespace

struct run::state {
    state(tools& given, std::int64_t run, store::run_head of, std::unique_ptr<prepared> from,
          std::vector<schedule::errand> errands, schedule::options chosen)
        : with{given},
          number{run},
          head{std::move(of)},
          ready{std::move(from)},
          written{given, run},
          running{given.look.paced, agreed(chosen), std::move(errands),
                  schedule::aim{&ready->wanted, ready->by, ready->made.barred}} {}

    schedule::options agreed(schedule::options chosen) const {
        chosen.verify_timeout = head.agreed.verify_timeout;
        chosen.waves = head.agreed.waves;
        chosen.keep_entries = true;
        return chosen;
    }

    tools& with;
    std::int64_t number;
    store::run_head head;
    std::unique_ptr<prepared> ready;
    run_journal written;
    schedule::schedule running;
};

std::vector<schedule::errand> errands_of(prepared const& ready) {
    std::vector<schedule::errand> errands;
    errands.reserve(ready.made.changes.size());
    for (auto const& change : ready.made.changes) {
        schedule::errand one;
        one.user = change.user;
        one.id = ready.before.id(change.user);
        one.seen = ready.before.account_of(change.user);
        if (ready.wanted.is_group(change.user)) one.group = group_id{one.id.value};
        one.rank = change.rank;
        one.needs = change.needs;
        errands.push_back(std::move(one));
    }
    return errands;
}

run::run(std::unique_ptr<state> made) : state_{std::move(made)} {}
run::~run() = default;

result<std::unique_ptr<run>> run::begin(tools& with, std::unique_ptr<prepared> ready,
                                        store::run_head head, schedule::options chosen) {
    head.way = ready->way;
    head.requests = ready->requests;
    auto errands = errands_of(*ready);
    auto const settled = rows_of(*ready, nullptr, rows::settled);
    auto const number = with.kept.begin(
        {head, ready->job, ready->wanted.subscriptions, ready->made.seats, errands, settled});
    if (!number) return number.error();
    return std::unique_ptr<run>{new run{std::make_unique<state>(
        with, *number, std::move(head), std::move(ready), std::move(errands), chosen)}};
}

result<std::unique_ptr<run>> run::go_on(tools& with, std::int64_t number,
                                        std::span<plan::product const> products,
                                        schedule::options chosen) {
    auto loaded = with.kept.load(number);
    if (!loaded) return loaded.error();
    auto ready = prepare_again(*loaded, products);
    if (!ready) return ready.error();
    auto const reopened = with.kept.reopen(number);
    if (!reopened) return reopened.error();
    auto errands = errands_of(**ready);
    std::unique_ptr<run> made{new run{std::make_unique<state>(
        with, number, std::move(loaded->head), std::move(*ready), std::move(errands), chosen)}};
    made->state_->running.restore(loaded->entries, with.look.time.now(), with.look.time.wall_now());
    return made;
}

asio::awaitable<result<void>> run::carry_out(execute::watcher watch) {
    auto& look = state_->with.look;
    execute::tools const driven{look.tenant, look.time, look.stop, &state_->written,
                                std::move(watch)};
    auto went = co_await execute::run(state_->running, driven);
    if (went) went = state_->written.learn();
    co_return went;
}

result<void> run::keep_rows(std::function<void(reconcile::row const&)> const& take) {
    return state_->with.kept.put_rows(
        state_->number, rows_of(*state_->ready, &state_->running, rows::changed), take);
}

std::int64_t run::number() const {
    return state_->number;
}

store::run_head const& run::head() const {
    return state_->head;
}

prepared const& run::ready() const {
    return *state_->ready;
}

schedule::schedule const& run::running() const {
    return state_->running;
}

}  // namespace allot::runs
