#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/port/time.hpp"

namespace allot::simulated {

/// How the use of a quota is counted. Graph is said to be a token bucket (graph-facts 1.1); which
/// it is, and how large its steps are, is not documented.
enum class counting {
    token_bucket,    ///< holds `capacity` and fills up, from empty, in `window`
    sliding_window,  ///< no more than `capacity` is accepted in any `window`
    fixed_window     ///< no more than `capacity` in each of the windows that `window_phase` aligns
};

/// The product of capacity and window, in nanoseconds, stays below 2^62.
struct quota {
    std::int64_t capacity = 0;  ///< positive; requests or resource units
    duration window{};          ///< positive
    counting counts = counting::token_bucket;

    bool operator==(quota const&) const = default;
};

/// How a 429 says how long to wait. All four were seen in the field.
enum class retry_after_form {
    integer,  ///< `7`
    decimal,  ///< `2.128`
    dated,    ///< `Mon, 05 Jan 2026 08:00:01 GMT`
    absent    ///< no Retry-After, so nothing is announced
};

/// What goes wrong, by chance: of each kind the share of requests (0 to 1) that it hits. One
/// request is hit by at most one kind; kinds that cannot hit it are passed over.
struct fault_shares {
    // On whole requests and on parts of a batch.
    double throttled_integer = 0;  ///< 429 although there was quota
    double throttled_decimal = 0;
    double throttled_dated = 0;
    double throttled_absent = 0;
    double error_500 = 0;  ///< never applied
    double error_502 = 0;  ///< applied in half of the cases
    double error_503 = 0;  ///< never applied
    double error_504 = 0;  ///< applied in half of the cases
    double concurrency =
        0;  ///< single writes and parts: 409 Directory_ConcurrencyViolation, never applied
    // On parts.
    double part_missing = 0;  ///< no answer for it in the envelope; applied in half of the cases
    // On whole requests.
    double reset_before = 0;      ///< connection reset, nothing was done
    double reset_during = 0;      ///< applied; reset in the middle of the answer
    double reply_lost = 0;        ///< applied; closed without a byte
    double silent = 0;            ///< nothing ever comes; applied in half of the cases
    double slow = 0;              ///< applied; answered about `slow_median` later
    double not_json = 0;          ///< applied; status 200 with a page for people
    double truncated = 0;         ///< applied; status 200 and half of the JSON
    double connection_close = 0;  ///< applied and answered; the connection is closed after it
    double empty_page = 0;        ///< lists of users: none, and a next page

    double html = 0;  ///< of the 5xx on whole requests, those with HTML in place of JSON
    duration slow_median = std::chrono::seconds{20};
};

/// A certificate that was registered with the application. Checking a signature is for somebody
/// else to do: nothing here knows cryptography.
struct certificate_on_file {
    std::string sha1;  ///< of its DER form, in base64url
    std::string sha256;
    /// Whether the raw signature (PS256, else RS256) is the one of this text.
    std::function<bool(bool pss, std::string_view text, std::string_view signature)> verifies;
};

/// Claims challenges, as a tenant with continuous access evaluation sends them (graph-facts 6.5).
enum class challenging {
    never,
    once,   ///< a token is challenged unless its sign-in answered a challenge
    always  ///< every token is
};

/// How the simulated tenant behaves. The defaults are an obliging, fast tenant with the published
/// limits of a large one (graph-facts 1.1).
struct options {
    std::uint64_t seed = 1;  ///< decides every draw; read once, when the tenant is made

    std::string client_secret = "simulated";         ///< what a sign-in must present
    std::optional<certificate_on_file> certificate;  ///< or this one's key must sign for it
    /// Or this federated token must be presented; asked for anew at each sign-in.
    std::function<std::string()> federated_token;
    std::string identity_header;  ///< what App Service's managed identity endpoint wants to see
    challenging challenges = challenging::never;
    duration token_lifetime = std::chrono::seconds{3599};
    /// The application permissions that tokens grant.
    std::vector<std::string> roles{"LicenseAssignment.ReadWrite.All", "User.ReadWrite.All",
                                   "Organization.Read.All", "GroupMember.ReadWrite.All"};
    duration date_shift{};  ///< by which the header Date of all answers is ahead of the time
    bool refuse_permission = false;  ///< 403 to everything but sign-in

    /// Of the answer to a request or a part of a batch, for itself. A batch is answered when its
    /// last part is: the longest of independent parts, the sum along a chain of dependent ones.
    duration latency_median{};                ///< 0: every answer comes at once
    duration latency_shortest{};              ///< no draw is below it
    std::optional<duration> latency_longest;  ///< no draw is above it; empty: ten times the median
    duration read_lag{};                      ///< GETs show the tenant as it was this long ago
    duration
        location_lag{};  ///< assignLicense sees a usage location only this long after it was set
    /// Half the time, a change of a group or of who is in it is worked off, so that its members
    /// hold what they should, within this time.
    duration group_lag{};

    // Limits; empty: there is none. When one moves between requests, a token bucket keeps its
    // tokens, as far as it can hold them, and a window what it has counted.
    std::optional<quota> writes = quota{3000, std::chrono::seconds{150}};  ///< of this application
    std::optional<quota> resource_units = quota{8000, std::chrono::seconds{10}};
    /// Writes of all applications in the tenant.
    std::optional<quota> tenant_writes = quota{18000, std::chrono::seconds{300}};
    /// Fixed windows are [phase + n * window, phase + (n + 1) * window) of the time that callers
    /// give, for every whole n: 0 begins one at the clock's zero. May be negative.
    duration window_phase{};
    /// A request refused with 429 is counted as an accepted one is, up to 1.8 times the capacity.
    bool refused_requests_cost = false;
    /// What a 429 announces when a limit is reached; empty: until there is enough, rounded up to
    /// what the form can say.
    std::optional<duration> quota_retry_after;
    retry_after_form quota_retry_after_form = retry_after_form::integer;
    bool limit_percentage =
        false;  ///< send `x-ms-throttle-limit-percentage` above 80 %: 0.80 to 1.80
    bool resource_unit_header = true;  ///< send `x-ms-resource-unit`, the published cost
    /// How long after an announcement was sent a caller may honestly not know of it. On top of the
    /// latency; for real sockets.
    duration announcement_travel{};

    /// Users in a page of `users/delta`; Graph has 200
    /// (learn.microsoft.com/answers/questions/2052165).
    std::size_t changes_page_size = 200;
    /// How long a `$deltatoken` is known; after it, 410 or 400 syncStateNotFound (graph-facts 5).
    duration changes_lifetime = std::chrono::hours{24 * 7};

    bool shuffle_parts = true;  ///< answers of a batch come in any order
    bool keep_log = false;      ///< remember every accepted write

    fault_shares faults;        ///< on requests to the directory, a batch as a whole
    fault_shares part_faults;   ///< on each part of a batch
    fault_shares login_faults;  ///< on sign-ins
};

}  // namespace allot::simulated
