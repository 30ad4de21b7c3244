#pragma once

#include <string>
#include <string_view>

namespace allot::config {

/// Text as it stands in a manual page, with what roff would read as its own made harmless
/// (groff_man(7)). Not for whole lines of input: a line that begins with a dot keeps it.
std::string roff(std::string_view text);

/// allot(1) for man(1), from the table of options. The same version, the same text.
std::string manual();

}  // namespace allot::config
