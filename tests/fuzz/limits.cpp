// Retry-After, dates and what else headers say of limits: bounded, and dates written are read.
#include <charconv>
#include <string>

#include "connectors/graph/wire/address.hpp"
#include "connectors/graph/wire/limits.hpp"
#include "connectors/port/time.hpp"
#include "tests/fuzz/fuzzing.hpp"
#include "tests/fuzz/http.hpp"

using namespace allot;
using namespace allot::fuzzing;
namespace wire = allot::graph::wire;

namespace {

void check_dates(std::string_view text) {
    if (auto const at = parse_http_date(text)) {
        auto const written = http_date(*at);
        // A leap second at the end of the year 9999 would need a fifth digit.
        must(written.size() > 29 || parse_http_date(written) == at,
             "an HTTP date that is read can be written", text);
    }
    if (auto const at = parse_iso_8601(text)) {
        auto const written = iso_8601(*at);
        must(written.size() > 24 || parse_iso_8601(written) == at,
             "an ISO 8601 time that is read can be written", text);
    }
}

void check_wait(std::string const& text, http_headers const& headers, wall_time now) {
    auto const waits = wire::retry_after(headers, now);
    if (!waits) return;
    must(*waits >= duration{} && *waits <= wire::retry_after_max, "a wait is bounded", text);
    // Whole seconds, by the plainest means.
    bool const digits = !text.empty() && text.size() < 5 &&
                        text.find_first_not_of("0123456789") == std::string::npos;
    if (digits) {
        auto const seconds = std::chrono::seconds{std::stol(text)};
        must(*waits == std::min<duration>(seconds, wire::retry_after_max), "seconds are seconds",
             text);
    }
    if (text.starts_with('-')) must(*waits == duration{}, "less than nothing is nothing", text);
    // A number below one is never an hour.
    bool const plain = text.find_first_of("eE") == std::string::npos;
    if (text.starts_with("0.") && plain) {
        must(*waits <= std::chrono::seconds{1}, "a fraction is short", text);
    }
    bool const small =
        text.starts_with("1e-") && text.find_first_not_of("0123456789", 3) == text.npos;
    if (small) must(*waits <= std::chrono::seconds{1}, "a part is short", text);
    if (text.starts_with("0.") && text.find("e-") != std::string::npos) {
        must(*waits <= std::chrono::seconds{1}, "a small fraction is short", text);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    input from{data, size};
    std::string const text{from.line()};
    auto const reply = reply_of(from);
    wall_time const now{std::chrono::milliseconds{1'767'600'001'000}};
    check_dates(text);
    http_headers headers = reply.headers;
    headers.insert(headers.begin(), {"Retry-After", text});
    check_wait(text, headers, now);
    check_wait(text, {{"retry-after", text}}, now);
    (void)wire::scope_of(headers);
    (void)wire::scope_of({{"x-ms-throttle-scope", text}});
    constexpr auto most = wire::resource_units_max;
    auto const number =
        wire::number_header({{"x-ms-resource-unit", text}}, "X-Ms-Resource-Unit", most);
    must(!number || (*number >= 0 && *number <= most), "a charge is one that can be", text);

    auto const path = wire::user_path(text);
    must(path.starts_with("/users") && path.find_first_of(" \r\n?#\"\\<>") == std::string::npos,
         "a path holds nothing that ends it", path);
    auto const segment = wire::escaped_segment(text);
    must(segment.find_first_of("/?#%") == segment.find('%'), "a segment stays one", segment);
    return 0;
}
