#pragma once

#include <functional>
#include <string_view>
#include <utility>

#include "engine/jobs/collector.hpp"
#include "engine/jobs/job.hpp"
#include "engine/jobs/place.hpp"
#include "engine/jobs/problem_list.hpp"

namespace allot::jobs {

/// What the readers of both forms fill.
struct gathering {
    job into;
    problem_list problems;
    collector targets{into, problems};
    bool strict = false;

    explicit gathering(bool is_strict, std::function<void(input_error const&)> each_error = {})
        : problems(std::move(each_error)), strict(is_strict) {}
    gathering(gathering const&) = delete;
    gathering& operator=(gathering const&) = delete;

    /// Notes a column that gives no field of a target and is carried along; an error when strict.
    /// `kind` is `column` or `key`.
    void say_unknown(place where, std::string_view name, std::string_view kind);
};

/// How much text is gathered before it is looked at: what is read does not depend on it.
inline constexpr std::size_t pass_bytes = 256 * 1024;

}  // namespace allot::jobs
