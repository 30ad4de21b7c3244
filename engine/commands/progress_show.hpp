#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>

#include "config/settings.hpp"
#include "connectors/port/clock.hpp"
#include "engine/progress/standing.hpp"

namespace allot::commands {

/// How a command stands at a moment; asked for a few times a second, so it must cost little.
using standing_source = std::function<progress::standing(time_point now)>;

/// Shows on stderr how a command stands, for as long as it lives: as a block drawn in place, or as
/// a line now and then; see config::progress_kind.
class progress_show {
 public:
    progress_show(boost::asio::io_context& context, clock& time, config::settings const& with,
                  standing_source source);
    ~progress_show();
    progress_show(progress_show&&) noexcept;
    progress_show& operator=(progress_show&&) = delete;

 private:
    struct state;
    std::shared_ptr<state> state_;  ///< null where nothing is to be shown
};

}  // namespace allot::commands
