#pragma once

#include "tests/simulation/draws.hpp"
#include "tests/simulation/scenario.hpp"

namespace allot::simulation {

/// A stream for each concern, so that a draw more in one does not move the others.
enum stream : std::uint64_t {
    features = 1,
    people,
    rows,
    service,
    faults,
    limits,
    choice,
    others,
    ends,
    ways
};

/// Which features a seed has at all.
struct feature_set {
    explicit feature_set(std::uint64_t seed) {
        draws from{seed, features};
        for (auto* const one :
             {&faults, &part_faults, &login_faults, &latency, &lag, &limits, &removals, &plan_lists,
              &locations, &short_of_seats, &unknown_users, &crashes, &stops}) {
            *one = from.chance(0.6);
        }
        for (auto* const one : {&storm, &location_lag, &short_tokens, &clashes, &foreign_seats,
                                &foreign_quota, &waves, &late_users, &late_requests, &by_group}) {
            *one = from.chance(0.2);
        }
    }

    bool faults, part_faults, login_faults, latency, lag, limits, removals, plan_lists, locations,
        short_of_seats, unknown_users, crashes, stops;
    bool storm, location_lag, short_tokens, clashes, foreign_seats, foreign_quota, waves,
        late_users, late_requests, by_group;
};

/// What goes wrong, and how the run is told to go about it; after the tenant and the job.
void draw_conditions(scenario& into, feature_set const& has);

}  // namespace allot::simulation
