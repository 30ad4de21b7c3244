#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/documents/lines.hpp"
#include "engine/documents/writing.hpp"
#include "engine/jobs/job.hpp"

/// The parts of a job's text, for documents that hold more than the job.
namespace allot::documents {

/// `"source":…,` to `"plan_rules":…,`: what comes before users and targets, a member to a line.
void append_job_head(std::string& out, jobs::job const& of);

/// The members of the target at `index`.
void append_target_members(object_text& made, jobs::job const& of, std::size_t index);

/// Puts a job together from its parts, in the order in which they were written.
class job_builder {
 public:
    bool read_head(line_reader& from);
    /// False when there is a user of that name already.
    bool add_user(std::string_view name);
    /// Reads what `append_target_members` wrote; all users are there already.
    bool add_target(json_object const& from);
    /// The index of that user; empty when there is none.
    [[nodiscard]] std::optional<std::uint32_t> find_user(std::string_view name) const;

    [[nodiscard]] jobs::job const& made() const { return job_; }
    jobs::job finish() { return std::move(job_); }

 private:
    bool add_rule(json_element const& from);
    bool read_rule(json_object const& from, jobs::target& to) const;
    bool read_cells(json_object const& from);

    jobs::job job_;
    // The keys of the first are the job's own: they stay where they are.
    std::unordered_map<std::string_view, std::uint32_t> users_;
    std::unordered_map<std::string, std::uint32_t> skus_;
    std::map<std::pair<jobs::plan_rule::kind, std::vector<std::string>>, std::uint32_t> rules_;
};

}  // namespace allot::documents
