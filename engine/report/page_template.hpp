#pragma once

#include <string_view>

namespace allot::report {

/// page.html as it is in the source tree, with the hash of its script filled in: CMake makes it.
std::string_view page_template();

}  // namespace allot::report
