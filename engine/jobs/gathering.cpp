#include "engine/jobs/gathering.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "engine/jobs/did_you_mean.hpp"
#include "engine/jobs/text.hpp"

namespace allot::jobs {

void gathering::say_unknown(place where, std::string_view name, std::string_view kind) {
    auto const near = did_you_mean(name, column_names());
    auto const hint = near ? fmt::format(" (did you mean {}?)", *near) : std::string{};
    auto const problem = fmt::format("unknown {}", kind);
    if (strict) {
        problems.add(where, shown(name), {},
                     {problem, "leave it out, or read without --strict" + hint});
    } else {
        problems.note(where, shown(name),
                      {problem, "it is carried into the report as it is" + hint});
    }
}

}  // namespace allot::jobs
