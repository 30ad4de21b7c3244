#include "engine/survey/survey.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <map>

#include "connectors/simulated/model/catalogue.hpp"
#include "connectors/simulated/model/make_tenant.hpp"
#include "connectors/simulated/server/memory_transport.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/whole_engine.hpp"

using namespace allot;
using namespace std::chrono_literals;

namespace {

/// As the run store keeps it, without the store.
class kept_in_memory final : public survey::memory {
 public:
    result<documents::kept_tenant> head() override { return known; }
    result<void> each_user(std::function<void(documents::kept_user)> const& take) override {
        for (auto const& [id, one] : users) take(one);
        return {};
    }
    result<void> keep(documents::keeping const& change) override {
        known = change.head;
        if (change.replace) users.clear();
        for (auto const& id : change.gone) users.erase(id);
        for (auto const& one : change.users) users[one.seen.id] = one;
        return {};
    }

    documents::kept_tenant known;
    std::map<user_id, documents::kept_user> users;
};

/// A tenant that lives on from survey to survey.
class tenant_over_days {
 public:
    explicit tenant_over_days(std::size_t users) {
        simulated::tenant_wishes wishes;
        wishes.users = users;
        world_.described = simulated::make_tenant(wishes);
        world_.options.keep_log = true;
        for (auto const& one : world_.described.users) names.add(one.who.upn);
    }

    survey::seen_tenant look(survey::way by = survey::way::automatic) {
        survey::seen_tenant seen;
        run([&](survey::tools& with) -> boost::asio::awaitable<void> {
            survey::look const how{by, &memory};
            auto read = co_await survey::read_users(with, names, how);
            REQUIRE(read.has_value());
            seen = std::move(*read);
        });
        return seen;
    }
    void look_now(std::vector<std::uint32_t> which, survey::seen_tenant& into) {
        run([&](survey::tools& with) -> boost::asio::awaitable<void> {
            survey::look const how{survey::way::automatic, &memory};
            auto const done = co_await survey::look_now(with, names, which, how, into);
            REQUIRE(done.has_value());
        });
    }

    struct ending {
        std::optional<failure> how;
        std::uint64_t requests_after = 0;  ///< the stop
        duration took{};                   ///< after it
    };
    /// Reads the tenant, and pulls the stop switch so long after the beginning.
    ending look_and_stop(survey::way by, duration after) {
        ending came;
        run([&](survey::tools& with) -> boost::asio::awaitable<void> {
            auto& time = world_.clock();
            std::uint64_t before = 0;
            time_point pulled_at{};
            auto const pull = [&]() -> boost::asio::awaitable<void> {
                co_await time.sleep_until(time.now() + after);
                before = requests();
                pulled_at = time.now();
                with.stop.pull(reason::interrupted);
            };
            boost::asio::co_spawn(world_.context(), pull(), boost::asio::detached);
            survey::look const how{by, &memory};
            auto const read = co_await survey::read_users(with, names, how);
            if (!read) came.how = read.error();
            came.requests_after = requests() - before;
            came.took = time.now() - pulled_at;
        });
        return came;
    }

    void pass(duration time) { world_.clock().advance(time); }

    /// Somebody else gives a licence, and says what the tenant thinks of it then.
    void give(std::uint32_t user, sku_id sku) { change(user, {{sku, {}}}); }
    void remove(std::uint32_t user) {
        auto const id = world_.described.users[user].who.id;
        world_.model().remove_user(id, world_.clock().now(), world_.clock().wall_now());
    }

    /// The first user whose sighting is not how he really is; empty: all are right.
    std::string lie(survey::seen_tenant const& seen) {
        for (std::uint32_t user = 0; user < names.size(); ++user) {
            auto const really = world_.model().true_user(world_.described.users[user].who.id);
            bool const found = seen.snapshot.is_seen(user);
            if (found != really.has_value()) return std::string{names[user]} + " (there or not)";
            if (found &&
                seen.snapshot.account_of(user)->licences.size() != really->licences.size()) {
                return std::string{names[user]};
            }
        }
        return {};
    }

    std::uint32_t bare_user(std::uint32_t from = 0) {
        for (auto user = from; user < names.size(); ++user) {
            auto const& who = world_.described.users[user].who;
            if (who.licences.empty() && !who.usage_location.empty()) return user;
        }
        return 0;
    }

    simulated::options& settings() { return world_.model().settings(); }
    std::uint64_t requests() { return world_.model().counted().requests; }

    jobs::string_list names;
    kept_in_memory memory;

 private:
    template <class Work>
    void run(Work work) {
        simulated::memory_transport through{world_.model(), world_.clock()};
        auto const client = world_.client(through, 7);
        throttle::governor paced{throttle::governor_options{}};
        execute::stop_switch stop;
        survey::tools with{*client, world_.clock(), paced, stop, {}, {}};
        std::exception_ptr broken;
        boost::asio::co_spawn(world_.context(), work(with),
                              [&](std::exception_ptr error) { broken = error; });
        support::let_run(world_, {});
        if (broken) std::rethrow_exception(broken);
    }
    void change(std::uint32_t user, std::vector<licence_add> adds) {
        operation one;
        one.kind = operation_kind::assign_licences;
        one.user = names[user];
        one.adds = std::move(adds);
        run([&](survey::tools& with) -> boost::asio::awaitable<void> {
            std::vector<operation> asked{one};
            auto const came = co_await with.tenant.perform(std::move(asked));
            REQUIRE(came[0].kind == outcome_kind::done);
        });
    }

    support::world world_;
};

}  // namespace

TEST_CASE("a nightly survey of an unchanged tenant asks for what has changed, and for nobody",
          "[survey]") {
    tenant_over_days tenant{3'000};
    auto const first = tenant.look();
    CHECK(first.way ==
          "read 4 pages of the tenant's users: 4 requests, against 150 for asking by name");
    CHECK(tenant.memory.users.empty());  // what it read may be older than its link
    tenant.pass(24h);
    auto const second = tenant.look();
    CHECK(tenant.memory.users.size() == 3'000);
    tenant.pass(24h);
    auto const before = tenant.requests();
    auto const third = tenant.look();
    // One of them has a licence in error, which may have been mended unsaid.
    CHECK(third.way ==
          "took 2999 users from the survey of 24 h 0 min ago, and asked for 1 by name, who may "
          "have changed: 2 requests, against 4 for all pages");
    CHECK(third.requests == 2);
    CHECK(tenant.requests() - before == 3);  // with the sign-in
    CHECK(tenant.lie(third).empty());
}

TEST_CASE("who has changed is looked at, and once more the next time", "[survey]") {
    tenant_over_days tenant{1'000};
    tenant.look(survey::way::changes);
    tenant.pass(1h);
    auto const given = tenant.bare_user();
    auto const gone = tenant.bare_user(given + 1);
    tenant.give(given, simulated::catalogue::power_bi_standard);
    tenant.remove(gone);
    tenant.pass(10s);
    auto const seen = tenant.look();
    CHECK(tenant.lie(seen).empty());
    CHECK(seen.snapshot.is(gone) == plan::sighting::kind::not_found);
    CHECK_FALSE(seen.from_memory[given]);
    CHECK(tenant.memory.users.size() == 999);
    tenant.pass(24h);
    auto const again = tenant.look();
    CHECK_FALSE(again.from_memory[given]);
    CHECK(tenant.lie(again).empty());
    tenant.pass(1h);
    CHECK(tenant.look().from_memory[given]);
}

TEST_CASE("the list of changes may repeat accounts in any order: whoever comes twice is asked for",
          "[survey]") {
    for (std::uint64_t seed = 1; seed < 6; ++seed) {
        CAPTURE(seed);
        tenant_over_days tenant{1'000};
        tenant.settings().seed = seed;
        tenant.settings().changes_page_size = 7;
        auto const seen = tenant.look(survey::way::changes);
        CHECK(tenant.lie(seen).empty());
        CHECK(tenant.memory.users.size() == 1'000);
        tenant.give(tenant.bare_user(), simulated::catalogue::power_bi_standard);
        CHECK(tenant.lie(tenant.look()).empty());
    }
}

TEST_CASE("a link that the service has forgotten leads to a full survey, and the plan says so",
          "[survey]") {
    tenant_over_days tenant{600};
    tenant.look();
    tenant.look();
    tenant.settings().changes_lifetime = 1h;
    tenant.pass(25h);
    auto const user = tenant.bare_user();
    tenant.give(user, simulated::catalogue::power_bi_standard);
    auto const seen = tenant.look();
    CHECK(seen.way.find("the service had forgotten the last survey") != std::string::npos);
    CHECK(seen.from_memory.empty());
    CHECK(tenant.lie(seen).empty());
}

TEST_CASE("what was kept too long is not believed: errors of licences are not told as changes",
          "[survey]") {
    tenant_over_days tenant{600};
    tenant.look();
    tenant.pass(24h);
    tenant.look();
    tenant.pass(48h);
    CHECK_FALSE(tenant.look().from_memory.empty());
    tenant.pass(25h);
    auto const seen = tenant.look();
    CHECK(seen.from_memory.empty());
    CHECK(seen.way.find("what was kept is older than three days") != std::string::npos);
    CHECK(tenant.memory.users.size() == 600);
    tenant.pass(24h);
    CHECK_FALSE(tenant.look().from_memory.empty());
}

TEST_CASE("before a change is planned, who was taken from memory is looked at", "[survey]") {
    tenant_over_days tenant{600};
    tenant.look(survey::way::changes);
    auto seen = tenant.look();
    REQUIRE(seen.from_memory[10]);
    tenant.look_now({10, 11}, seen);
    CHECK_FALSE(seen.from_memory[10]);
    CHECK_FALSE(seen.from_memory[11]);
    CHECK(seen.from_memory[12]);
    CHECK(tenant.lie(seen).empty());
    CHECK(seen.way.find("looked again at 2 before changing them") != std::string::npos);
}

TEST_CASE("reads that lag behind hide no change from a later survey", "[survey]") {
    tenant_over_days tenant{600};
    tenant.settings().read_lag = 2min;
    auto const user = tenant.bare_user();
    tenant.pass(1h);
    tenant.give(user, simulated::catalogue::power_bi_standard);
    tenant.pass(10s);
    tenant.look();
    tenant.look();
    tenant.look();
    tenant.pass(5min);
    CHECK(tenant.lie(tenant.look()).empty());
}

TEST_CASE("two surveys within minutes keep nothing yet: both may have read what was before",
          "[survey]") {
    tenant_over_days tenant{600};
    tenant.look();
    tenant.pass(1min);
    tenant.look();
    CHECK(tenant.memory.users.empty());
    tenant.pass(5min);
    tenant.look();
    CHECK(tenant.memory.users.size() == 600);
}

TEST_CASE("a reading that fails on the way keeps what was kept", "[survey]") {
    tenant_over_days tenant{600};
    tenant.look(survey::way::changes);
    auto const link = tenant.memory.known.link;
    tenant.settings().faults.error_503 = 0.2;
    tenant.settings().faults.truncated = 0.1;
    tenant.pass(1h);
    for (int night = 0; night < 20; ++night) {
        tenant.pass(1h);
        CHECK(tenant.lie(tenant.look()) == "");
        CHECK(tenant.memory.users.size() == 600);
    }
    CHECK(tenant.memory.known.link != link);
}

TEST_CASE("who stops a survey does not wait until the service has quota again", "[survey]") {
    for (auto const by : {survey::way::pages, survey::way::by_name, survey::way::changes}) {
        tenant_over_days tenant{3'000};
        tenant.settings().faults.throttled_integer = 1;
        auto const ended = tenant.look_and_stop(by, 30s);
        INFO(static_cast<int>(by));
        REQUIRE(ended.how);
        CHECK(ended.how->code == errc::interrupted);
        CHECK(ended.requests_after == 0);
        CHECK(ended.took < 1s);
    }
}
