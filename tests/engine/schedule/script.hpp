#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/jobs/reader.hpp"
#include "engine/schedule/schedule.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tenant.hpp"

/// The schedule under test, with the test as the outside world: it says what comes back, and when.
namespace allot::schedule_testing {

using namespace allot::support;
using namespace std::chrono_literals;

inline outcome reply(outcome_kind kind, reason why = reason::none) {
    outcome one;
    one.kind = kind;
    one.why = why;
    one.seen.http_status = kind == outcome_kind::done ? 200 : 0;
    return one;
}

inline outcome seen(user const& someone) {
    auto one = reply(outcome_kind::done);
    one.read = someone;
    return one;
}

/// A job against a tenant without limits, and the test as the outside world.
struct script {
    jobs::job job;
    plan::desired wanted;
    plan::snapshot snapshot;
    plan::plan made;
    throttle::governor paced;
    std::unique_ptr<schedule::schedule> running;
    time_point now{1000s};

    script(std::string_view csv, std::vector<user> const& people, schedule::options chosen = {},
           std::vector<subscription> const& owned = subscriptions(),
           throttle::governor_options limits = {}, plan::rules const& by = {})
        : paced{limits} {
        auto read = jobs::read(csv, jobs::read_options{});
        REQUIRE(read.errors.empty());
        job = std::move(read.read);
        wanted = plan::resolve(job, owned, {}, "").wanted;
        for (auto const& someone : people) {
            plan::sighting one;
            one.is = plan::sighting::kind::seen;
            one.seen = someone;
            snapshot.add(one);
        }
        made = plan::make_plan(job, wanted, snapshot, by).made;
        std::vector<schedule::errand> errands;
        for (auto const& change : made.changes) {
            schedule::errand one;
            one.user = change.user;
            one.key = people[change.user].upn;
            one.rank = change.rank;
            one.needs = change.needs;
            one.id = people[change.user].id;
            one.seen = people[change.user];
            if (wanted.is_group(change.user)) one.group = group_id{one.id.value};
            errands.push_back(std::move(one));
        }
        running = std::make_unique<schedule::schedule>(paced, chosen, std::move(errands),
                                                       schedule::aim{&wanted, by, made.barred});
    }

    /// The next batch, at the earliest time at which there is one; none after `patience`.
    std::optional<schedule::batch> next(duration patience = 1h) {
        auto const until = now + patience;
        for (;;) {
            if (auto ready = running->next(now)) return ready;
            auto const wake = running->wake_at(now);
            if (!wake || *wake > until) return std::nullopt;
            REQUIRE(*wake > now);
            now = *wake;
        }
    }

    void settle(schedule::batch const& sent, std::vector<outcome> const& outcomes) {
        now += 100ms;
        running->settle(sent, outcomes, now, wall_time{1767600000000ms});
    }

    /// Expects the next batch to be one operation of that kind, and settles it.
    schedule::batch step(operation_kind kind, outcome const& with, duration patience = 1h) {
        auto const sent = next(patience);
        REQUIRE(sent);
        REQUIRE(sent->operations.size() == 1);
        REQUIRE(sent->operations[0].kind == kind);
        settle(*sent, {with});
        return *sent;
    }

    schedule::record const& record(std::size_t at = 0) const { return running->records()[at]; }
};

/// Users 1 to `count`, who are to get Power BI Pro and have nothing yet.
struct crowd {
    std::string csv = "user,sku\n";
    std::vector<user> people;

    explicit crowd(unsigned count) {
        for (unsigned number = 1; number <= count; ++number) {
            people.push_back(person(number));
            csv += people.back().upn + ",POWER_BI_PRO\n";
        }
    }
};

inline std::string const one_user = "user,sku\np1@contoso.example,POWER_BI_PRO\n";
inline user const without = person(1);
inline user const with_it = person(1, {direct(power_bi)});
inline constexpr auto a_write = operation_kind::assign_licences;
inline constexpr auto a_read = operation_kind::read_user;

}  // namespace allot::schedule_testing
