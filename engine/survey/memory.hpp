#pragma once

#include <functional>

#include "connectors/port/result.hpp"
#include "engine/documents/kept_tenant.hpp"

namespace allot::survey {

/// What surveys of one tenant, by one application, keep for each other. Errors: `could_not_run`.
class memory {
 public:
    virtual ~memory() = default;

    /// All empty when nothing was kept yet.
    virtual result<documents::kept_tenant> head() = 0;
    /// Hands over everybody who is kept, in no order.
    virtual result<void> each_user(std::function<void(documents::kept_user)> const& take) = 0;
    virtual result<void> keep(documents::keeping const& change) = 0;
};

}  // namespace allot::survey
