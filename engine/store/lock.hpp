#pragma once
#include <boost/asio/awaitable.hpp>
#include <string>
#include "connectors/port/clock.hpp"
#include "connectors/port/result.hpp"
namespace allot::store {
struct lock_holder {
    std::string run;
    std::string command;
    wall_time since{};
};
class run_lock {
 public:
    int x = 0;
};
inline boost::asio::awaitable<result<run_lock>> take_lock(clock&, std::string, std::string,
                                                          lock_holder, duration) {
    run_lock made;
    co_return made;
}
}  // namespace allot::store
