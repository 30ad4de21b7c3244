#pragma once

#include <string>
#include <string_view>

namespace allot::report {

/// Appends the text as one CSV cell (RFC 4180), quoted where needed. What a spreadsheet would run
/// as a formula gets a `'` in front, also behind spaces and quotes, and inside of the cell after a
/// `;`, a tab or a line end, where others see the next cell; a plain number (`-5`, `+3.5`) stays
/// one.
void append_csv_cell(std::string& out, std::string_view text);

/// Appends the text as it is to be read in HTML, between tags or in a quoted attribute. Control
/// characters, marks that turn the direction of writing, and bytes that are not UTF-8 become
/// U+FFFD.
void append_html(std::string& out, std::string_view text);

}  // namespace allot::report
