#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "engine/reconcile/row.hpp"

/// What a report says in a sentence: people, where the rows are targets. Pure.
namespace allot::report {

/// The people of a job, each counted once.
struct people {
    std::uint64_t total = 0;
    std::uint64_t fine = 0;   ///< all that the job says of them is so
    std::uint64_t later = 0;  ///< not changed, and nothing speaks against it: planned, or cancelled
    std::uint64_t need = 0;   ///< some target of theirs needs a person to look at it
};

/// True for the verdicts that somebody has to look at: `unverified`, `blocked`, `failed`,
/// `drifted`.
bool needs_someone(reconcile::verdict of);

/// Gathers what the rows say together. Keeps the name of everybody who is not fine.
class tally {
 public:
    void add(reconcile::row const& of);
    /// `total`: the people of the job.
    [[nodiscard]] people of(std::uint64_t total) const;
    /// The seats of that SKU (as in the rows) that are used now and were not before; less than none
    /// when seats became free.
    [[nodiscard]] std::int64_t seats_taken(std::string const& sku) const;

 private:
    std::unordered_set<std::string> need_;
    std::unordered_set<std::string> later_;
    std::unordered_map<std::string, std::int64_t> taken_;
};

/// The answer in a sentence: `4,812 of 4,830 people have what the job says; 18 need you.`
std::string answer(std::string_view command, people const& of);

/// `1,234,567`.
std::string grouped(std::uint64_t number);

}  // namespace allot::report
