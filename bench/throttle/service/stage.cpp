#include "bench/throttle/service/stage.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <string_view>

#include "connectors/simulated/model/make_tenant.hpp"

namespace allot::bench {

namespace asio = boost::asio;

namespace {

constexpr std::uint64_t refusals_max = 40'000;
constexpr int bounds_max = 20;
constexpr std::string_view licence = "POWER_BI_PRO";

std::uint64_t count_of(std::string_view what, std::string_view in) {
    std::uint64_t found = 0;
    for (auto at = in.find(what); at != in.npos; at = in.find(what, at + what.size())) ++found;
    return found;
}

/// The operations of the job's kind in a request.
std::uint64_t operations_in(http_request const& request, work kind) {
    bool const batch = request.url.ends_with("/$batch");
    if (kind == work::writes) {
        return batch ? count_of("/assignLicense\"", request.body)
                     : count_of("/assignLicense", request.url);
    }
    return batch ? count_of(R"("method":"GET")", request.body) : count_of("/users/", request.url);
}

/// A made tenant of which everybody lacks the licence and nothing else.
simulated::tenant_description tenant_of(std::size_t users, std::uint64_t seed) {
    simulated::tenant_wishes wishes;
    wishes.users = users;
    wishes.seed = seed;
    wishes.power_bi_pro_free = static_cast<std::int64_t>(2 * users);
    auto made = simulated::make_tenant(wishes);
    for (auto& one : made.users) {
        one.who.usage_location = "NL";
        one.who.licences.clear();
        one.changed_at.reset();
        one.address_clash = false;
    }
    made.groups.clear();
    return made;
}

}  // namespace

double measured::ratio() const {
    return std::chrono::duration<double>(makespan) / std::chrono::duration<double>(bound);
}

double measured::refused_share() const {
    return operations == 0 ? 0.0 : static_cast<double>(refused) / static_cast<double>(operations);
}

/// Hands requests on, and remembers what is needed to measure.
class stage::watcher final : public http::transport {
 public:
    watcher(http::transport& through, allot::clock& time, work kind)
        : through_{through}, time_{time}, kind_{kind} {}

    asio::awaitable<http::answer> send(http_request request) override {
        auto const sent = time_.now();
        auto const operations = operations_in(request, kind_);
        if (operations > 0 && !began_) {
            began_ = sent;
            if (on_begin) on_begin(sent);
        }
        operations_ += operations;
        auto const line = request.method + ' ' + request.url;
        auto answered = co_await through_.send(std::move(request));
        auto const status = answered ? answered->status : 0;
        note(sent.time_since_epoch().count());
        note(time_.now().time_since_epoch().count());
        note(status);
        for (auto const c : line) note_byte(static_cast<unsigned char>(c));
        if (operations > 0) exchanges_.push_back(sent);
        co_return answered;
    }

    /// Told of the first operation.
    std::function<void(time_point)> on_begin;

    [[nodiscard]] std::optional<time_point> began() const { return began_; }
    [[nodiscard]] std::uint64_t operations() const { return operations_; }
    [[nodiscard]] std::uint64_t trace() const { return trace_; }

    /// When the last write in the log was sent and so took effect; for reads, when the last was
    /// sent.
    [[nodiscard]] time_point last_accepted(std::span<simulated::accepted_write const> log) const {
        auto last = began_.value_or(time_point{});
        for (auto const each : exchanges_) {
            bool const counts =
                kind_ == work::reads ||
                std::ranges::binary_search(log, each, {}, &simulated::accepted_write::at);
            if (counts) last = std::max(last, each);
        }
        return last;
    }

 private:
    // FNV-1a, 64 bits (RFC 9923).
    void note_byte(unsigned char byte) { trace_ = (trace_ ^ byte) * 0x100000001b3ULL; }
    void note(std::int64_t number) {
        for (int byte = 0; byte < 8; ++byte) {
            note_byte(static_cast<unsigned char>(static_cast<std::uint64_t>(number) >> (8 * byte)));
        }
    }

    http::transport& through_;
    allot::clock& time_;
    work kind_;
    std::optional<time_point> began_;
    std::uint64_t operations_ = 0;
    std::uint64_t trace_ = 0xcbf29ce484222325ULL;
    std::vector<time_point> exchanges_;  ///< when operations were sent
};

stage::stage(scenario const& what, std::uint64_t seed)
    : what_{what}, seed_{seed}, bound_{bench::bound_of(what, seed, what.users)} {
    world_.described = tenant_of(what.users, seed);
    world_.options = options_of(what, seed);
    straight_ = std::make_unique<simulated::memory_transport>(world_.model(), world_.clock());
    watcher_ = std::make_unique<watcher>(*straight_, world_.clock(), what.kind);
    watcher_->on_begin = [this](time_point began) {
        world_.model().settings().window_phase = began.time_since_epoch() - open_for(what_, seed_);
        asio::co_spawn(world_.context(), let_things_happen(began), asio::detached);
    };
}

stage::~stage() = default;

http::transport& stage::transport() {
    return *watcher_;
}

std::vector<operation> stage::operations() const {
    std::vector<operation> all;
    auto const& skus = world_.described.skus;
    auto const sku = std::ranges::find_if(
        skus, [](auto const& one) { return one.bought.part_number == licence; });
    for (auto const& one : world_.described.users) {
        auto& made = all.emplace_back();
        made.user = one.who.id.str();
        if (what_.kind == work::reads) continue;
        made.kind = operation_kind::assign_licences;
        made.adds.push_back(licence_add{sku->bought.sku, {}});
    }
    return all;
}

std::string stage::job_file() const {
    std::string text = "user,sku\n";
    for (auto const& one : world_.described.users) {
        text += one.who.upn;
        text += ',';
        text += licence;
        text += '\n';
    }
    return text;
}

/// Limits that move and others who take from them, from the first operation on.
asio::awaitable<void> stage::let_things_happen(time_point began) {
    for (std::size_t at = 0; at < what_.truth.size(); ++at) {
        auto const& now = what_.truth[at];
        co_await world_.clock().sleep_until(began + now.from);
        auto& settings = world_.model().settings();
        auto& limit = what_.kind == work::writes ? settings.writes : settings.resource_units;
        limit->capacity = static_cast<std::int64_t>(what_.published * now.capacity);
        if (now.taken > 0 && at + 1 < what_.truth.size()) {
            auto const until = began + what_.truth[at + 1].from;
            co_await let_others_write(now.taken, began, until);
        }
    }
}

asio::awaitable<void> stage::let_others_write(double a_second, time_point began, time_point until) {
    auto const between =
        std::chrono::duration_cast<duration>(std::chrono::duration<double>{1 / a_second});
    for (auto now = world_.clock().now(); now < until; now = world_.clock().now()) {
        taken_.resize(static_cast<std::size_t>((now - began) / taken_interval) + 1);
        if (world_.model().take_quota(1, 1, now)) ++taken_.back();
        co_await world_.clock().sleep_until(now + between);
    }
}

std::uint64_t stage::refused() const {
    auto const& counted = world_.tenant->counted();
    return counted.writes_throttled + counted.reads_throttled;
}

bool stage::hopeless() {
    if (refused() >= refusals_max) return true;
    auto const began = watcher_->began();
    return began && world_.clock().now() - *began > bounds_max * bound_;
}

measured stage::measure(bool finished, std::uint64_t lost) {
    measured seen;
    seen.lost = lost;
    auto const accepted = what_.users - lost;
    seen.bound = shared(what_) ? bench::bound_of(what_, seed_, accepted, taken_)
                               : bench::bound_of(what_, seed_, accepted);
    auto const began = watcher_->began().value_or(time_point{});
    seen.makespan = watcher_->last_accepted(world_.tenant->log()) - began;
    // Not by the clock, which goes on for as long as something is to happen.
    seen.finished = finished && refused() < refusals_max && seen.makespan <= bounds_max * bound_;
    seen.operations = watcher_->operations();
    seen.refused = refused();
    seen.requests = world_.tenant->counted().requests;
    seen.trace = watcher_->trace();
    return seen;
}

}  // namespace allot::bench
