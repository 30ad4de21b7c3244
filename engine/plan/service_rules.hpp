#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/plan/diff.hpp"

/// What the service's refusals say of service plans: learned, so that whoever would be refused for
/// the same cause is spared the try, and told in names instead of ids. Pure. Nobody publishes these
/// rules: graph-facts section 8.
namespace allot::plan {

/// `plan` works only beside one of `others` (`plan_dependency`), or not beside any of them
/// (`plan_conflict`).
struct service_rule {
    reason is = reason::plan_dependency;
    plan_id plan;
    std::vector<plan_id> others;

    bool operator==(service_rule const&) const = default;
};

/// The rule in the service's words for a refusal for `why`, whose ids are those of service plans;
/// empty when it names fewer than two.
std::optional<service_rule> rule_in(reason why, std::string_view detail);

/// Whether the change would break the rule, which is not broken as the user was seen. Groups that
/// he is to join do not count: what they give is refused later, if at all.
bool breaks(service_rule const& rule, account const& seen, change const& by, desired const& in);

/// The service's words with names in place of the ids of SKUs, service plans and groups; for a
/// service plan also the SKUs that have it. Before them, where they are such a rule, a sentence
/// that says it: `BI_AZURE_P3 (in PBI_PREMIUM_PER_USER_ADDON) needs BI_AZURE_P2 (in POWER_BI_PRO,
/// SPE_E5).`
std::string in_names(reason why, std::string_view detail, desired const& in);

}  // namespace allot::plan
