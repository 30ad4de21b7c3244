#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "connectors/simulated/model/description.hpp"
#include "connectors/simulated/model/options.hpp"
#include "engine/schedule/schedule.hpp"
#include "engine/throttle/governor.hpp"

/// What one seed stands for: a tenant, a job, options, and everything that goes wrong.
namespace allot::simulation {

/// What a row says of the service plans to switch off.
enum class plans_asked : std::uint8_t { keep, none, listed };

/// One row of the job, as the auditor understands it. The engine gets it as a line of CSV.
struct ask {
    std::string name;            ///< how the row calls the user
    std::optional<user_id> who;  ///< empty: nobody of the tenant
    sku_id sku;
    std::string sku_name;  ///< as the row writes it
    bool owned = true;     ///< the tenant has a subscription of the SKU
    bool removes = false;
    plans_asked plans = plans_asked::keep;
    std::vector<plan_id> off;  ///< listed only; sorted
    std::string location;      ///< empty: the row gives none
    int priority = 0;
};

/// Somebody else who uses what the tenant has.
struct disturbance {
    time_point at;
    std::optional<sku_id> sku;  ///< takes (or gives back) seats of it; else: quota
    std::int64_t seats = 0;
    std::int64_t writes = 0;
    std::int64_t units = 0;
};

/// How the run is cut short. A share is that of the events at which it happens.
struct interruptions {
    double crash_share = 0;  ///< the process is gone; more often while a write is in flight
    std::uint32_t crashes_max = 0;
    double stop_share = 0;  ///< the operator interrupts it
    std::uint32_t stops_max = 0;
    double anew_share = 0;     ///< of the times that a cut run is not resumed, but applied anew
    duration pause_longest{};  ///< between a crash and the next start
    double late_share = 0;     ///< of requests that were leaving when it crashed: arrive later
    duration late_by{};        ///< at most so much later
};

/// `--via group`: the group that gives a SKU, as its name in the tenant.
struct way_of_sku {
    sku_id sku;
    group_id group;

    bool operator==(way_of_sku const&) const = default;
};

struct run_choices {
    throttle::governor_options limits;  ///< what the client believes
    schedule::options schedule;
    schedule::wave_options waves;  ///< of the changes, until nothing goes wrong any more
    bool always_set_usage_location = false;
    bool skip_redundant = false;
    bool drop_direct = false;
    std::vector<way_of_sku> via;  ///< every SKU that the job assigns; empty: directly
    std::string default_location;
    std::uint64_t client_seed = 0;
};

struct scenario {
    std::uint64_t seed = 0;
    simulated::tenant_description tenant;
    simulated::options service;
    std::vector<ask> job;
    run_choices choices;
    std::vector<disturbance> disturbances;
    interruptions cut;
    bool plans_first = false;  ///< a dry run before
    bool verifies = false;     ///< `verify` after it
    bool undoes_last = false;  ///< the last run, when nothing goes wrong any more
    bool undoes = false;       ///< at the end what was done is undone
    duration between{};        ///< from the end of one command to the next; longer than any lag
};

/// Everything follows from the seed.
scenario draw_scenario(std::uint64_t seed);

/// The job as a file.
std::string csv_of(std::vector<ask> const& job);

/// A few lines on what was drawn, for people.
std::string describe(scenario const& of);

}  // namespace allot::simulation
