#pragma once

#include <boost/asio/awaitable.hpp>
#include <span>

#include "engine/runs/prepare.hpp"

namespace allot::runs {

/// Finds the groups that the request names for its job's SKUs, and checks that each can be written
/// and gives its SKU. Errors: `invalid_input`, naming the SKU, the group and the mend; the
/// service's.
boost::asio::awaitable<result<std::map<sku_id, plan::via_group>>> find_groups(
    survey::tools& with, request const& of, plan::desired const& wanted);

/// The display names of the groups that give users licences of the job's SKUs; as far as they can
/// be read, which needs a permission of its own.
boost::asio::awaitable<std::map<group_id, std::string>> name_groups(survey::tools& with,
                                                                    plan::desired const& wanted,
                                                                    plan::snapshot const& seen);

}  // namespace allot::runs
