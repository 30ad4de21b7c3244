#pragma once

#include <string>

#include "engine/report/summary.hpp"

/// The rows as JUnit XML, as CI servers read it: a target is a test case, one that needs somebody
/// has failed, one that was not changed for no fault of its own is skipped. Pure. Source: the
/// schema of Jenkins' xUnit plugin, junit-10.xsd, and GitLab's "Unit test reports" (2025).
namespace allot::report {

/// The document up to its first case. `of` has counted all rows.
std::string junit_begin(summary const& of);
/// Appends one row as a case: its name is the user, its class the SKU.
void append_junit(std::string& out, reconcile::row const& of);
/// The rest of the document.
std::string junit_end();

}  // namespace allot::report
