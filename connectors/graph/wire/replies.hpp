#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/port/directory_words.hpp"
#include "connectors/port/message.hpp"
#include "connectors/port/time.hpp"

/// HTTP responses to facts and outcomes. Whatever the bytes are, the worst that comes out is
/// `transient` for a reading and `lost` for a write: a body that is not whole is never a fact.
namespace allot::graph::wire {

/// What came back for `asked` when it was sent as a plain request. A 401 is `stopped` with
/// `sign_in_refused` and status 401: the client renews the token and asks again.
/// `wall_now` is for a dated `Retry-After`.
outcome read_outcome(operation const& asked, http_response const& reply, wall_time wall_now);

/// The outcomes of a batch, as many and in the order of `asked`. A part that has no answer, or two
/// that differ, is `lost`. An envelope that failed settles every part as its status says.
std::vector<outcome> read_batch(std::span<operation const> asked, http_response const& reply,
                                wall_time wall_now);

/// A page of a list. `items` and `next` are filled only when `how.kind` is done.
template <class T>
struct page {
    outcome how;
    std::vector<T> items;
    std::string unread;    ///< of users: what is wrong with the first that is left out
    std::string next;      ///< address of the next page; empty on the last
    std::string link;      ///< of changes, on the last page: the address for what changes later
    bool expired = false;  ///< of changes, not done: the address is forgotten (410, or 400
                           ///< syncStateNotFound)
};

/// A page of users. Who cannot be read is left out and told of; a page on which nobody can be read
/// is unreadable. A next page on another host than `graph_url`, or the same page again, is refused.
page<user> read_users_page(http_response const& reply, std::string_view graph_url,
                           std::string_view requested_url, wall_time wall_now);

/// The users on a page of a group's members; members of other kinds are passed over. One that
/// cannot be read makes the page unreadable: they are counted.
page<user> read_members_page(http_response const& reply, std::string_view graph_url,
                             std::string_view requested_url, wall_time wall_now);

/// What came for `groups_request` with this name: a page of groups, or the one group of that id.
/// An id that no group has is a page without items. Only groups that are asked for are in it.
page<group> read_groups_page(http_response const& reply, std::string_view name,
                             std::string_view graph_url, std::string_view requested_url,
                             wall_time wall_now);
/// A page of changes; as a page of users, but an entry needs its id only. One that is neither the
/// last nor has a next is unreadable.
page<changed_user> read_changes_page(http_response const& reply, std::string_view graph_url,
                                     std::string_view requested_url, wall_time wall_now);

/// A page of subscriptions, one item per row: a SKU can be in several.
page<subscription> read_subscriptions_page(http_response const& reply, std::string_view graph_url,
                                           std::string_view requested_url, wall_time wall_now);

/// One subscription per SKU, its seats summed over the rows, sorted by SKU id.
std::vector<subscription> sum_subscriptions(std::vector<subscription> rows);

}  // namespace allot::graph::wire
