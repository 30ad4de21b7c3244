#pragma once

#include <string>
#include <string_view>

/// Small things about text. For this folder only.
namespace allot::graph::wire {

/// ASCII letters in lower case.
std::string lowered(std::string_view text);

/// Equal but for the case of ASCII letters.
bool same_word(std::string_view left, std::string_view right);

/// Words of the service, as they may go into a sentence for people: at most `size_max` bytes of
/// UTF-8, no character cut in two, on one line, with a space for whatever would steer a terminal.
std::string said(std::string_view text, std::size_t size_max);

}  // namespace allot::graph::wire
