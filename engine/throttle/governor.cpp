#include "engine/throttle/governor.hpp"

#include <algorithm>

namespace allot::throttle {

namespace {

using namespace std::chrono_literals;

double amount_of(limit which, cost const& of) {
    return which == limit::units ? of.units : of.writes;
}

std::size_t index(limit which) {
    return static_cast<std::size_t>(which);
}

/// The limit that a 429 names, if the request draws on it.
std::optional<limit> limit_of(throttle_scope scope, cost const& of) {
    switch (scope) {
        case throttle_scope::writes:
            return of.writes > 0 ? limit::writes : limit::units;
        case throttle_scope::tenant_writes:
            return of.writes > 0 ? limit::tenant_writes : limit::units;
        case throttle_scope::resource_units:
            return limit::units;
        case throttle_scope::unknown:
            return std::nullopt;
    }
    return std::nullopt;
}

/// How far one reply moves what is believed of an operation's cost.
constexpr double cost_step = 0.2;

}  // namespace

std::string_view name(limit of) {
    constexpr std::array<std::string_view, all_limits.size()> names{"writes", "units",
                                                                    "tenant_writes"};
    return names[index(of)];
}

governor::governor(governor_options const& options) {
    // Also a limit that should not be there is followed once it is met.
    belief none;
    none.is = known::no_limit;
    none.published = published_writes;
    limits_[index(limit::writes)].emplace(options.writes.value_or(none), options.seed);
    none.published = published_units;
    limits_[index(limit::units)].emplace(options.units.value_or(none), options.seed + 1);
    if (options.tenant_writes) {
        limits_[index(limit::tenant_writes)].emplace(*options.tenant_writes, options.seed + 2);
    }
    for (std::size_t kind = 0; kind < units_of_.size(); ++kind) {
        units_of_[kind] = throttle::cost_of(static_cast<operation_kind>(kind)).units;
    }
}

cost governor::cost_of(operation_kind kind) const {
    auto of = throttle::cost_of(kind);
    of.units = units_of_[static_cast<std::size_t>(kind)];
    return of;
}

time_point governor::ready_at(time_point now, cost const& of) const {
    auto when = now;
    for (auto const which : all_limits) {
        auto const amount = amount_of(which, of);
        auto const& one = limits_[index(which)];
        if (one && amount > 0) when = std::max(when, one->ready_at(now, amount));
    }
    return when;
}

void governor::sent(time_point now, cost const& of) {
    for (auto const which : all_limits) {
        auto const amount = amount_of(which, of);
        auto& one = limits_[index(which)];
        if (one && amount > 0) one->sent(now, amount);
    }
}

bool governor::half_open() const {
    return std::ranges::any_of(limits_, [](auto const& one) { return one && one->half_open(); });
}

void governor::hold(time_point until) {
    for (auto& one : limits_) {
        if (one) one->hold(until);
    }
}

void governor::settled(time_point sent_at, time_point now, cost const& of, outcome const& reply) {
    bool const throttled = reply.kind == outcome_kind::throttled;
    if (throttled) ++refusals_;
    if (reply.limit_fraction) ++gauged_;
    // The service does not say which limit its figure is of, nor always which it refused for.
    auto const likely = most_used(now, of);
    auto met = throttled ? limit_of(reply.scope, of).value_or(likely) : likely;
    if (find(met) == nullptr) met = likely;
    for (auto const which : all_limits) {
        auto const amount = amount_of(which, of);
        auto& one = limits_[index(which)];
        if (!one || amount <= 0) continue;
        signal said;
        if (throttled && which == met) {
            said.what = signal::kind::refused;
            said.retry_after = reply.retry_after;
        } else if (throttled) {
            // Until it is known better, what the request touched is closed with it.
            bool const unnamed = reply.scope == throttle_scope::unknown;
            if (unnamed) one->hold(now + std::max<duration>(reply.retry_after.value_or(1s), 1s));
        } else if (reply.kind != outcome_kind::transient && reply.kind != outcome_kind::lost) {
            said.what = signal::kind::charged;
            if (which == likely) said.used = reply.limit_fraction;
        } else if (reply.retry_after) {
            // A 503 with a Retry-After speaks for the service, not for one request.
            one->hold(now + std::max<duration>(*reply.retry_after, 1s));
        }
        one->settled(sent_at, now, amount, said);
    }
    auto& units = limits_[index(limit::units)];
    if (units && reply.resource_units && !throttled) {
        units->correct(*reply.resource_units - of.units);
    }
}

void governor::settled(time_point sent_at, time_point now, operation_kind kind, cost const& of,
                       outcome const& reply) {
    settled(sent_at, now, of, reply);
    if (!reply.resource_units || reply.kind != outcome_kind::done) return;
    auto& units = units_of_[static_cast<std::size_t>(kind)];
    units += cost_step * (*reply.resource_units - units);
}

governor::counts governor::seen() const {
    counts so_far{refusals_, 0, gauged_};
    for (auto const& one : limits_) {
        if (one) so_far.gates += one->gates();
    }
    return so_far;
}

time_point governor::gate() const {
    time_point last{};
    for (auto const& one : limits_) {
        if (one) last = std::max(last, one->gate());
    }
    return last;
}

quota_governor const* governor::find(limit which) const {
    auto const& one = limits_[index(which)];
    return one ? &*one : nullptr;
}

std::optional<double> governor::write_rate() const {
    std::optional<double> slowest;
    for (auto const which : {limit::writes, limit::tenant_writes}) {
        auto const* const one = find(which);
        if (one == nullptr || one->unbounded()) continue;
        slowest = std::min(slowest.value_or(one->rate()), one->rate());
    }
    return slowest;
}

/// Of the limits that the request draws on. The tenant's own is met so seldom that only its name is
/// believed.
limit governor::most_used(time_point now, cost const& of) const {
    if (of.writes <= 0) return limit::units;
    bool const writes = find(limit::writes)->used(now) >= find(limit::units)->used(now);
    return writes ? limit::writes : limit::units;
}

}  // namespace allot::throttle
