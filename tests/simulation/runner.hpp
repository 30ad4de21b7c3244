#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tests/simulation/scenario.hpp"

namespace allot::simulation {

/// What came of one seed.
struct result_of_seed {
    std::string failure;  ///< empty when all was well
    std::uint64_t trace = 0;
    std::uint32_t processes = 0;  ///< started, over all commands
    std::uint32_t crashes = 0;
    std::uint64_t requests = 0;
    std::uint64_t writes = 0;  ///< that took effect
    std::string told;          ///< what happened, for people; only when asked for
};

/// Plays the scenario: commands, crashes and resumes, in virtual time. `mutation` names a defect
/// that is put between the engine and its surroundings, or is empty.
result_of_seed play(scenario const& of, std::string_view mutation, bool tell);

}  // namespace allot::simulation
