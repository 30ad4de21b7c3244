#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Text as a terminal shows it: how many columns it takes, and what must not reach it.
namespace allot::progress {

/// How many columns the text takes on a terminal: wide characters (East Asian Width W and F, UAX
/// #11; emoji) take two, combining ones none. Bytes that are no UTF-8 take one each.
std::size_t columns_of(std::string_view text);

/// The text without anything that moves a cursor or turns the direction of writing: control
/// characters (C0, DEL, C1) and bidirectional marks become `\x1b` and the like, bytes that are no
/// UTF-8 as well. What is shown can be told from what was meant.
std::string harmless(std::string_view text);

/// `harmless(text)`, with an ellipsis at its end where it would take more than so many columns.
std::string fitted(std::string_view text, std::size_t columns);

}  // namespace allot::progress
