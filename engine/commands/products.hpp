#pragma once

#include <span>
#include <string>
#include <string_view>

#include "config/settings.hpp"
#include "connectors/port/result.hpp"
#include "engine/plan/desired.hpp"

/// What products and service plans are called: the built-in table, and Microsoft's list where
/// `--product-names` gives it. Part numbers always come from the tenant.
namespace allot::commands {

/// Reads the list that the settings name, if any; before anything asks for a name. Errors:
/// `invalid_input`, with the file's name, when it is not that list; `could_not_run` when it cannot
/// be read.
result<void> load_product_names(config::settings const& with);

/// The products that are known by name, those of the list first; they live as long as the program.
std::span<plan::product const> known_products();

/// The product's name; empty when it is not known.
std::string_view product_name(sku_id of);
/// The service plan's friendly name, from the list; empty when it is not known.
std::string_view plan_name(plan_id of);

/// The text with the name of every product and service plan that is named by id alone put behind
/// the id, where it is known: `70d3… (Power BI Pro)`.
std::string with_names(std::string_view text);

}  // namespace allot::commands
