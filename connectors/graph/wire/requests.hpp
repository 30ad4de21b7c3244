#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "connectors/port/directory_words.hpp"
#include "connectors/port/message.hpp"

/// Operations to HTTP requests. Nothing here knows of tokens: the client adds `Authorization` and
/// the other headers that are the same for every request.
namespace allot::graph::wire {

/// How much of a reply's body is read, in bytes. What is honest is far below: a user with ten
/// licences, each with its disabled plans, has 10 KB or so, and a page has 999 of them. With all
/// connections of a run (72) flooded at once, the batches in flight hold 360 MB at most.
inline constexpr std::uint64_t page_size_max = 32ULL * 1024 * 1024;    ///< a page of a list
inline constexpr std::uint64_t part_size_max = 256ULL * 1024;          ///< one operation
inline constexpr std::uint64_t members_size_max = 4ULL * 1024 * 1024;  ///< `read_members_in_error`

/// GET subscribedSkus. `graph_url` is the root without a path, here and below.
http_request subscriptions_request(std::string_view graph_url);

/// GET users: the first page of 999, with what a snapshot needs selected.
http_request users_request(std::string_view graph_url);

/// GET groups: the group with that object id, or the first page of those with that display name,
/// which the service compares whatever the case.
/// Source: learn.microsoft.com/graph/api/group-get, group-list.
http_request groups_request(std::string_view graph_url, std::string_view name);

/// GET groups/{id}/members, or membersWithLicenseErrors: the first page of 999, with what a
/// snapshot needs of users selected. Source: learn.microsoft.com/graph/api/group-list-members.
http_request members_request(std::string_view graph_url, group_id of, bool in_error);
/// GET users/delta: the first page, with the same selected; everybody, or, `from_now`, nobody and
/// the link for later. Source: learn.microsoft.com/graph/api/user-delta.
http_request changes_request(std::string_view graph_url, bool from_now);

/// One operation as a plain request.
http_request operation_request(std::string_view graph_url, operation const& wanted);

/// POST $batch. The operations become the parts "1", "2", … in their order; a part's
/// `client_request_id` is the one at its index. As many ids as operations, 1 to 20 of both.
/// Source: learn.microsoft.com/graph/json-batching.
http_request batch_request(std::string_view graph_url, std::span<operation const> operations,
                           std::span<std::string const> client_request_ids);

}  // namespace allot::graph::wire
