#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connectors/http/transport.hpp"
#include "connectors/port/clock.hpp"
#include "connectors/port/message.hpp"

/// Exchanges for those who look for a fault, without anything that is secret in them.
namespace allot::http {

/// How much of an exchange is told.
enum class detail {
    heads,  ///< what was asked, and how it was answered
    whole   ///< headers and bodies too
};

/// What may be told of one exchange. Nothing here is a secret: headers are told by an allow-list,
/// of the others only that they were there; of what answers a sign-in only the status, the size and
/// ids that are GUIDs; of queries, the values of what names a token are left out.
struct shown_exchange {
    std::string method;
    std::string url;          ///< users' names in its path are left out
    int status = 0;           ///< 0: no response
    std::string failed;       ///< then why
    double milliseconds = 0;  ///< from asking to the whole reply
    std::uint64_t sent_bytes = 0;
    std::uint64_t came_bytes = 0;
    std::string request_id;   ///< what Microsoft's support asks for
    std::string retry_after;  ///< as it came; empty: none
    /// `detail::whole` only.
    std::vector<std::string> sent_headers;  ///< `content-type: application/json`
    std::vector<std::string> came_headers;
    std::string sent_body;  ///< cut to `shown_body_bytes`
    std::string came_body;
};

inline constexpr std::size_t shown_body_bytes = 4096;

/// `graph_url` is the root of the directory: bodies are told of requests below its `/v1.0` and
/// `/beta` only, and not where they speak of tokens or secrets.
shown_exchange show(http_request const& sent, answer const& came, duration took,
                    std::string_view graph_url, detail how);

using exchange_watcher = std::function<void(shown_exchange const&)>;

/// A transport that tells of every exchange of another one, when it is over. Both others outlive
/// it.
std::unique_ptr<transport> make_watched(transport& through, clock& time, std::string graph_url,
                                        detail how, exchange_watcher tell);

}  // namespace allot::http
