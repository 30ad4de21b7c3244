#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/port/id.hpp"
#include "connectors/port/result.hpp"

/// Microsoft's published list of products (graph-facts 8). Pure.
namespace allot::jobs {

/// What the list says, each id once, in its order.
struct product_list {
    struct product {
        sku_id sku;
        std::string part_number;  ///< `POWER_BI_PRO`
        std::string name;         ///< `Power BI Pro`
    };
    struct plan {
        plan_id id;
        std::string name;  ///< `Power BI Pro`; the plan's own friendly name
    };
    std::vector<product> products;
    std::vector<plan> plans;
    std::size_t unreadable_rows = 0;  ///< malformed, or with an id that is none
};

/// Reads "Product names and service plan identifiers for licensing.csv" as it is published: UTF-8
/// with or without a byte-order mark, a row for each service plan of each product, ids in any case,
/// stray tabs, no-break and double spaces. Columns are found by their names. Errors:
/// `invalid_input` when the columns of the products are missing or no row can be read.
result<product_list> read_product_list(std::string_view text);

}  // namespace allot::jobs
