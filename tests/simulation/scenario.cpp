#include "tests/simulation/scenario.hpp"

#include <fmt/format.h>

#include <array>

namespace allot::simulation {

namespace {

std::string cell_of(ask const& row) {
    if (row.plans == plans_asked::keep) return {};
    if (row.plans == plans_asked::none) return "none";
    std::string cell;
    for (auto const plan : row.off) cell += (cell.empty() ? "" : ";") + plan.str();
    return cell;
}

std::string shares_of(simulated::fault_shares const& of) {
    return fmt::format(
        "429 {:.3f} {:.3f} {:.3f} {:.3f}, 5xx {:.3f} {:.3f} {:.3f} {:.3f}, 409 {:.3f}, missing "
        "{:.3f}, reset {:.3f} {:.3f}, lost {:.3f}, silent {:.3f}, slow {:.3f}, no JSON {:.3f}, "
        "half {:.3f}, close {:.3f}, empty page {:.3f}",
        of.throttled_integer, of.throttled_decimal, of.throttled_dated, of.throttled_absent,
        of.error_500, of.error_502, of.error_503, of.error_504, of.concurrency, of.part_missing,
        of.reset_before, of.reset_during, of.reply_lost, of.silent, of.slow, of.not_json,
        of.truncated, of.connection_close, of.empty_page);
}

std::string quota_of(std::optional<simulated::quota> const& of) {
    if (!of) return "none";
    return fmt::format("{} in {} (kind {})", of->capacity, for_people(of->window),
                       static_cast<int>(of->counts));
}

std::string belief_of(std::optional<throttle::belief> const& of) {
    static constexpr std::array words{"known", "expected", "none"};
    if (!of) return "not looked at";
    return fmt::format("{} in {} ({})", of->published.amount, for_people(of->published.window),
                       words[static_cast<std::size_t>(of->is)]);
}

}  // namespace

std::string csv_of(std::vector<ask> const& job) {
    std::string text = "user,sku,action,disabled_plans,usage_location,priority\n";
    for (auto const& row : job) {
        text += fmt::format("{},{},{},{},{},{}\n", row.name, row.sku_name,
                            row.removes ? "remove" : "assign", cell_of(row), row.location,
                            row.priority);
    }
    return text;
}

std::string describe(scenario const& of) {
    auto const& service = of.service;
    auto text = fmt::format("seed {}: {} users, {} targets\n", of.seed, of.tenant.users.size(),
                            of.job.size());
    text += fmt::format("  latency {}, reads lag {}, locations lag {}, tokens live {}\n",
                        for_people(service.latency_median), for_people(service.read_lag),
                        for_people(service.location_lag), for_people(service.token_lifetime));
    text +=
        fmt::format("  limits: writes {}, units {}, tenant's writes {}\n", quota_of(service.writes),
                    quota_of(service.resource_units), quota_of(service.tenant_writes));
    auto const& believed = of.choices.limits;
    text += fmt::format("  believed: writes {}, units {}, tenant's writes {}\n",
                        belief_of(believed.writes), belief_of(believed.units),
                        belief_of(believed.tenant_writes));
    auto const& chosen = of.choices.schedule;
    text +=
        fmt::format("  batches of {} writes and {} reads, {} requests and {} writes in flight\n",
                    chosen.write_batch.value_or(0), chosen.read_batch_max,
                    chosen.requests_in_flight_max, chosen.writes_in_flight_max);
    text += "  faults of requests: " + shares_of(service.faults) + "\n";
    text += "  faults of parts: " + shares_of(service.part_faults) + "\n";
    text += "  faults of sign-ins: " + shares_of(service.login_faults) + "\n";
    text += fmt::format("  {} disturbances; crashes {:.4f} (at most {}), stops {:.4f}\n",
                        of.disturbances.size(), of.cut.crash_share, of.cut.crashes_max,
                        of.cut.stop_share);
    if (!of.choices.via.empty()) {
        text += fmt::format("  by way of groups, which lag {}{}:", for_people(service.group_lag),
                            of.choices.drop_direct ? ", dropping direct copies" : "");
        for (auto const& one : of.choices.via) {
            text += fmt::format(" {}={}", one.sku.str(), one.group.str());
        }
        text += "\n";
    }
    return text + csv_of(of.job);
}

}  // namespace allot::simulation
