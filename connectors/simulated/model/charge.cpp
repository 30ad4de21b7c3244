#include <algorithm>
#include <cassert>

#include "connectors/simulated/model/json_text.hpp"
#include "connectors/simulated/model/service.hpp"

namespace allot::simulated {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Seconds with three decimals: `2.128`.
std::string decimal_seconds(milliseconds wait) {
    auto const thousandths = std::to_string(wait.count() % 1000);
    return std::to_string(wait.count() / 1000) + "." + std::string(3 - thousandths.size(), '0') +
           thousandths;
}

/// 429 in one of the two forms that were seen (graph-facts section 10).
std::string too_many(bool long_form, std::string_view client_id, bool by_writes,
                     error_ids const& ids) {
    if (long_form) {
        return error_body("TooManyRequests",
                          "Too many requests from Identifier:" + std::string{client_id} +
                              " under category:" + (by_writes ? "write" : "read") +
                              ". Please try again later.",
                          ids);
    }
    std::string body = R"({"error":{"code":"TooManyRequests","innerError":{"code":"429","date":")";
    body += iso_8601(ids.date).substr(0, 19);
    body += R"(","message":"Please retry after","request-id":)";
    append_guid(body, ids.request_id);
    body += R"(,"status":"429"},"message":"Please retry again later."}})";
    return body;
}

}  // namespace

/// Counts the cost where it belongs when all of it fits, and where refused requests cost too.
/// `open`: false when it is to be refused whatever there is. True when it was accepted.
bool tenant::service::take(price const& of, bool open) {
    bool const accepted = open && std::ranges::all_of(limits_, [&](limit const& one) {
                              // What costs nothing of a limit passes, even if it is overdrawn.
                              return of.of(one) == 0 || one.count.holds(of.of(one));
                          });
    if (accepted || settings.refused_requests_cost) {
        for (auto& one : limits_) one.count.add(of.of(one));
    }
    return accepted;
}

bool tenant::service::take_quota(std::int64_t writes, std::int64_t units, time_point now) {
    for (auto& one : limits_) one.count.pass(settings.*one.by, settings.window_phase, now);
    return take({writes, units}, true);
}

/// Takes what the request costs from the limits; a 429 when there is not enough, or when the
/// caller was told to stay away for longer.
std::optional<http_response> tenant::service::charge(call const& of, price const& costs) {
    auto const now = current_.now;
    limit* closed = nullptr;
    time_point closed_until{};
    for (auto& one : limits_) {
        one.count.pass(settings.*one.by, settings.window_phase, now);
        auto const until = costs.of(one) > 0 ? one.closed.closed_until(now) : std::nullopt;
        if (!until || (closed != nullptr && *until <= closed_until)) continue;
        closed = &one;
        closed_until = *until;
    }
    if (closed != nullptr) ++counted.early_returns;
    if (take(costs, closed == nullptr)) return std::nullopt;
    // Of several limits, the one is named that keeps the caller away the longest.
    limit* reached = nullptr;
    duration wait{};
    for (auto& one : limits_) {
        auto const missing = one.count.until_it_holds(costs.of(one));
        if (missing <= wait) continue;
        reached = &one;
        wait = missing;
    }
    assert(reached != nullptr || closed != nullptr);  // one of them refused
    if (reached != nullptr && settings.quota_retry_after) wait = *settings.quota_retry_after;
    if (closed != nullptr) wait = std::max(wait, closed_until - now);
    return throttled(of, reached != nullptr ? *reached : *closed, wait,
                     settings.quota_retry_after_form);
}

http_response tenant::service::throttle_by_chance(fault what, call const& of) {
    auto const drawn = waits_.next();
    seconds const whole{1 + static_cast<seconds::rep>(drawn % 10)};
    milliseconds const fine{100 + static_cast<milliseconds::rep>(drawn % 4900)};
    auto& by = of.to.writes() ? limits_.front() : limits_.back();
    switch (what) {
        case fault::throttled_decimal:
            return throttled(of, by, fine, retry_after_form::decimal);
        case fault::throttled_dated:
            return throttled(of, by, whole, retry_after_form::dated);
        case fault::throttled_absent:
            return throttled(of, by, whole, retry_after_form::absent);
        default:
            return throttled(of, by, whole, retry_after_form::integer);
    }
}

/// A 429 that announces `wait`, rounded up to what its form can say.
http_response tenant::service::throttled(call const& of, limit& by, duration wait,
                                         retry_after_form form) {
    ++(of.to.writes() ? counted.writes_throttled : counted.reads_throttled);
    http_response made;
    made.status = 429;
    duration announced{};
    if (form == retry_after_form::integer) {
        auto const whole = std::max(seconds{1}, std::chrono::ceil<seconds>(wait));
        made.headers.emplace_back("Retry-After", std::to_string(whole.count()));
        announced = whole;
    } else if (form == retry_after_form::decimal) {
        auto const fine = std::chrono::ceil<milliseconds>(wait);
        made.headers.emplace_back("Retry-After", decimal_seconds(fine));
        announced = fine;
    } else if (form == retry_after_form::dated) {
        auto const until =
            std::chrono::ceil<seconds>(current_.wall + std::chrono::ceil<milliseconds>(wait));
        made.headers.emplace_back("Retry-After", http_date(until));
        announced = until - current_.wall;
    }
    if (announced > duration::zero() && current_.told) {
        by.closed.add(*current_.told, current_.now + announced);
    }
    made.headers.emplace_back("x-ms-throttle-scope",
                              std::string{by.scope} + "/" + client_id_ + "/" + tenant_id_);
    made.headers.emplace_back("x-ms-throttle-information", by.information);
    made.headers.emplace_back("Content-Type", "application/json");
    made.body = too_many(waits_.chance(0.5), client_id_, by.of_writes,
                         {current_.wall, current_.request_id, of.client_request_id});
    return made;
}

/// `x-ms-throttle-limit-percentage`, which is sent only above 80 % of a limit.
void tenant::service::append_percentage(http_response& to, price const& costs) const {
    if (!settings.limit_percentage) return;
    double used = 0;
    for (auto const& one : limits_) {
        if (costs.of(one) > 0) used = std::max(used, one.count.used());
    }
    if (used < 0.8) return;
    auto const hundredths = static_cast<int>(std::min(used, 1.8) * 100);
    auto const digits = std::to_string(hundredths % 100);
    to.headers.emplace_back(
        "x-ms-throttle-limit-percentage",
        std::to_string(hundredths / 100) + "." + std::string(2 - digits.size(), '0') + digits);
}

}  // namespace allot::simulated
