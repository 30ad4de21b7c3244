#include "engine/commands/progress_show.hpp"

#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <utility>

#include "engine/commands/console.hpp"
#include "engine/commands/screen.hpp"
#include "engine/progress/block.hpp"

namespace allot::commands {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr duration drawn_every = 200ms;
/// What goes by faster is not drawn at all.
constexpr duration drawn_after = 300ms;
/// So often the pace is looked at where nothing is drawn.
constexpr duration looked_at_every = 1s;

logging::event event_of(progress::standing const& of) {
    auto const count = [](std::uint64_t number) { return static_cast<std::int64_t>(number); };
    logging::event made{logging::level::info, "progress", progress::line(of)};
    made.fields = {{"done", count(of.done)},
                   {"accepted", count(of.accepted)},
                   {"refusals", count(of.refusals)}};
    if (of.total) made.fields.push_back({"total", count(*of.total)});
    if (of.per_second) made.fields.push_back({"users_per_second", *of.per_second});
    if (of.left) {
        made.fields.push_back({"seconds_left", std::chrono::duration<double>{*of.left}.count()});
    }
    return made;
}

}  // namespace

struct progress_show::state : std::enable_shared_from_this<progress_show::state> {
    state(asio::io_context& context, clock& clock, standing_source given, bool as_block,
          duration between)
        : timer{context},
          resized{context},
          time{clock},
          source{std::move(given)},
          block{as_block},
          stats{between},
          next_line{clock.now() + between} {}

    void begin() {
        if (block) {
            resized.add(SIGWINCH);
            watch_size();
        }
        wait(block ? drawn_after : looked_at_every);
    }

    void wait(duration span) {
        timer.expires_after(span);
        timer.async_wait([self = shared_from_this()](boost::system::error_code const& error) {
            if (error || self->over) return;
            self->look();
            self->wait(self->block ? drawn_every : looked_at_every);
        });
    }

    void watch_size() {
        resized.async_wait(
            [self = shared_from_this()](boost::system::error_code const& error, int) {
                if (error || self->over) return;
                self->look();
                self->watch_size();
            });
    }

    void look() {
        auto const now = time.now();
        auto const stands = source(now);
        if (block) return draw_block(progress::block(stands, screen_columns(), screen_colours()));
        if (stats <= duration::zero() || now < next_line) return;
        next_line = now + stats;
        mention(event_of(stands));
    }

    void end() {
        over = true;
        timer.cancel();
        boost::system::error_code ignored;
        resized.cancel(ignored);
        if (block) wipe_block();
        source = {};
    }

    asio::steady_timer timer;
    asio::signal_set resized;
    clock& time;
    standing_source source;
    bool block;
    duration stats;
    time_point next_line;
    bool over = false;
};

progress_show::progress_show(asio::io_context& context, clock& time, config::settings const& with,
                             standing_source source) {
    auto const& chosen = with.work;
    if (chosen.progress == config::progress_kind::never || with.quiet) return;
    bool const as_block = chosen.progress == config::progress_kind::always ||
                          (screen_draws() && !(chosen.log_json && chosen.log_file.empty()));
    state_ = std::make_shared<state>(context, time, std::move(source), as_block, chosen.stats);
    state_->begin();
}

progress_show::~progress_show() {
    if (state_) state_->end();
}

progress_show::progress_show(progress_show&&) noexcept = default;

}  // namespace allot::commands
