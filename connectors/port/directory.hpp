#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/port/directory_words.hpp"

namespace allot {

/// A reading with how it went: `value` is whole when `how.kind` is done, and empty otherwise.
template <class T>
struct reading {
    outcome how;
    T value;
};

/// A page of the tenant's users. `next` is empty on the last page; a page can be empty and have a
/// next.
struct user_page {
    std::vector<user> users;
    /// What is wrong with the first of the entries beside them that could not be read; empty: all
    /// could.
    std::string unread;
    std::string next;  ///< opaque: hand it back as it is
};

/// A page of what has changed. Accounts may repeat, in any order.
struct user_changes {
    std::vector<changed_user> users;
    std::string next;  ///< opaque; empty on the last page
    /// On the last page: hand it back, on another day, for what has changed since. Opaque.
    std::string link;
    bool expired = false;  ///< not done: the service has forgotten that place; begin anew
};

/// Where changes are read from, besides a `next` or a `link`: from the very beginning, so that
/// everybody is in them; or from now on, which gives nobody and a link.
inline constexpr std::string_view changes_from_the_beginning = "";
inline constexpr std::string_view changes_from_now = "now";

/// The engine's only view of a tenant. It sends what it is told to send, once: pacing, retries and
/// read-backs are the engine's. It renews its own token. Called from one thread.
class directory {
 public:
    virtual ~directory() = default;

    /// All subscriptions, one per SKU, sorted by SKU id; follows pages.
    virtual boost::asio::awaitable<reading<std::vector<subscription>>> read_subscriptions() = 0;

    /// One page of up to 999 users. `from` is empty for the first page, else the `next` of the one
    /// before.
    virtual boost::asio::awaitable<reading<user_page>> read_users(std::string from) = 0;

    /// All groups with that object id, or with exactly that display name, whatever its case: none,
    /// one, or several.
    virtual boost::asio::awaitable<reading<std::vector<group>>> find_groups(std::string name) = 0;

    /// One page of the users who are direct members of the group; of all of them, or of those with
    /// a licence error. `from` as in `read_users`.
    virtual boost::asio::awaitable<reading<user_page>> read_members(group_id of, bool in_error,
                                                                    std::string from) = 0;
    /// One page of what has changed since `from`: see above. Changes of licences are told; changes
    /// of their states (an error that came or went) need not be.
    virtual boost::asio::awaitable<reading<user_changes>> read_changes(std::string from) = 0;

    /// Performs 1 to 20 operations, in one `$batch` when there is more than one. The outcomes are
    /// as many and in the order of the operations; a part without an answer is `lost`.
    virtual boost::asio::awaitable<std::vector<outcome>> perform(
        std::vector<operation> operations) = 0;
};

}  // namespace allot
