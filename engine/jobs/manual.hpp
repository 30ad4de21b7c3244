#pragma once

#include <string>
#include <string_view>

namespace allot::jobs {

/// allot-job(5), the manual of the job file, for man(1), from the table of columns.
std::string manual(std::string_view version);

}  // namespace allot::jobs
