#include <algorithm>

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

/// Takes what the request costs from the buckets; a 429 when there is not enough, or when the
/// caller was told to stay away for longer.
std::optional<http_response> tenant::service::charge(call const& of, std::int64_t units) {
    auto const now = current_.now;
    bool const writes = of.to.writes();
    std::int64_t const write_cost = writes ? 1 : 0;
    writes_.refill(settings.writes, now);
    units_.refill(settings.resource_units, now);
    auto const writes_closed = writes ? writes_closed_.closed_until(now) : std::nullopt;
    auto const units_closed = units_closed_.closed_until(now);
    auto const closed = std::max(writes_closed, units_closed);
    bool const enough = writes_.holds(write_cost) && units_.holds(units);
    if (closed) ++counted.early_returns;
    if (!closed && enough) {
        writes_.take(write_cost);
        units_.take(units);
        return std::nullopt;
    }
    bool const by_writes = writes && (!writes_.holds(1) || (units_.holds(units) && writes_closed));
    if (settings.refused_requests_cost) {
        writes_.take(write_cost);
        units_.take(units);
    }
    auto wait = by_writes ? writes_.until_it_holds(1) : units_.until_it_holds(units);
    if (!enough && settings.quota_retry_after) wait = *settings.quota_retry_after;
    if (closed) wait = std::max(wait, *closed - now);
    return throttled(of, by_writes, wait, settings.quota_retry_after_form);
}

http_response tenant::service::throttle_by_chance(fault what, call const& of) {
    auto const drawn = waits_.next();
    seconds const whole{1 + static_cast<seconds::rep>(drawn % 10)};
    milliseconds const fine{100 + static_cast<milliseconds::rep>(drawn % 4900)};
    bool const by_writes = of.to.writes();
    switch (what) {
        case fault::throttled_decimal:
            return throttled(of, by_writes, fine, retry_after_form::decimal);
        case fault::throttled_dated:
            return throttled(of, by_writes, whole, retry_after_form::dated);
        case fault::throttled_absent:
            return throttled(of, by_writes, whole, retry_after_form::absent);
        default:
            return throttled(of, by_writes, whole, retry_after_form::integer);
    }
}

/// A 429 that announces `wait`, rounded up to what its form can say.
http_response tenant::service::throttled(call const& of, bool by_writes, duration wait,
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
        (by_writes ? writes_closed_ : units_closed_).add(*current_.told, current_.now + announced);
    }
    made.headers.emplace_back("x-ms-throttle-scope",
                              "Tenant_Application/" +
                                  std::string{by_writes ? "Write" : "ReadWrite"} + "/" +
                                  client_id_ + "/" + tenant_id_);
    made.headers.emplace_back("x-ms-throttle-information",
                              by_writes ? "WriteLimitExceeded" : "ResourceUnitLimitExceeded");
    made.headers.emplace_back("Content-Type", "application/json");
    made.body = too_many(waits_.chance(0.5), client_id_, by_writes,
                         {current_.wall, current_.request_id, of.client_request_id});
    return made;
}

/// `x-ms-throttle-limit-percentage`, which is sent only above 80 % of a limit.
void tenant::service::append_percentage(http_response& to, bool writes) const {
    if (!settings.limit_percentage) return;
    auto const used = std::max(units_.used(), writes ? writes_.used() : 0.0);
    if (used < 0.8) return;
    auto const hundredths = static_cast<int>(used * 100);
    auto const digits = std::to_string(hundredths % 100);
    to.headers.emplace_back(
        "x-ms-throttle-limit-percentage",
        std::to_string(hundredths / 100) + "." + std::string(2 - digits.size(), '0') + digits);
}

}  // namespace allot::simulated
