#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "engine/reconcile/row.hpp"
#include "engine/report/summary.hpp"

/// What a report says in a sentence: people, where the rows are targets. Pure.
namespace allot::report {

/// The people and groups of a job, each counted once.
struct people {
    std::uint64_t total = 0;
    std::uint64_t fine = 0;   ///< all that the job says of them is so
    std::uint64_t later = 0;  ///< not changed, and nothing speaks against it: planned, or cancelled
    std::uint64_t need = 0;   ///< some target of theirs needs a person to look at it
    std::uint64_t groups = 0;  ///< of the total
};

/// True for the verdicts that somebody has to look at: `unverified`, `blocked`, `failed`,
/// `drifted`.
bool needs_someone(reconcile::verdict of);

/// Gathers what the rows say together. Keeps the name of everybody who is not fine.
class tally {
 public:
    void add(reconcile::row const& of);
    [[nodiscard]] people of(summary const& job) const;
    /// The seats of the SKU that are used after what the run changed, or would be after what a plan
    /// would; absent where a group's licence was changed: the rows do not say for how many members.
    [[nodiscard]] std::optional<std::int64_t> used_after(summary const& job,
                                                         seat_line const& sku) const;

 private:
    std::unordered_set<std::string> need_;
    std::unordered_set<std::string> later_;
    std::unordered_map<std::string, std::int64_t> taken_;  ///< by SKU as in the rows
    std::unordered_set<std::string> by_groups_;            ///< SKUs that groups got or lost
};

/// The answer in a sentence: `4,812 of 4,830 people have what the job says; 18 need you.`
std::string answer(std::string_view command, people const& of);

/// `1,234,567`.
std::string grouped(std::uint64_t number);

}  // namespace allot::report
