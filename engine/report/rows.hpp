#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/reconcile/row.hpp"

/// The report's rows as text. Pure: whoever calls decides where the text goes, a piece at a time.
namespace allot::report {

/// The columns of every report, in order: the fixed ones, then the job's unknown columns. One of
/// those that is named like a column before it, whatever its case, gets `job_` in front.
std::vector<std::string> column_names(std::span<std::string const> extra_columns);

/// The header line, with its line end. `columns` is what `column_names` gives.
std::string csv_header(std::span<std::string const> columns);

/// Appends one line of CSV (RFC 4180, UTF-8, no byte-order mark). Lines end in LF, not CRLF: Excel
/// reads both, and `cut`, `grep` and `awk` would leave a CR in the last cell. A cell that a
/// spreadsheet would run as a formula gets a `'` in front; control characters other than tab, CR
/// and LF, and bytes that are not UTF-8, become U+FFFD. `of.extra` has one cell per extra column.
void append_csv(std::string& out, reconcile::row const& of);

/// Appends one line with one JSON object: the same columns under the same names. `line`, `attempts`
/// and `http_status` are numbers, the last null when there was no reply; all else is a string.
void append_jsonl(std::string& out, reconcile::row const& of, std::span<std::string const> columns);

}  // namespace allot::report
