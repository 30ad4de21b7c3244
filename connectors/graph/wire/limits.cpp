#include "connectors/graph/wire/limits.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>

#include "connectors/graph/wire/text.hpp"

namespace allot::graph::wire {

namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

/// A finite number and nothing around it; a huge one is the largest there is, a tiny one nothing.
std::optional<double> number(std::string_view text) {
    text = trimmed(text);
    double value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (end != text.data() + text.size() || text.empty()) return std::nullopt;
    if (error == std::errc::result_out_of_range) {
        if (text.find('-', 1) != std::string_view::npos) return 0;  // 1e-999
        auto const largest = std::numeric_limits<double>::max();
        return text.front() == '-' ? -largest : largest;
    }
    if (error != std::errc{} || !std::isfinite(value)) return std::nullopt;
    return value;
}

/// Up to the next millisecond; what is less than a nanosecond over is an error of the binary
/// fraction.
duration from_seconds(double seconds) {
    auto const limit = std::chrono::duration<double>{retry_after_max}.count();
    auto const within = std::clamp(seconds, 0.0, limit);
    return std::chrono::milliseconds{static_cast<long long>(std::ceil(within * 1000 - 1e-6))};
}

}  // namespace

std::optional<duration> retry_after(http_headers const& headers, wall_time wall_now) {
    auto const* const said = find_header(headers, "retry-after");
    if (said == nullptr) return std::nullopt;
    if (auto const seconds = number(*said)) return from_seconds(*seconds);
    auto const until = parse_http_date(trimmed(*said));
    if (!until) return std::nullopt;
    auto const* const date = find_header(headers, "date");
    auto const sent = date == nullptr ? std::nullopt : parse_http_date(trimmed(*date));
    // In milliseconds, since a date far off does not fit into nanoseconds.
    using std::chrono::milliseconds;
    constexpr auto longest = std::chrono::duration_cast<milliseconds>(retry_after_max);
    return std::clamp(*until - sent.value_or(wall_now), milliseconds::zero(), longest);
}

throttle_scope scope_of(http_headers const& headers) {
    // `<scope>/<limit>/<application>/<tenant, user or resource>`
    auto const* const said = find_header(headers, "x-ms-throttle-scope");
    auto const scope = said == nullptr ? std::string{} : lowered(*said);
    auto const first = std::min(scope.find('/'), scope.size());
    bool const whole_tenant = scope.substr(0, first) == "tenant";
    auto const writes = whole_tenant ? throttle_scope::tenant_writes : throttle_scope::writes;
    if (auto const* const why = find_header(headers, "x-ms-throttle-information")) {
        auto const information = lowered(*why);
        if (information.find("write") != std::string::npos) return writes;
        if (information.find("resourceunit") != std::string::npos) {
            return throttle_scope::resource_units;
        }
    }
    if (first == scope.size()) return throttle_scope::unknown;
    auto const limit = scope.substr(first + 1, scope.find('/', first + 1) - first - 1);
    if (limit == "write") return writes;
    // Resource units are the one published limit that counts reads, and reads and writes together.
    if (limit == "read" || limit == "readwrite") return throttle_scope::resource_units;
    return throttle_scope::unknown;
}

std::optional<double> number_header(http_headers const& headers, std::string_view name,
                                    double most) {
    auto const* const said = find_header(headers, name);
    if (said == nullptr) return std::nullopt;
    auto const value = number(*said);
    if (!value || *value < 0 || *value > most) return std::nullopt;
    return value;
}

}  // namespace allot::graph::wire
