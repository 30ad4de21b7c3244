#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "connectors/port/directory_words.hpp"
#include "connectors/port/result.hpp"

namespace allot::documents {

/// Appends one line without its end; what is default is left out, but for the counts of seats that
/// can be given and are in use:
/// `{"sku":"…","part_number":"POWER_BI_PRO","status":"Enabled","for_users":false,"enabled":100,
/// "warning":1,"suspended":1,"locked_out":1,"consumed":50,"plans":[{"id":"…","name":"BI_AZURE_P2",
/// "for_users":false}]}`.
void append_subscription(std::string& out, subscription const& of);

/// Appends all of them, one to a line, as a JSON array.
void append_subscriptions(std::string& out, std::vector<subscription> const& of);

/// Reads what `append_subscriptions` writes. Errors: `could_not_run` when it is anything else.
result<std::vector<subscription>> parse_subscriptions(std::string_view text);

}  // namespace allot::documents
