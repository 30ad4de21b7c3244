#include <fmt/format.h>

#include <algorithm>

#include "connectors/simulated/model/make_tenant.hpp"
#include "connectors/simulated/server/memory_transport.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/whole_engine.hpp"

using namespace allot;
using namespace allot::support;
using namespace std::chrono_literals;
using reconcile::verdict;

namespace {

constexpr std::size_t wave_size = 10;

/// A tenant with at least `users` people who have a usage location and no licence, and the job that
/// gives them Power BI Pro, in their order.
struct school {
    world in;
    jobs::job job;
    std::vector<user_id> people;

    school(std::size_t users, std::uint64_t seed) {
        simulated::tenant_wishes wishes;
        wishes.users = users * 3;
        wishes.seed = seed;
        in.described = simulated::make_tenant(wishes);
        in.options.seed = seed;
        in.options.latency_median = 200ms;
        in.options.read_lag = 3s;
        in.options.keep_log = true;
        std::string csv = "user,sku\n";
        for (auto const& one : in.described.users) {
            if (!one.who.licences.empty() || one.who.usage_location.empty()) continue;
            if (people.size() == users) break;
            people.push_back(one.who.id);
            csv += one.who.upn + ",POWER_BI_PRO\n";
        }
        REQUIRE(people.size() == users);
        job = job_of(csv);
    }

    /// Their address is taken by somebody else, so that the service refuses them every licence; or
    /// it no longer is.
    void clash(std::size_t which, bool is_so) {
        auto now = in.model().describe();
        auto const found =
            std::ranges::find(now.users, people[which], [](auto const& one) { return one.who.id; });
        found->address_clash = is_so;
        in.tenant = std::make_unique<simulated::tenant>(std::move(now), in.options);
    }

    std::uint32_t writes_to(std::size_t from, std::size_t to) {
        std::uint32_t sum = 0;
        for (auto at = from; at < to; ++at) sum += in.model().writes_accepted(people[at]);
        return sum;
    }
};

std::size_t count_of(run_result const& of, verdict which) {
    return static_cast<std::size_t>(std::ranges::count(of.rows, which, &reconcile::row::is));
}

run_options in_waves(std::optional<plan::limit> failures_max, duration pause = {}) {
    run_options options;
    options.waves = {wave_size, pause, failures_max};
    return options;
}

/// The first write to somebody of a wave that took effect although somebody of the wave before had
/// not been verified by then; empty when there was none.
std::string find_haste(school& of, run_result const& ran) {
    auto const start = *parse_iso_8601("2026-01-05T08:00:00Z");  // of the virtual clock
    for (auto const& write : of.in.model().log()) {
        auto const found = std::ranges::find(of.people, write.user);
        auto const wave = static_cast<std::size_t>(found - of.people.begin()) / wave_size;
        for (std::size_t at = 0; at < wave * wave_size; ++at) {
            auto const seen = parse_iso_8601(ran.rows[at].verified_at);
            if (!seen || duration{*seen - start} > write.at.time_since_epoch()) {
                return fmt::format("{} of wave {} was written to before {} was verified",
                                   found->str(), wave + 1, ran.rows[at].user);
            }
        }
    }
    return {};
}

/// A gateway before the tenant that refuses every batch with the text in it, and, if it is strict,
/// every other write with it.
class gateway final : public http::transport {
 public:
    gateway(world& in, std::string word, bool strict)
        : behind_{in.model(), in.clock()}, word_{std::move(word)}, strict_{strict} {}

    boost::asio::awaitable<http::answer> send(http_request request) override {
        bool const batch = request.url.ends_with("/$batch");
        bool const write = request.url.ends_with("/assignLicense");
        bool const bad = (request.url + request.body).find(word_) != std::string::npos;
        if (!bad || !(batch || (write && strict_))) return behind_.send(std::move(request));
        ++refused;
        return refuse();
    }

    int refused = 0;

 private:
    static boost::asio::awaitable<http::answer> refuse() {
        http_response made;
        made.status = 400;
        made.headers.emplace_back("Content-Type", "application/json");
        made.body = R"({"error":{"code":"BadRequest","message":"Invalid batch payload format."}})";
        http::answer answered{std::move(made)};
        co_return answered;
    }

    simulated::memory_transport behind_;
    std::string word_;
    bool strict_;
};

}  // namespace

TEST_CASE("a wave that fails stops the run, and the same job run again goes on with the rest",
          "[execute]") {
    school of{30, 1};
    of.clash(13, true);
    auto const before = of.in.model().true_users();
    auto const first = run(of.in, of.job, in_waves(plan::limit{0, false}));
    CHECK(find_lie(of.in, of.job, first, before).empty());
    CHECK(find_haste(of, first).empty());
    CHECK(count_of(first, verdict::verified) == 19);
    CHECK(first.rows[13].is == verdict::failed);
    CHECK(first.rows[13].why == reason::uniqueness_violation);
    for (std::size_t at = 20; at < 30; ++at) {
        CHECK(first.rows[at].is == verdict::cancelled);
        CHECK(first.rows[at].why == reason::too_many_failures);
        CHECK(first.rows[at].attempts == 0);
    }
    CHECK(of.writes_to(20, 30) == 0);
    CHECK(first.too_many_failed);
    CHECK(first.waves.begun == 2);
    CHECK(first.waves.count == 3);

    // Nothing was mended: again it stops, now in the first wave, which begins with who failed.
    auto const again = run(of.in, of.job, in_waves(plan::limit{0, false}));
    CHECK(count_of(again, verdict::already) == 19);
    CHECK(again.waves.begun == 1);
    CHECK(again.waves.count == 2);
    CHECK(again.too_many_failed);

    of.clash(13, false);
    auto const last = run(of.in, of.job, in_waves(plan::limit{0, false}));
    CHECK(find_lie(of.in, of.job, last, before).empty());
    CHECK(count_of(last, verdict::verified) + count_of(last, verdict::already) == 30);
    CHECK_FALSE(last.too_many_failed);
    CHECK(of.writes_to(0, 30) == 30);  // nobody twice
}

TEST_CASE("no wave begins before the one before is verified, whatever goes wrong meanwhile",
          "[execute]") {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        INFO("seed " << seed);
        school of{40, seed};
        auto& faults = of.in.options.faults;
        faults.error_500 = faults.error_502 = faults.error_504 = faults.throttled_integer = 0.02;
        faults.reset_before = faults.reply_lost = faults.silent = faults.truncated = 0.02;
        of.in.options.part_faults = faults;
        of.in.options.part_faults.part_missing = 0.05;
        auto const before = of.in.model().true_users();
        auto const ran = run(of.in, of.job, in_waves(plan::limit{0, false}, 90s));
        INFO(find_lie(of.in, of.job, ran, before));
        CHECK(find_lie(of.in, of.job, ran, before).empty());
        INFO(find_haste(of, ran));
        CHECK(find_haste(of, ran).empty());
        CHECK(count_of(ran, verdict::verified) == 40);
        CHECK(ran.waves.done == 4);
        CHECK(ran.whole >= 3 * 90s);
    }
}

TEST_CASE("who is interrupted in the pause between two waves stops at once", "[execute]") {
    school of{30, 2};
    auto options = in_waves(plan::limit{0, false}, 1h);
    options.stop_at = 10min;
    auto const ran = run(of.in, of.job, options);
    CHECK(ran.finished);
    CHECK(ran.whole == 10min);
    CHECK(count_of(ran, verdict::verified) == 10);
    CHECK(count_of(ran, verdict::cancelled) == 20);
    CHECK(ran.rows[29].why == reason::interrupted);
    CHECK(of.writes_to(10, 30) == 0);
    CHECK_FALSE(ran.too_many_failed);
}

TEST_CASE("one bad part of a batch does not fail its neighbours", "[execute]") {
    school of{30, 3};
    auto const before = of.in.model().true_users();
    auto const bad = of.people[7].str();
    bool const strict = GENERATE(false, true);
    gateway through{of.in, bad + "/assignLicense", strict};
    run_options options;
    options.through = &through;
    auto const ran = run(of.in, of.job, options);
    CHECK(find_lie(of.in, of.job, ran, before).empty());
    CHECK(through.refused == (strict ? 2 : 1));
    CHECK(count_of(ran, verdict::verified) == (strict ? 29U : 30U));
    CHECK(ran.rows[7].is == (strict ? verdict::failed : verdict::verified));
    CHECK(ran.rows[7].attempts == 1);
    CHECK(of.writes_to(0, 30) == (strict ? 29U : 30U));
}

TEST_CASE("a gateway that takes no batch at all is no obstacle", "[execute]") {
    school of{30, 4};
    auto const before = of.in.model().true_users();
    gateway through{of.in, "$batch", false};
    run_options options;
    options.through = &through;
    auto const ran = run(of.in, of.job, options);
    CHECK(find_lie(of.in, of.job, ran, before).empty());
    CHECK(count_of(ran, verdict::verified) == 30);
    CHECK(of.writes_to(0, 30) == 30);
    CHECK(through.refused > 0);
}
