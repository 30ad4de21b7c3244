#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "connectors/port/clock.hpp"
#include "connectors/port/directory.hpp"
#include "connectors/port/random_stream.hpp"

/// What the schemes of others have in common: a list of operations, and nothing of ours but the
/// directory. Their own formulas are in their own files.
namespace allot::bench {

struct peer {
    directory& tenant;
    clock& time;
    std::vector<operation> work;
    double published_rate = 0;  ///< operations a second
    random_stream random;
    std::size_t next = 0;    ///< of `work`, not yet begun
    std::uint64_t lost = 0;  ///< operations given up

    [[nodiscard]] bool more() const { return next < work.size(); }
    operation take() { return work[next++]; }
    [[nodiscard]] duration draw(duration longest);  ///< evenly from nothing to it
};

/// Runs all of them side by side; returns when the last has ended.
boost::asio::awaitable<void> together(clock& time, std::vector<boost::asio::awaitable<void>> all);
/// The same worker so many times.
boost::asio::awaitable<void> crew(peer& of, std::size_t workers,
                                  boost::asio::awaitable<void> (*worker)(peer&));

/// Sends one operation by itself.
boost::asio::awaitable<outcome> perform_one(directory& tenant, operation what);

/// Operations of which each was begun and must be sent again, by the time from which they may be.
class again_later {
 public:
    void put(operation what, time_point when);
    /// Whether one may be sent now.
    [[nodiscard]] bool ready(time_point now) const;
    operation take();
    [[nodiscard]] bool empty() const { return waiting_.empty(); }

 private:
    struct entry {
        time_point when;
        operation what;
    };
    std::deque<entry> waiting_;  ///< by time, equal ones in the order in which they came
};

boost::asio::awaitable<void> fixed_pace(peer& of);
boost::asio::awaitable<void> sdk_retry(peer& of);
boost::asio::awaitable<void> sdk_batches(peer& of);
boost::asio::awaitable<void> rclone_pacer(peer& of);
boost::asio::awaitable<void> aws_adaptive(peer& of);
boost::asio::awaitable<void> aimd(peer& of);
boost::asio::awaitable<void> endless_retry(peer& of);

}  // namespace allot::bench
