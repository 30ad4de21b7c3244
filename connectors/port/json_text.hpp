#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace allot {

/// The length in bytes of the well-formed UTF-8 sequence at the front of the text (RFC 3629), 0
/// when it is none. The text is not empty.
std::size_t utf8_sequence_length(std::string_view text);

/// Appends the text as a JSON string with its quotes (RFC 8259). Bytes that are not UTF-8 become
/// U+FFFD.
void append_json_string(std::string& out, std::string_view text);

/// The same as a string of its own.
std::string json_string(std::string_view text);

}  // namespace allot
