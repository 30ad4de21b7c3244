// A run against a service that answers as the fuzzer says, killed at any moment and gone on with
// from its journal: everybody comes to an end, once.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "engine/jobs/reader.hpp"
#include "engine/schedule/schedule.hpp"
#include "tests/fuzz/fuzzing.hpp"
#include "tests/support/tenant.hpp"

using namespace allot;
using namespace allot::fuzzing;
using namespace allot::support;
using namespace std::chrono_literals;

namespace {

wall_time wall_at(time_point now) {
    return wall_time{1'767'600'000'000ms} +
           std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch());
}

/// The job, and what is to be changed: four people, Power BI for three and E3 taken from two.
struct work {
    jobs::job job;
    plan::desired wanted;
    plan::made_plan made;
    std::vector<user> people;

    work() {
        auto read = jobs::read(
            "user,sku,action,usage_location\n"
            "p1@contoso.example,POWER_BI_PRO,,DE\n"
            "p2@contoso.example,POWER_BI_PRO,,\n"
            "p2@contoso.example,SPE_E3,remove,\n"
            "p3@contoso.example,SPE_E3,remove,\n"
            "p4@contoso.example,POWER_BI_PRO,,\n",
            {});
        must(read.errors.empty(), "the job is sound");
        job = std::move(read.read);
        wanted = plan::resolve(job, subscriptions(), {}, "").wanted;
        people = {person(1, {}, ""), person(2, {direct(e3)}), person(3, {direct(e3)}), person(4)};
        plan::snapshot seen;
        for (auto const& one : people) {
            seen.add({plan::sighting::kind::seen, one, {}});
        }
        made = plan::make_plan(job, wanted, seen, {});
        must(made.made.changes.size() == people.size(), "everybody is to be changed");
    }

    [[nodiscard]] std::vector<schedule::errand> errands() const {
        std::vector<schedule::errand> all;
        for (auto const& change : made.made.changes) {
            schedule::errand one;
            one.user = change.user;
            one.key = people[change.user].upn;
            one.rank = change.rank;
            one.needs = change.needs;
            one.seen = people[change.user];
            all.push_back(std::move(one));
        }
        return all;
    }
};

/// The tenant as it is: a write that the service took, or that was lost, may be in it.
class service {
 public:
    service(work const& of, input& from) : people_{of.people}, from_{from} {}

    [[nodiscard]] user const& truly(std::uint32_t user) const { return people_[user]; }

    outcome answer(operation const& asked) {
        auto& one = *std::find_if(people_.begin(), people_.end(), [&](user const& each) {
            return each.upn == asked.user || each.id.str() == asked.user;
        });
        auto const says = from_.byte();
        auto const reply = [](outcome_kind kind, reason why, int status) {
            outcome made;
            made.kind = kind;
            made.why = why;
            made.seen.http_status = status;
            return made;
        };
        // A fuzzer that has said all it wants is a service that works.
        switch (says % 16U) {
            case 1: {
                auto made = reply(outcome_kind::throttled, reason::throttled, 429);
                made.retry_after = std::chrono::seconds{says / 16U};
                made.scope = throttle_scope::writes;
                return made;
            }
            case 2:
                return reply(outcome_kind::transient, reason::service_error, 503);
            case 3:
                return reply(outcome_kind::lost, reason::lost_reply, 0);
            case 4:
                if (!only_reads(asked.kind)) apply(one, asked);
                return reply(outcome_kind::lost, reason::lost_reply, 0);
            case 5: {
                if (only_reads(asked.kind)) {
                    return reply(outcome_kind::refused, reason::user_not_found, 404);
                }
                auto made = reply(outcome_kind::refused, reason::no_seats, 400);
                for (auto const& add : asked.adds) made.skus.push_back(add.sku);
                return made;
            }
            case 6:
                return reply(outcome_kind::refused, reason::refused, 400);
            case 7:
                return reply(outcome_kind::refused, reason::usage_location_missing, 400);
            case 8: {
                auto made = reply(outcome_kind::refused, reason::refused, 400);
                made.whole_batch = true;
                return made;
            }
            case 9:
                return reply(outcome_kind::stopped, reason::sign_in_refused, 401);
            case 10:
                return reply(outcome_kind::transient, reason::unreadable, 200);
            default:
                break;
        }
        auto made = reply(outcome_kind::done, reason::none, 200);
        if (only_reads(asked.kind)) {
            made.read = one;
        } else {
            apply(one, asked);
        }
        return made;
    }

 private:
    static void apply(user& to, operation const& asked) {
        if (asked.kind == operation_kind::set_usage_location) {
            to.usage_location = asked.usage_location;
        }
        std::erase_if(to.licences, [&](licence_state const& one) {
            auto const in = [&](auto const& list, auto const& id_of) {
                return std::any_of(list.begin(), list.end(),
                                   [&](auto const& each) { return id_of(each) == one.sku; });
            };
            return in(asked.removes, [](sku_id id) { return id; }) ||
                   in(asked.adds, [](licence_add const& add) { return add.sku; });
        });
        for (auto const& add : asked.adds) {
            to.licences.push_back(direct(add.sku, add.disabled_plans));
        }
        std::sort(to.licences.begin(), to.licences.end(),
                  [](auto const& a, auto const& b) { return a.sku < b.sku; });
    }

    std::vector<user> people_;
    input& from_;
};

/// One process of the run.
class process {
 public:
    process(work const& of, time_point now, std::vector<schedule::dated_entry> const& past)
        : paced_{limits()}, now_{now} {
        schedule::options chosen;
        chosen.keep_entries = true;
        chosen.writes_in_flight_max = 2;
        chosen.waves.size = 2;
        running_ = std::make_unique<schedule::schedule>(
            paced_, chosen, of.errands(), schedule::aim{&of.wanted, {}, of.made.made.barred});
        if (!past.empty()) running_->restore(past, now_, wall_at(now_));
    }

    /// Goes on until there is no more to do, or for that many batches.
    void run(service& against, std::size_t batches, std::vector<schedule::dated_entry>& journal) {
        std::vector<schedule::batch> in_flight;
        int asked_again = 0;
        for (; batches > 0 && !running_->finished(); --batches) {
            while (in_flight.size() < 3) {
                auto sent = running_->next(now_);
                if (!sent) break;
                check_batch(*sent, in_flight);
                in_flight.push_back(std::move(*sent));
            }
            write_down(journal);
            if (in_flight.empty()) {
                if (running_->finished()) return;
                auto const wake = running_->wake_at(now_);
                must(wake.has_value(), "who is not through and has nothing in flight wakes up");
                // It may say: at once, when somebody was spared a hopeless try; but not for ever.
                asked_again = *wake > now_ ? 0 : asked_again + 1;
                must(asked_again < 10, "it waits for what is to come");
                now_ = std::max(now_, *wake);
                continue;
            }
            auto const done = std::move(in_flight.front());
            in_flight.erase(in_flight.begin());
            std::vector<outcome> outcomes;
            for (auto const& one : done.operations) outcomes.push_back(against.answer(one));
            now_ += 100ms;
            running_->settle(done, outcomes, now_, wall_at(now_));
            write_down(journal);
        }
        // Killed: what was in flight arrived or not, and nobody knows what came back.
        for (auto const& sent : in_flight) {
            for (auto const& one : sent.operations) against.answer(one);
        }
    }

    [[nodiscard]] schedule::schedule const& state() const { return *running_; }
    [[nodiscard]] time_point now() const { return now_; }

 private:
    static throttle::governor_options limits() {
        throttle::governor_options made;
        made.writes.emplace();
        made.writes->published = {10, 60s};
        return made;
    }

    /// Never two writes in flight for one user.
    static void check_batch(schedule::batch const& sent,
                            std::vector<schedule::batch> const& others) {
        must(!sent.operations.empty() && sent.operations.size() == sent.errands.size(),
             "a batch has operations, each for somebody");
        must(sent.operations.size() <= batch_parts_max, "a batch is no larger than may be");
        for (auto const& other : others) {
            for (auto const& one : other.operations) {
                if (only_reads(one.kind)) continue;
                for (auto const& mine : sent.operations) {
                    must(only_reads(mine.kind) || mine.user != one.user,
                         "never two writes in flight for one user");
                }
            }
        }
    }

    void write_down(std::vector<schedule::dated_entry>& journal) {
        for (auto& one : running_->take_entries())
            journal.push_back({wall_at(now_), std::move(one)});
    }

    throttle::governor paced_;
    time_point now_;
    std::unique_ptr<schedule::schedule> running_;
};

/// Who has ended in the journal.
std::vector<schedule::ending> endings(std::vector<schedule::dated_entry> const& journal) {
    std::vector<schedule::ending> found;
    for (auto const& one : journal) {
        if (auto const* const ended = std::get_if<schedule::ending>(&one.what)) {
            found.push_back(*ended);
        }
    }
    return found;
}

/// Who is verified has what he was to get, but for what there was no seat of: nobody else changes
/// this tenant.
void check_truth(work const& of, service const& against, std::uint32_t user,
                 std::vector<schedule::dated_entry> const& journal) {
    bool barred = false;
    for (auto const& one : journal) {
        auto const* const bar = std::get_if<schedule::bar>(&one.what);
        barred = barred || (bar != nullptr && of.job.targets[bar->target].user == user);
    }
    if (barred) return;
    auto const& true_state = against.truly(user);
    auto const holds = [&](sku_id id) {
        return std::any_of(true_state.licences.begin(), true_state.licences.end(),
                           [id](auto const& one) { return one.sku == id; });
    };
    for (auto const& change : of.made.made.changes) {
        if (change.user != user) continue;
        for (auto const& add : change.needs->adds) {
            must(holds(add.sku), "who is verified has the licence");
        }
        for (auto const& id : change.needs->removes) {
            must(!holds(id), "who is verified has lost the licence");
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static work const of;
    input from{data, size};
    service against{of, from};
    std::vector<schedule::dated_entry> journal;
    time_point now{1000s};
    auto const processes = 1 + from.below(4);
    for (std::size_t which = 0; which < processes; ++which) {
        bool const last = which + 1 == processes;
        auto const before = endings(journal);
        process one{of, now, journal};
        // More than any run of four people needs.
        one.run(against, last ? 100'000 : from.below(32), journal);
        for (auto const& ended : before) {
            auto const errands = one.state().errands();
            auto const at = static_cast<std::size_t>(
                std::find_if(errands.begin(), errands.end(),
                             [&](auto const& each) { return each.user == ended.user; }) -
                errands.begin());
            must(one.state().records()[at].end == ended.is.end, "who has ended has ended");
        }
        if (last) must(one.state().finished(), "everybody comes to an end");
        now = one.now() + std::chrono::seconds{from.byte()};
    }
    auto const ended = endings(journal);
    std::vector<bool> seen(of.people.size(), false);
    for (auto const& one : ended) {
        must(!seen[one.user], "everybody ends once");
        seen[one.user] = true;
        if (one.is.end == schedule::errand_end::verified)
            check_truth(of, against, one.user, journal);
    }
    return 0;
}
