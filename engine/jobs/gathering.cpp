#include "engine/jobs/gathering.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "engine/jobs/did_you_mean.hpp"
#include "engine/jobs/text.hpp"

namespace allot::jobs {

void gathering::say_unknown(place where, std::string_view name, std::string_view kind) {
    auto const problem = fmt::format("unknown {}", kind);
    if (auto const near = did_you_mean(name, column_names())) {
        // A misspelt `action` carried along would turn removals into assignments.
        problems.add(where, shown(name), {},
                     {problem, fmt::format("did you mean {}? A {} of your own needs a name that is "
                                           "further from ours",
                                           *near, kind)});
    } else if (strict) {
        problems.add(where, shown(name), {}, {problem, "leave it out, or read without --strict"});
    } else {
        problems.note(where, shown(name), {problem, "it is carried into the report as it is"});
    }
}

}  // namespace allot::jobs
