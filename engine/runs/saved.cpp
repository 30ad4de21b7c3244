#include "engine/runs/saved.hpp"

#include <algorithm>

namespace allot::runs {

namespace {

/// The same as far as a plan looks at it. The service gives licences in no fixed order.
bool same(user const& one, user const& other) {
    auto const sorted = [](user const& of) {
        auto licences = of.licences;
        std::ranges::sort(licences, {}, [](licence_state const& state) {
            return std::pair{state.sku, state.by_group};
        });
        return licences;
    };
    return one.id == other.id && one.usage_location == other.usage_location &&
           sorted(one) == sorted(other);
}

bool same_changes(std::span<plan::user_change const> one,
                  std::span<plan::user_change const> other) {
    return std::ranges::equal(one, other, [](auto const& left, auto const& right) {
        return left.user == right.user && left.rank == right.rank && left.needs == right.needs;
    });
}

}  // namespace

result<request> request_of(documents::saved_plan of, std::span<plan::product const> products) {
    auto resolved = plan::resolve(of.job, of.subscriptions, products, of.default_location);
    failure const otherwise{errc::refused_by_cap,
                            "this allot would not make that plan of what it says it saw: it was "
                            "altered, or made by another version. Make a new one."};
    if (!resolved.errors.empty() || of.seen.users.size() != of.job.users.size()) return otherwise;
    auto const again = plan::make_plan(of.job, resolved.wanted, of.seen, of.by);
    if (!again.errors.empty() || !same_changes(again.made.changes, of.made.changes)) {
        return otherwise;
    }
    request asked;
    asked.by = of.by;
    asked.default_location = of.default_location;
    asked.products = products;
    asked.only = of.made.changes;
    asked.ids.emplace();
    for (std::uint32_t user = 0; user < of.job.users.size(); ++user) {
        auto const& sighted = of.seen.users[user];
        bool const seen = sighted.is == plan::sighting::kind::seen;
        std::string name{of.job.users[user]};
        if (seen) {
            name = resolved.wanted.is_group(user) ? jobs::group_prefix : "";
            name += sighted.seen.id.str();
        }
        asked.ids->add(name);
    }
    std::vector<reason> blocked(of.job.targets.size(), reason::none);
    for (std::size_t target = 0; target < blocked.size(); ++target) {
        auto const& stands = again.made.targets[target];
        if (stands.is == plan::standing::blocked) blocked[target] = stands.why;
    }
    asked.bars = [targets = of.job.targets, then = std::move(of.seen),
                  blocked = std::move(blocked)](plan::snapshot const& now) {
        auto barred = blocked;
        for (std::size_t at = 0; at < targets.size(); ++at) {
            auto const& was = then.users[targets[at].user];
            auto const& is = now.users[targets[at].user];
            bool const seen = is.is == plan::sighting::kind::seen;
            bool const as_then = was.is == is.is && (!seen || same(was.seen, is.seen));
            if (seen && !as_then) barred[at] = reason::stale_plan;
        }
        return barred;
    };
    asked.job = std::move(of.job);
    return asked;
}

}  // namespace allot::runs
