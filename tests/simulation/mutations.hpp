#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "connectors/port/directory.hpp"
#include "engine/reconcile/row.hpp"
#include "tests/simulation/auditor.hpp"

/// Defects that the harness must catch, as adaptors at the engine's ports; for its own test.
namespace allot::simulation {

struct mutation {
    std::string_view name;
    std::string_view what;
};

/// All of them.
std::span<mutation const> all_mutations();

/// The directory with that defect; an empty pointer when the mutation is none of the directory's.
/// `known`: somebody of the tenant.
std::unique_ptr<directory> mutated(std::string_view mutation, directory& behind, command present,
                                   user_id known);

/// Puts the defect into the verdicts, where it is one of these.
void mutate(std::string_view mutation, std::vector<reconcile::row>& rows);
/// The same for the options of a run.
void mutate(std::string_view mutation, schedule::options& chosen);
/// SQL that damages the run store; empty: none.
std::string defect_of_store(std::string_view mutation);

}  // namespace allot::simulation
