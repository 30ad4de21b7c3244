#include "connectors/simulated/model/faults.hpp"

#include <array>

namespace allot::simulated {

namespace {

enum class hits { both, parts, requests, writes, lists };

struct kind {
    fault what;
    double fault_shares::*share;
    hits on;
};

constexpr std::array kinds{
    kind{fault::throttled_integer, &fault_shares::throttled_integer, hits::both},
    kind{fault::throttled_decimal, &fault_shares::throttled_decimal, hits::both},
    kind{fault::throttled_dated, &fault_shares::throttled_dated, hits::both},
    kind{fault::throttled_absent, &fault_shares::throttled_absent, hits::both},
    kind{fault::error_500, &fault_shares::error_500, hits::both},
    kind{fault::error_502, &fault_shares::error_502, hits::both},
    kind{fault::error_503, &fault_shares::error_503, hits::both},
    kind{fault::error_504, &fault_shares::error_504, hits::both},
    kind{fault::concurrency, &fault_shares::concurrency, hits::writes},
    kind{fault::part_missing, &fault_shares::part_missing, hits::parts},
    kind{fault::reset_before, &fault_shares::reset_before, hits::requests},
    kind{fault::reset_during, &fault_shares::reset_during, hits::requests},
    kind{fault::reply_lost, &fault_shares::reply_lost, hits::requests},
    kind{fault::silent, &fault_shares::silent, hits::requests},
    kind{fault::slow, &fault_shares::slow, hits::requests},
    kind{fault::not_json, &fault_shares::not_json, hits::requests},
    kind{fault::truncated, &fault_shares::truncated, hits::requests},
    kind{fault::connection_close, &fault_shares::connection_close, hits::requests},
    kind{fault::empty_page, &fault_shares::empty_page, hits::lists},
};

bool can_hit(hits on, fault_target const& target) {
    switch (on) {
        case hits::both:
            return true;
        case hits::parts:
            return target.part;
        case hits::requests:
            return !target.part;
        case hits::writes:
            return target.write;
        case hits::lists:
            return target.list && !target.part;
    }
    return false;
}

}  // namespace

fault draw_fault(random& from, fault_shares const& shares, fault_target const& target) {
    auto left = from.fraction();
    for (auto const& one : kinds) {
        if (!can_hit(one.on, target)) continue;
        auto const share = shares.*one.share;
        if (left < share) return one.what;
        left -= share;
    }
    return fault::none;
}

bool applied_under(fault what, random& from) {
    switch (what) {
        case fault::error_502:
        case fault::error_504:
        case fault::part_missing:
        case fault::silent:
            return from.chance(0.5);
        case fault::reset_during:
        case fault::reply_lost:
        case fault::slow:
        case fault::not_json:
        case fault::truncated:
        case fault::connection_close:
        case fault::empty_page:
        case fault::none:
            return true;
        case fault::throttled_integer:
        case fault::throttled_decimal:
        case fault::throttled_dated:
        case fault::throttled_absent:
        case fault::error_500:
        case fault::error_503:
        case fault::concurrency:
        case fault::reset_before:
            return false;
    }
    return true;
}

}  // namespace allot::simulated
