#include "engine/commands/session.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <exception>
#include <random>

#include "engine/commands/console.hpp"
#include "engine/commands/ending.hpp"
#include "engine/commands/exchange_log.hpp"
#include "engine/commands/files.hpp"
#include "engine/commands/process.hpp"
#include "engine/commands/screen.hpp"
#include "engine/commands/sign_in.hpp"
#include "engine/commands/simulated_tenant.hpp"
#include "engine/store/folder.hpp"

namespace allot::commands {

namespace asio = boost::asio;

namespace {

/// What this run takes the service's limits for.
throttle::governor_options believed_by(config::settings const& with,
                                       limits::learned_limits const& found,
                                       limits::owner const& whose, wall_time now) {
    auto const& chosen = with.run;
    auto const belief_in = [&](throttle::limit which, throttle::quota const& published) {
        throttle::belief of{published};
        of.share = chosen.share;
        if (chosen.assume == config::assumed_limits::unknown) of.is = throttle::known::not_at_all;
        of.learned = limits::recall(found, whose, which, published, now);
        return of;
    };
    throttle::governor_options believed;
    if (chosen.write_limit) {
        throttle::quota const writes{chosen.write_limit->amount, chosen.write_limit->window};
        believed.writes = belief_in(throttle::limit::writes, writes);
        // Who wants no limit to writes wants none of the whole tenant's either.
        believed.tenant_writes =
            belief_in(throttle::limit::tenant_writes, throttle::published_tenant_writes);
    }
    if (chosen.unit_limit) {
        throttle::quota const units{chosen.unit_limit->amount, chosen.unit_limit->window};
        believed.units = belief_in(throttle::limit::units, units);
    }
    believed.seed = unforeseen();
    return believed;
}

}  // namespace

http::tls_options tls_options_of(config::connection const& to) {
    http::tls_options made;
    made.ca_file = to.ca_file;
    made.connections_max = to.connections;
    auto const& through = to.proxy;
    if (!through.host.empty()) {
        made.proxy = http::proxy_options{through.host,        through.port,   through.user,
                                         through.password,    through.source, through.except,
                                         through.loopback_too};
    }
    return made;
}

std::uint64_t unforeseen() {
    std::random_device device;
    return std::uint64_t{device()} << 32 | device();
}

session::session(config::settings const& with)
    : settings_{with}, context_{1}, time_{context_.get_executor()}, paced_{believed_} {
    chosen_.requests_in_flight_max = with.tenant.connections;
    if (with.run.batch_size != 0) chosen_.write_batch = with.run.batch_size;
    chosen_.wait_for_users = with.plan.wait_for_users;
    if (auto const& patience = with.tenant.patience) {
        constexpr std::uint32_t tries_of_the_hasty = 3;
        bool const hasty = *patience < chosen_.patience;
        if (hasty) chosen_.attempts_max = tries_of_the_hasty;
        chosen_.patience = *patience;
        // Who wants more of it wants no less at limits.
        chosen_.throttled_patience =
            hasty ? *patience : std::max(chosen_.throttled_patience, *patience);
    }
    chosen_.seed = unforeseen();
}

session::~session() = default;

result<void> session::take_lock(config::settings const& with, std::string const& run_name) {
    auto folder = make_folder(with.state_dir);
    if (folder) folder = store::check_folder(with.state_dir);
    if (!folder) return folder;
    store::lock_holder holder;
    holder.run = run_name;
    holder.command = config::name(with.what);
    holder.since = time_.wall_now();
    auto const tenant = with.tenant.simulated ? std::string{"simulated"} : with.tenant.tenant;
    auto first = store::run_lock::try_take(with.state_dir, tenant, holder);
    if (first) {
        lock_ = std::move(*first);
        return {};
    }
    if (first.error().code != errc::refused_by_cap || with.run.lock_timeout == duration::zero()) {
        return first.error();
    }
    note("allot: " + printable(first.error().message), logging::level::warning);
    note(fmt::format("allot: waiting for it, for at most {}", for_people(with.run.lock_timeout)));
    std::optional<result<store::run_lock>> taken;
    asio::signal_set signals{context_, SIGINT, SIGTERM};
    asio::co_spawn(context_,
                   store::take_lock(time_, with.state_dir, tenant, holder, with.run.lock_timeout),
                   [&](std::exception_ptr const& error, result<store::run_lock> lock) {
                       signals.cancel();
                       if (error) std::rethrow_exception(error);
                       taken.emplace(std::move(lock));
                   });
    signals.async_wait([&](boost::system::error_code const& error, int) {
        if (error) return;
        note("allot: stopped while it waited for the lock; nothing was begun",
             logging::level::warning);
        tell_end(settings_, interrupted);
        ::_exit(interrupted);
    });
    context_.run();
    context_.restart();
    if (!*taken) return taken->error();
    lock_ = std::move(**taken);
    return {};
}

result<void> session::open_store(config::settings const& with, bool must) {
    auto ready = make_folder(with.state_dir);
    if (ready) ready = store::check_folder(with.state_dir);
    if (ready) {
        auto opened = store::run_store::open(with.state_dir + "/runs.db");
        if (opened) {
            kept_ = std::move(*opened);
            return {};
        }
        ready = opened.error();
    }
    if (must) return ready;
    note("allot: what earlier runs learned is not used: " + printable(ready.error().message),
         logging::level::warning);
    return {};
}

void session::keep_limits() {
    if (!kept_) return;
    limits::learned_limits found;
    if (!limits::remember(found, {whose_, believed_, paced_, time_.now(), time_.wall_now()}))
        return;
    auto const kept = kept_->learn(found);
    if (!kept) {
        note("allot: what this run learned of the limits is not kept: " +
                 printable(kept.error().message),
             logging::level::warning);
    }
}

result<std::unique_ptr<session>> session::open(config::settings const& with,
                                               std::string const& run_name) {
    std::unique_ptr<session> opened{new session{with}};
    auto where = with.tenant;
    auto const room = connections_that_fit(where.connections, where.simulated ? 2 : 1);
    if (!room) return room.error();
    where.connections = *room;
    opened->chosen_.requests_in_flight_max = *room;
    graph::client_options options;
    if (!where.simulated) {
        auto const able = set_sign_in(options, where, opened->time_.wall_now());
        if (!able) return able.error();
    }
    bool const changes = !run_name.empty();
    if (changes) {
        auto const taken = opened->take_lock(with, run_name);
        if (!taken) return taken.error();
    }
    if (with.what != config::command::skus) {
        auto const usable = opened->open_store(with, changes);
        if (!usable) return usable.error();
    }
    if (where.simulated) {
        auto started =
            simulated_tenant::start(opened->context_.get_executor(), opened->time_, with);
        if (!started) return started.error();
        opened->simulated_ = std::move(*started);
        opened->simulated_->point_to(where);
        auto const able = set_sign_in(options, where, opened->time_.wall_now());
        if (!able) return able.error();
    }
    opened->whose_ = {where.tenant,
                      where.client_id.empty() ? std::string{"managed-identity"} : where.client_id};
    keep_tenant(opened->whose_.tenant);
    if (opened->kept_) opened->memory_.emplace(*opened->kept_, opened->whose_);
    limits::learned_limits found;
    if (opened->kept_ && with.run.assume == config::assumed_limits::learned) {
        auto learned = opened->kept_->learned();
        if (!learned) return learned.error();
        found = std::move(*learned);
    }
    opened->believed_ = believed_by(with, found, opened->whose_, opened->time_.wall_now());
    opened->paced_ = throttle::governor{opened->believed_};
    auto const tls = tls_options_of(where);
    auto transport = http::make_tls_transport(opened->context_.get_executor(), tls);
    if (!transport) return transport.error();
    opened->transport_ = std::move(*transport);

    options.graph_url = where.graph_url;
    options.login_url = where.login_url;
    options.tenant = where.tenant;
    options.client_id = where.client_id;
    options.reply_timeout = where.reply_timeout;
    options.seed = unforeseen();
    opened->logged_ = log_exchanges(with, where.graph_url, *opened->transport_, opened->time_);
    auto& through = opened->logged_ ? *opened->logged_ : *opened->transport_;
    opened->tenant_ = std::make_unique<graph::client>(std::move(options), through, opened->time_);
    return opened;
}

survey::tools session::tools() {
    return survey::tools{*tenant_, time_, paced_, stop_, chosen_, [](std::string_view text) {
                             note("allot: " + printable(text), logging::level::warning);
                         }};
}

runs::tools session::run_tools(survey::tools& look) {
    return {look, *kept_, whose_, believed_};
}

namespace {

/// When a signal came that nobody has looked at yet; 0: there is none. Milliseconds.
std::atomic<std::int64_t> unseen_since{0};
static_assert(std::atomic<std::int64_t>::is_always_lock_free);
/// Asio's own handler, which hands a signal to the loop.
void (*hand_to_loop)(int) = nullptr;

/// A loop that is busy, or that waits for who reads stdout, sees no signal. Who sends another after
/// a second means it. Only what a signal handler may do (signal-safety(7)).
void on_signal(int signal) {
    auto const kept_errno = errno;
    ::timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    auto const now = static_cast<std::int64_t>(time.tv_sec) * 1000 + time.tv_nsec / 1'000'000;
    std::int64_t since = 0;
    if (!unseen_since.compare_exchange_strong(since, now) && now - since >= 1000 &&
        signal != SIGHUP) {
        constexpr std::string_view words =
            "allot: ended at once; `allot runs` tells of what was begun\n";
        [[maybe_unused]] auto const written = ::write(STDERR_FILENO, words.data(), words.size());
        ::_exit(interrupted);
    }
    hand_to_loop(signal);
    errno = kept_errno;
}

/// Puts it before Asio's handler.
void look_at(int signal) {
    struct sigaction action {};
    if (::sigaction(signal, nullptr, &action) != 0 || action.sa_handler == on_signal) return;
    hand_to_loop = action.sa_handler;
    action.sa_handler = on_signal;
    ::sigaction(signal, &action, nullptr);
}

}  // namespace

void session::end_at_next(asio::signal_set& signals) {
    signals.async_wait([this, &signals](boost::system::error_code const& error, int signal) {
        if (error) return;
        unseen_since = 0;
        // A terminal that is closed says so more than once: by its shell, and by itself.
        if (signal == SIGHUP) return end_at_next(signals);
        if (lock_)
            note("allot: ended at once; what was begun, `allot resume` goes on with",
                 logging::level::warning);
        wipe_block();
        // Whoever is told of the end may take long: a third signal ends that too.
        boost::system::error_code ignored;
        signals.clear(ignored);
        // The lock and the io_context stay as they are: the process ends here.
        tell_end(settings_, interrupted);
        ::_exit(interrupted);
    });
}

exit_status session::run(asio::awaitable<exit_status> command) {
    asio::signal_set signals{context_, SIGINT, SIGTERM};
    // Under nohup a closed terminal is no reason to stop.
    struct sigaction hang_up {};
    if (::sigaction(SIGHUP, nullptr, &hang_up) == 0 && hang_up.sa_handler != SIG_IGN) {
        signals.add(SIGHUP);
        look_at(SIGHUP);
    }
    look_at(SIGINT);
    look_at(SIGTERM);
    signals.async_wait([&](boost::system::error_code const& error, int) {
        if (error) return;
        unseen_since = 0;
        note(
            "allot: stopping: nothing more is sent; what is in flight is settled (again to end at "
            "once)",
            logging::level::warning);
        stop_.pull(reason::interrupted);
        end_at_next(signals);
    });
    auto status = could_not_run;
    std::exception_ptr broken;
    asio::co_spawn(context_, std::move(command), [&](std::exception_ptr error, exit_status ended) {
        broken = error;
        status = ended;
        signals.cancel();
        if (simulated_) simulated_->stop();
    });
    context_.run();
    keep_limits();
    if (broken) std::rethrow_exception(broken);
    if (simulated_) {
        auto const saved = simulated_->save();
        if (!saved) return complain(saved.error());
    }
    return status;
}

}  // namespace allot::commands
