#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/jobs/columns.hpp"
#include "engine/jobs/index_table.hpp"
#include "engine/jobs/job.hpp"
#include "engine/jobs/place.hpp"
#include "engine/jobs/problem_list.hpp"

namespace allot::jobs {

/// What stands in one row for one field. The text is valid UTF-8, and lives while it is looked at.
struct cell {
    enum class state : std::uint8_t {
        absent,  ///< the row does not say
        given,
        faulty  ///< wrong, and that has been said: nothing more is to be said of it
    };
    std::string_view text;
    std::size_t offset = 0;  ///< where the cell starts in the record's text
    state is = state::absent;
};

/// One row, as CSV and JSON alike give it.
struct record {
    origin from;
    std::array<cell, field_count> cells;
};

/// Checks records and gathers them as the job's targets.
class collector {
 public:
    /// Both outlive it.
    collector(job& into, problem_list& problems);

    /// Makes a target of it, or says all that is wrong with it. True: the job has one target more.
    /// A faulty row still becomes a target when its user, SKU and action are sound, so that its
    /// doubles are found in the same reading.
    bool add(record const& row);

    /// Says what is wrong with values that are to stand in for missing ones, and makes those
    /// faulty.
    void check_defaults(record& defaults);

 private:
    /// The user or the group.
    bool read_subject(record const& row, target& into);
    bool find_or_add(std::string_view subject, target& into);
    bool read_sku(record const& row, target& into);
    bool read_action(record const& row, target& into);
    bool read_plans(record const& row, target& into);
    bool read_usage_location(record const& row, target& into);
    bool read_priority(record const& row, target& into);
    /// The text of a field; empty, and said so, when the row must have it and has not.
    std::string_view required(record const& row, field which);
    std::uint32_t plan_rule_index(plan_rule rule);
    /// False, and said so, when the job has a target of that user and SKU already.
    bool is_new(record const& row, target const& candidate);
    [[nodiscard]] bool is_group(target const& of) const;
    void report(record const& row, field which, fault what);

    job& job_;
    problem_list& problems_;
    index_table users_;
    index_table skus_;
    index_table plan_rules_;
    std::string plans_text_;                    ///< the last list read,
    std::uint32_t plans_index_ = 0;             ///< and its rule: most rows repeat it
    std::vector<std::uint32_t> first_targets_;  ///< by user: the first target, or `no_target`
    index_table targets_;                       ///< by user and SKU: targets of users with several
};

}  // namespace allot::jobs
