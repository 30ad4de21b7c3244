#pragma once

#include <string>
#include <string_view>

#include "connectors/port/result.hpp"
#include "engine/jobs/job.hpp"

namespace allot::documents {

/// Appends a checked job as one JSON object, a user and a target to a line:
///
///     {"source":"wave.csv",
///     "columns":["note"],
///     "skus":["POWER_BI_PRO"],
///     "plan_rules":["keep","none",["BI_AZURE_P2"]],
///     "users":[
///     "ada@contoso.example"
///     ],
///     "targets":[
///     {"line":2,"user":"ada@contoso.example","sku":"POWER_BI_PRO"}
///     ]}
///
/// A target may also have `action` (`remove`), `disabled_plans` (one of the plan rules; `keep` is
/// left out), `location`, `priority`, `column` (where the SKU's cell starts in its line) and
/// `cells` (one for each column).
void append_job(std::string& out, jobs::job const& of);

/// Reads what `append_job` writes: the same job, but for bytes that were not UTF-8. Errors:
/// `could_not_run`, with the line, when it is anything else.
result<jobs::job> parse_job(std::string_view text);

}  // namespace allot::documents
