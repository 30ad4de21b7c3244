#pragma once

#include <span>
#include <string_view>

#include "connectors/port/id.hpp"

namespace allot::config {

/// What Microsoft calls one SKU.
struct product_name {
    sku_id sku;
    std::string_view part_number;  ///< `POWER_BI_PRO`
    std::string_view name;         ///< `Power BI Pro`
};

/// The products that are commonly assigned, unique by SKU id and by part number. Names serve
/// people: a SKU that is not here still works by its part number or id, which the tenant itself
/// tells. Source: Microsoft, "Product names and service plan identifiers for licensing" (2026).
std::span<product_name const> product_names();

}  // namespace allot::config
