// Saved plans: what reads can be written and is then the same, and applying it either asks for what
// this program would have planned, or is refused.
#include <string>

#include "engine/documents/saved_plan.hpp"
#include "engine/runs/saved.hpp"
#include "tests/fuzz/fuzzing.hpp"
#include "tests/fuzz/jobs.hpp"

using namespace allot;
using namespace allot::fuzzing;

namespace {

/// So that whatever the fuzzer makes up has the right sum.
std::string any_sum(std::string_view) {
    return std::string(64, '0');
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    input from{data, size};
    std::string const text{from.rest()};
    (void)documents::looks_like_plan(text.substr(0, 64));
    auto const read = documents::parse_plan(text, any_sum);
    if (!read) {
        must(!read.error().message.empty(), "a refusal says why");
        must(read.error().code == errc::refused_by_cap || read.error().code == errc::invalid_input,
             "a plan is altered, or none");
        return 0;
    }
    must(documents::looks_like_plan(text.substr(0, 64)), "a plan looks like one");
    auto const& plan = *read;
    must(plan.made.targets.size() == plan.job.targets.size() &&
             plan.made.barred.size() == plan.job.targets.size() &&
             plan.seen.size() == plan.job.users.size(),
         "the lists go together");
    for (auto const& one : plan.made.changes) must(one.user < plan.job.users.size(), "of the job");
    auto const written = documents::to_text(plan, any_sum);
    auto const again = documents::parse_plan(written, any_sum);
    must(again.has_value(), "a plan that was read can be written", written);
    must(documents::to_text(*again, any_sum) == written, "it is the same plan", written);
    must(same_job(again->job, plan.job, true), "it is the same job", written);

    auto const asked = runs::request_of(*read, {});
    if (!asked) {
        must(asked.error().code == errc::refused_by_cap, "a plan of another's making is refused");
        return 0;
    }
    must(asked->ids && asked->ids->size() == plan.job.users.size(), "a name for each user");
    auto const bars = asked->bars(plan.seen);
    must(bars.size() == plan.job.targets.size(), "a bar or none for each target");
    return 0;
}
