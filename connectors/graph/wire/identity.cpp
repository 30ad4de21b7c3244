#include "connectors/graph/wire/identity.hpp"

#include <algorithm>
#include <array>

#include "connectors/graph/wire/address.hpp"
#include "connectors/graph/wire/token.hpp"

namespace allot::graph::wire {

namespace {

using namespace std::chrono_literals;

/// Microsoft's advice: five tries, the first at once.
constexpr std::array<duration, 4> waits{2s, 6s, 14s, 30s};
/// While the endpoint is being updated it answers 410, for at most this long.
constexpr duration update_max = 70s;
constexpr duration update_wait = 10s;

}  // namespace

http_request identity_request(identity_endpoint const& of, std::string_view graph_url,
                              std::string_view client_id) {
    http_request made;
    made.plain_allowed = true;
    made.reply_size_max = token_reply_size_max;
    bool const queried = of.url.find('?') != std::string::npos;
    if (of.app_service) {
        made.url = of.url + (queried ? "&" : "?") + "api-version=2019-08-01";
        made.headers.emplace_back("X-IDENTITY-HEADER", of.header.reveal());
    } else {
        made.url = of.url + "/metadata/identity/oauth2/token?api-version=2018-02-01";
        made.headers.emplace_back("Metadata", "true");
    }
    made.url += "&resource=" + escaped_segment(std::string{graph_url} + "/");
    if (!client_id.empty()) made.url += "&client_id=" + escaped_segment(client_id);
    return made;
}

std::optional<duration> identity_retry(int tries, int status, duration since_first) {
    bool const again = status == 0 || status == 404 || status == 408 || status == 410 ||
                       status == 429 || status >= 500;
    if (!again) return std::nullopt;
    auto const made = static_cast<std::size_t>(std::max(tries, 1));
    if (made <= waits.size()) return waits[made - 1];
    if (status == 410 && since_first < update_max) {
        return std::min<duration>(update_wait, update_max - since_first);
    }
    return std::nullopt;
}

}  // namespace allot::graph::wire
