#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cerrno>
#include <cstring>
#include <exception>
#include <memory>
#include <set>

#include "config/sign_in.hpp"
#include "connectors/graph/client/client.hpp"
#include "connectors/graph/wire/requests.hpp"
#include "connectors/http/inspection.hpp"
#include "connectors/http/steady_clock.hpp"
#include "connectors/http/tls_transport.hpp"
#include "engine/commands/commands.hpp"
#include "engine/commands/console.hpp"
#include "engine/commands/exchange_log.hpp"
#include "engine/commands/files.hpp"
#include "engine/commands/session.hpp"
#include "engine/commands/sign_in.hpp"
#include "engine/commands/simulated_tenant.hpp"
#include "engine/doctor/judge.hpp"
#include "engine/report/text.hpp"
#include "engine/store/folder.hpp"
#include "engine/store/lock.hpp"
#include "engine/store/run_store.hpp"

namespace allot::commands {

namespace asio = boost::asio;

namespace {

using doctor::standing;
using doctor::step;
using steps = std::vector<step>;

step fine(std::string name, std::string detail) {
    return {std::move(name), standing::ok, std::move(detail), {}, errc::could_not_run};
}

step broken(std::string name, failure const& why, std::string mend) {
    return {std::move(name), standing::fail, why.message, std::move(mend), why.code};
}

std::string as_csv(steps const& found) {
    std::string text = "step,status,detail,mend\n";
    for (auto const& each : found) {
        report::append_csv_cell(text, each.name);
        text += fmt::format(",{},", each.status == standing::fail ? "fail" : name(each.status));
        report::append_csv_cell(text, each.detail);
        text += ',';
        report::append_csv_cell(text, each.mend);
        text += '\n';
    }
    return text;
}

exit_status tell_all(steps const& found, config::output_form form) {
    switch (form) {
        case config::output_form::junit:  // the settings refuse these two here
        case config::output_form::markdown:
        case config::output_form::text:
            for (auto each : found) {
                each.detail = printable(each.detail);
                each.mend = printable(each.mend);
                say(doctor::as_text({each}));
            }
            break;
        case config::output_form::json:
            say(doctor::as_json(found));
            break;
        case config::output_form::csv:
            say(as_csv(found));
            break;
    }
    auto const* const failed = doctor::first_failure(found);
    return failed == nullptr ? as_the_job_says : status_of(failed->kind);
}

step look_at_configuration(config::connection const& of) {
    auto text = of.config_file.empty() ? std::string{"no configuration file"} : of.config_file;
    text += of.profile.empty() ? ", no profile" : ", profile " + of.profile;
    if (of.simulated) return fine("configuration", text);
    text += fmt::format("; tenant {}, {}", of.tenant, of.graph_url);
    text += fmt::format("; signs in with {}", config::name(of.auth));
    if (!of.auth_source.empty()) text += fmt::format(" (from {})", of.auth_source);
    return fine("configuration", text);
}

step look_at_folder(std::string const& path) {
    constexpr auto name = "state folder";
    auto const mend = std::string{
        "name a folder that this user can write to with --state-dir or "
        "ALLOT_STATE_DIR"};
    if (auto const there = make_folder(path); !there) return broken(name, there.error(), mend);
    if (auto const may = store::check_folder(path); !may) return broken(name, may.error(), {});
    auto const probe = fmt::format("{}/.doctor-{}", path, ::getpid());
    auto const written = write_file(probe, "allot doctor\n");
    if (!written) return broken(name, written.error(), mend);
    ::unlink(probe.c_str());
    struct stat about {};
    auto made = fine(name, path + " can be written to");
    if (::stat(path.c_str(), &about) == 0 && (about.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        made.status = standing::warn;
        made.detail += ", and others on this machine can enter it";
        made.mend = "chmod 700 " + path;
    }
    return made;
}

step look_at_store(std::string const& state_dir) {
    constexpr auto name = "run store";
    auto const path = state_dir + "/runs.db";
    if (::access(path.c_str(), F_OK) != 0) return fine(name, "none yet: the first run makes it");
    auto opened = store::run_store::open(path);
    if (!opened) {
        return broken(
            name, opened.error(),
            "move " + path + " aside: what it remembers of runs is lost to resume and undo");
    }
    auto const newest = opened->history(1);
    if (!newest) return broken(name, newest.error(), {});
    return fine(name, newest->empty()
                          ? path + " has no runs"
                          : fmt::format("{}: newest run {}, {}", path, newest->front().name,
                                        store::name(newest->front().state)));
}

step look_at_lock(config::settings const& with, wall_time now) {
    store::lock_holder holder;
    holder.run = "none";
    holder.command = config::name(with.what);
    holder.since = now;
    auto const tenant = with.tenant.simulated ? std::string{"simulated"} : with.tenant.tenant;
    auto const taken = store::run_lock::try_take(with.state_dir, tenant, holder);
    if (taken) return fine("lock", "free");
    return broken("lock", taken.error(),
                  "wait for that run to end, or give --lock-timeout 1h to the next one");
}

/// What a trial connection showed, in its steps.
void add_inspection(steps& to, std::string const& place, http::inspection const& seen,
                    config::proxy_server const& proxy, wall_time now) {
    using stage = http::opening_stage;
    auto const failed_in = [&](stage which) { return seen.failed && seen.stage == which; };
    auto const trouble = [&](std::string name, std::string mend) {
        failure const why{errc::could_not_run, seen.failed->what};
        to.push_back(broken(std::move(name), why, std::move(mend)));
    };
    auto const looked = "name " + seen.host;
    auto const route = "route to " + place;
    auto const tls = "TLS " + place;
    if (failed_in(stage::lookup)) {
        trouble(looked,
                "see that the name is right and that this machine can ask a DNS server, for "
                "example with getent hosts " +
                    seen.host);
        to.push_back(doctor::skipped(route, looked));
        to.push_back(doctor::skipped(tls, looked));
        return;
    }
    std::string addresses;
    for (auto const& each : seen.addresses) addresses += (addresses.empty() ? "" : ", ") + each;
    to.push_back(fine(looked, addresses));
    if (failed_in(stage::connect) || failed_in(stage::tunnel)) {
        trouble(route, seen.through_proxy
                           ? "correct the proxy, or go without it: --proxy none"
                           : "see that a firewall lets this machine out, or name the proxy with "
                             "--proxy or HTTPS_PROXY");
        to.push_back(doctor::skipped(tls, route));
        return;
    }
    to.push_back(fine(route, seen.through_proxy ? fmt::format("through the proxy {}:{} (from {})",
                                                              proxy.host, proxy.port, proxy.source)
                                                : std::string{"direct"}));
    if (seen.failed) {
        trouble(tls, seen.tls ? "put the certificate of that authority into a file, and name it "
                                "with --ca-file or ALLOT_CA_FILE"
                              : "see that an https service is at that address");
        return;
    }
    to.push_back(doctor::judge_tls(
        {place, seen.tls->protocol, seen.tls->issuer, seen.tls->authority, seen.tls->not_after},
        now));
}

/// What is tried over the network, in its order.
class trials {
 public:
    trials(config::connection const& of, http::transport& through, graph::client& tenant,
           clock& time, asio::any_io_executor executor, steps& found)
        : of_(of),
          through_(through),
          tenant_(tenant),
          time_(time),
          executor_(std::move(executor)),
          found_(found) {}

    asio::awaitable<void> run() {
        std::set<std::string> roots{of_.graph_url};
        // A managed identity signs in at its machine's own endpoint.
        if (of_.auth != config::auth_kind::managed_identity) roots.insert(of_.login_url);
        bool open = true;
        for (auto const& root : roots) {
            auto const reached = co_await look_at(root);
            open = open && reached;
        }
        if (!open) {
            skip({"clock", "sign-in", "permissions", "subscriptions", "users"}, "the way there");
            co_return;
        }
        co_await look_at_clock();
        auto const signed_in = co_await look_at_sign_in();
        if (!signed_in) {
            skip({"permissions", "subscriptions", "users"}, "sign-in");
            co_return;
        }
        co_await look_at_tenant();
    }

 private:
    void skip(std::vector<std::string> const& names, std::string_view because_of) {
        for (auto const& each : names) found_.push_back(doctor::skipped(each, because_of));
    }

    asio::awaitable<bool> look_at(std::string root) {
        auto const place = root.substr(root.find("//") + 2);
        auto const options = tls_options_of(of_);
        auto const seen = co_await http::inspect(executor_, options, root);
        if (!seen) {
            found_.push_back(broken("TLS " + place, seen.error(), "correct --ca-file"));
            co_return false;
        }
        add_inspection(found_, place, *seen, of_.proxy, time_.wall_now());
        co_return !seen->failed.has_value();
    }

    asio::awaitable<void> look_at_clock() {
        http_request request;
        // Any page has a date; this one costs the service nothing.
        request.url = of_.graph_url + "/";
        request.reply_timeout = std::chrono::seconds{20};
        auto const asked = time_.wall_now();
        auto const reply = co_await through_.send(std::move(request));
        std::optional<wall_time> date;
        auto const* const sent = reply ? find_header(reply->headers, "Date") : nullptr;
        if (sent != nullptr) date = parse_http_date(*sent);
        found_.push_back(doctor::judge_clock(date, asked, time_.wall_now()));
    }

    asio::awaitable<bool> look_at_sign_in() {
        auto const tried = co_await tenant_.try_sign_in();
        auto const kind = config::name(of_.auth);
        auto judged = doctor::judge_answer(
            "sign-in", tried.how,
            fmt::format("with {}; the token is good for {}", kind, for_people(tried.lifetime)));
        bool const done = judged.status == standing::ok;
        found_.push_back(std::move(judged));
        if (done) {
            for (auto& each : doctor::judge_roles(tried.roles)) found_.push_back(std::move(each));
        }
        co_return done;
    }

    asio::awaitable<void> look_at_tenant() {
        auto const skus = co_await tenant_.read_subscriptions();
        found_.push_back(doctor::judge_answer(
            "subscriptions", skus.how, fmt::format("{} SKUs can be read", skus.value.size())));
        // A page of one user is as good a proof as one of 999.
        auto one = graph::wire::users_request(of_.graph_url).url;
        constexpr std::string_view whole_page = "$top=999";
        if (auto const at = one.find(whole_page); at != std::string::npos) {
            one.replace(at, whole_page.size(), "$top=1");
        }
        auto const users = co_await tenant_.read_users(one);
        found_.push_back(doctor::judge_answer("users", users.how, "can be read"));
    }

    config::connection const& of_;
    http::transport& through_;
    graph::client& tenant_;
    clock& time_;
    asio::any_io_executor executor_;
    steps& found_;
};

void look_at_network(steps& found, config::settings const& with, asio::io_context& context,
                     http::steady_clock& time) {
    auto where = with.tenant;
    std::unique_ptr<simulated_tenant> simulated;
    auto const none = [&](std::string name, failure const& why, std::string mend) {
        found.push_back(broken(name, why, std::move(mend)));
        found.push_back(doctor::skipped("the network, the clock, sign-in and permissions", name));
    };
    if (where.simulated) {
        auto started = simulated_tenant::start(context.get_executor(), time, with);
        if (!started) return none("simulated tenant", started.error(), {});
        simulated = std::move(*started);
        simulated->point_to(where);
    }
    graph::client_options options;
    if (auto const able = set_sign_in(options, where, time.wall_now()); !able) {
        return none("credential", able.error(), {});
    }
    options.graph_url = where.graph_url;
    options.login_url = where.login_url;
    options.tenant = where.tenant;
    options.client_id = where.client_id;
    options.reply_timeout = std::chrono::seconds{30};
    options.seed = unforeseen();
    auto const transport = http::make_tls_transport(context.get_executor(), tls_options_of(where));
    if (!transport) {
        return none("CA file", transport.error(), "correct --ca-file or ALLOT_CA_FILE");
    }
    auto const logged = log_exchanges(with, where.graph_url, **transport, time);
    auto& through = logged ? *logged : **transport;
    graph::client tenant{std::move(options), through, time};
    trials all{where, **transport, tenant, time, context.get_executor(), found};
    std::exception_ptr thrown;
    asio::co_spawn(context, all.run(), [&](std::exception_ptr error) {
        thrown = error;
        if (simulated) simulated->stop();
    });
    context.run();
    if (thrown) std::rethrow_exception(thrown);
}

}  // namespace

exit_status doctor(config::settings const& with) {
    asio::io_context context{1};
    http::steady_clock time{context.get_executor()};
    steps found{look_at_configuration(with.tenant), look_at_folder(with.state_dir)};
    if (found.back().status == standing::fail) {
        found.push_back(doctor::skipped("run store", "state folder"));
        found.push_back(doctor::skipped("lock", "state folder"));
    } else {
        found.push_back(look_at_store(with.state_dir));
        found.push_back(look_at_lock(with, time.wall_now()));
    }
    look_at_network(found, with, context, time);
    return tell_all(found, with.output);
}

exit_status doctor_without_settings(failure const& why, bool json) {
    steps const found{
        broken(
            "configuration", why,
            "allot doctor --help lists the flags; config/README.md says where settings come from"),
        doctor::skipped("everything else", "configuration")};
    return tell_all(found, json ? config::output_form::json : config::output_form::text);
}

}  // namespace allot::commands
