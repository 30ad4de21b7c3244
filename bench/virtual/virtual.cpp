// A whole apply (survey, plan, writes, verification, rows) of many users under the published
// limits, in virtual time and without sockets: what it costs the engine, and beside it what the
// simulated tenant in the same process takes. With a folder for a run store the run is written down
// as well, every write by itself.
//   bench_virtual USERS [STATE_DIR]
#include <fmt/format.h>
#include <sys/resource.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>

#include "connectors/graph/client/client.hpp"
#include "connectors/simulated/model/make_tenant.hpp"
#include "connectors/simulated/model/tenant.hpp"
#include "connectors/simulated/server/virtual_clock.hpp"
#include "engine/jobs/reader.hpp"
#include "engine/reconcile/reconcile.hpp"
#include "engine/report/rows.hpp"
#include "engine/runs/run.hpp"

namespace {

using namespace allot;
namespace asio = boost::asio;

template <class T>
T whole(result<T> of) {
    if (!of) throw std::runtime_error{of.error().message};
    return std::move(*of);
}

double cpu_seconds() {
    ::rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    auto const seconds = [](::timeval const& of) {
        return static_cast<double>(of.tv_sec) + static_cast<double>(of.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

/// Megabytes, from /proc/self/status: `VmRSS` now, `VmHWM` at most.
double megabytes(std::string const& name) {
    std::ifstream status{"/proc/self/status"};
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with(name)) return std::stod(line.substr(name.size() + 1)) / 1024;
    }
    return 0;
}

/// Straight to the tenant, whose own time is taken: it is not the engine's.
class timed_transport final : public http::transport {
 public:
    timed_transport(simulated::tenant& of, allot::clock& time) : tenant_{of}, clock_{time} {}

    asio::awaitable<http::answer> send(http_request request) override {
        auto const began = std::chrono::steady_clock::now();
        auto const start = clock_.now();
        auto made = tenant_.handle(request, start, clock_.wall_now());
        tenant_time_ += std::chrono::steady_clock::now() - began;
        if (!made.response) throw std::runtime_error{"a tenant without faults left a request"};
        if (made.delay > duration::zero()) co_await clock_.sleep_until(start + made.delay);
        http::answer answered{std::move(*made.response)};
        co_return answered;
    }

    [[nodiscard]] double tenant_seconds() const {
        return std::chrono::duration<double>(tenant_time_).count();
    }

 private:
    simulated::tenant& tenant_;
    allot::clock& clock_;
    std::chrono::steady_clock::duration tenant_time_{};
};

jobs::job job_of(std::size_t users) {
    jobs::reader reader{{}};
    std::string text = "user,sku,usage_location\n";
    for (std::size_t number = 1; number <= users; ++number) {
        text += fmt::format("user{:05}@contoso.example,POWER_BI_PRO,NL\n", number);
        if (text.size() < 256 * 1024 && number < users) continue;
        reader.feed(text);
        text.clear();
    }
    auto read = reader.finish();
    if (!read.errors.empty()) throw std::runtime_error{read.errors[0].problem};
    return std::move(read.read);
}

/// The report's rows, to nowhere.
class rows_taken {
 public:
    void take(reconcile::row const& one) {
        ++verdicts_[one.is];
        text_.clear();
        report::append_csv(text_, one);
        report::append_jsonl(text_, one, {});
    }
    void say() const {
        for (auto const& [is, count] : verdicts_) {
            fmt::print("{} {}\n", count, reconcile::name(is));
        }
    }

 private:
    std::map<reconcile::verdict, std::size_t> verdicts_;
    std::string text_;
};

asio::awaitable<void> without_store(survey::tools& look, runs::prepared const& ready) {
    schedule::schedule running{look.paced, look.chosen, runs::errands_of(ready),
                               schedule::aim{&ready.wanted, ready.by, ready.made.barred}};
    execute::tools const driven{look.tenant, look.time, look.stop};
    co_await execute::run(running, driven);
    reconcile::evidence_of_run given{ready.job, ready.wanted, ready.by, ready.before, ready.made};
    given.ran = &running;
    given.looked_at = ready.looked_at;
    rows_taken rows;
    reconcile::draw_up(given, [&](reconcile::row const& one) { rows.take(one); });
    rows.say();
}

asio::awaitable<void> with_store(runs::tools& with, std::unique_ptr<runs::prepared> ready) {
    store::run_head head;
    head.name = "bench";
    head.command = "apply";
    head.tenant = "bench";
    head.agreed.verify_timeout = with.look.chosen.verify_timeout;
    auto const going =
        whole(runs::run::begin(with, std::move(ready), std::move(head), with.look.chosen));
    auto const went = co_await going->carry_out({});
    if (!went) throw std::runtime_error{went.error().message};
    rows_taken rows;
    auto const told = going->keep_rows([&](reconcile::row const& one) { rows.take(one); });
    if (!told) throw std::runtime_error{told.error().message};
    rows.say();
}

asio::awaitable<void> apply(survey::tools& look, std::string state_dir,
                            throttle::governor_options const& believed, std::size_t users) {
    runs::request asked;
    asked.job = job_of(users);
    asked.look.by = survey::way::pages;
    auto prepared = co_await runs::prepare(look, std::move(asked));
    if (!prepared.ready) throw std::runtime_error{"the tenant could not be read"};
    if (state_dir.empty()) {
        co_await without_store(look, *prepared.ready);
        co_return;
    }
    std::filesystem::create_directories(state_dir);
    auto kept = whole(store::run_store::open(state_dir + "/runs.db"));
    runs::tools tools{look, kept, {"bench", "bench"}, believed};
    co_await with_store(tools, std::move(prepared.ready));
}

}  // namespace

int main(int argument_count, char** arguments) {
    if (argument_count < 2 || argument_count > 3) {
        fmt::print(stderr, "bench_virtual USERS [STATE_DIR]\n");
        return 5;
    }
    auto const users = std::stoul(arguments[1]);
    std::string const state_dir = argument_count == 3 ? arguments[2] : "";
    simulated::tenant_wishes wishes;
    wishes.users = users * 3 / 2;
    wishes.power_bi_pro_free = static_cast<std::int64_t>(users);
    simulated::options options;
    simulated::tenant tenant{simulated::make_tenant(wishes), options};
    asio::io_context context{1};
    simulated::virtual_clock time{context.get_executor()};
    timed_transport straight{tenant, time};
    auto const described = tenant.describe();
    graph::client_options chosen;
    chosen.graph_url = "https://graph.example";
    chosen.login_url = "https://login.example";
    chosen.tenant = described.tenant_id;
    chosen.client_id = described.client_id;
    chosen.client_secret = graph::wire::secret{std::string{options.client_secret}};
    graph::client client{std::move(chosen), straight, time};
    throttle::governor_options believed;
    believed.writes = throttle::belief{throttle::published_writes};
    believed.units = throttle::belief{throttle::published_units};
    believed.tenant_writes = throttle::belief{throttle::published_tenant_writes};
    throttle::governor paced{believed};
    execute::stop_switch stop;
    survey::tools look{client, time, paced, stop, {}, {}};

    auto const memory = megabytes("VmRSS");
    auto const cpu = cpu_seconds();
    std::exception_ptr broken;
    asio::co_spawn(context, apply(look, state_dir, believed, users),
                   [&](std::exception_ptr error) { broken = error; });
    time.run(context);
    if (broken) std::rethrow_exception(broken);
    auto const each = [users](double seconds) {
        return seconds * 1e6 / static_cast<double>(users);
    };
    auto const all = cpu_seconds() - cpu;
    fmt::print(
        "{} users in {:.1f} virtual hours: {:.1f} us CPU a user, and {:.1f} of the tenant; memory "
        "grew by {:.0f} MB from the tenant's {:.0f}\n",
        users, std::chrono::duration<double>(time.now().time_since_epoch()).count() / 3600,
        each(all - straight.tenant_seconds()), each(straight.tenant_seconds()),
        megabytes("VmHWM") - memory, memory);
}
