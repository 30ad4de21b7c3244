#include "engine/throttle/cost.hpp"

namespace allot::throttle {

cost cost_of(operation_kind kind) {
    switch (kind) {
        case operation_kind::read_user:
        case operation_kind::read_group:
            return {1, 0};
        case operation_kind::read_members_in_error:
            return members_cost;
        case operation_kind::set_usage_location:
        case operation_kind::assign_licences:
        case operation_kind::add_members:
        case operation_kind::remove_member:
        case operation_kind::assign_group_licences:
            return {1, 1};
    }
    return {1, 0};
}

}  // namespace allot::throttle
