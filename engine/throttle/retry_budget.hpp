#pragma once

#include <algorithm>

namespace allot::throttle {

/// How much trying again a run may do at once: when most of what is sent fails, retries would only
/// add to the trouble. A retry after a passing failure takes ten tokens, a success gives one back
/// (AWS SDK retry quota, gRPC retry throttling). Who gets none is put aside for a second pass.
class retry_budget {
 public:
    /// False when there is no budget left.
    bool take() {
        if (tokens_ < retry_costs) return false;
        tokens_ -= retry_costs;
        return true;
    }
    void succeeded() { tokens_ = std::min(tokens_ + 1, tokens_max); }

 private:
    static constexpr int tokens_max = 500;
    static constexpr int retry_costs = 10;
    int tokens_ = tokens_max;
};

}  // namespace allot::throttle
