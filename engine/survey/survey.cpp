#include "engine/survey/survey.hpp"

#include <fmt/format.h>

#include <string>
#include <unordered_map>

#include "engine/throttle/backoff.hpp"

namespace allot::survey {

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

/// Below this, asking for each by name takes at most ten requests.
constexpr std::size_t by_name_max = 200;

std::string lower(std::string_view text) {
    std::string lowered{text};
    for (auto& c : lowered) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
    return lowered;
}

failure failure_of(outcome const& reply, std::string_view what) {
    auto detail = reply.detail;
    if (!detail.empty() && !advice(reply.why).empty()) detail += detail.ends_with('.') ? " " : ". ";
    detail += advice(reply.why);
    if (reply.kind == outcome_kind::stopped && reply.why != reason::service_error) {
        return failure{errc::sign_in_refused, fmt::format("{}: {}", what, detail)};
    }
    return failure{errc::could_not_run, fmt::format("{}: {}", what, detail)};
}

constexpr std::string_view users_unlisted = "the tenant's users could not be listed";
constexpr std::string_view groups_unread = "the tenant's groups could not be read";
constexpr std::string_view subscriptions_unread = "the tenant's subscriptions could not be read";

void say_waiting(tools const& with, outcome const& reply, std::string_view what, duration wait) {
    if (!with.say) return;
    with.say(fmt::format("{}: {} Trying again in {}.", what,
                         reply.detail.empty() ? advice(reply.why) : reply.detail,
                         for_people(wait)));
}

/// Whether a reading that failed is worth another try, and when; keeps count over the tries.
class persistence {
 public:
    persistence(schedule::options const& chosen, time_point now)
        : chosen_{chosen}, random_{chosen.seed}, since_{now} {}

    std::optional<time_point> again(outcome const& reply, time_point now, time_point gate) {
        if (reply.kind == outcome_kind::throttled) {
            if (now - since_ >= chosen_.throttled_patience) return std::nullopt;
            return gate;
        }
        bool const passing =
            reply.kind == outcome_kind::transient || reply.kind == outcome_kind::lost;
        ++tries_;
        if (!passing || (tries_ >= chosen_.attempts_max && now - since_ >= chosen_.patience)) {
            return std::nullopt;
        }
        auto delay = throttle::backoff(tries_, 500ms, 60s, random_);
        if (reply.retry_after) delay = std::max(delay, *reply.retry_after);
        return now + delay;
    }

    void succeeded(time_point now) {
        since_ = now;
        tries_ = 0;
    }

 private:
    schedule::options const& chosen_;
    random_stream random_;
    time_point since_;
    std::uint32_t tries_ = 0;
};

asio::awaitable<void> wait_for_quota(tools& with, throttle::cost of) {
    for (;;) {
        auto const ready = with.paced.ready_at(with.time.now(), of);
        if (ready <= with.time.now()) co_return;
        co_await with.time.sleep_until(ready);
    }
}

/// Picks the users that the job names from the pages of all users.
class picker {
 public:
    explicit picker(jobs::string_list const& names) {
        for (std::uint32_t user = 0; user < names.size(); ++user) {
            auto const name = names[user];
            if (auto const id = user_id::parse(name)) {
                by_id_.emplace(*id, user);
            } else {
                by_upn_.emplace(lower(name), user);
            }
        }
    }

    void pick(std::vector<user>& from, plan::snapshot& into) {
        for (auto& one : from) {
            // A person may be named by id in one row and by UPN in another: both are told.
            auto const upn = by_upn_.find(lower(one.upn));
            auto const id = by_id_.find(one.id);
            bool const both = upn != by_upn_.end() && id != by_id_.end();
            if (both) keep(into.users[upn->second], one);
            if (id != by_id_.end()) {
                keep(into.users[id->second], std::move(one));
            } else if (upn != by_upn_.end()) {
                keep(into.users[upn->second], std::move(one));
            }
        }
    }

    [[nodiscard]] std::size_t picked() const { return picked_; }

 private:
    void keep(plan::sighting& where, user one) {
        if (where.is != plan::sighting::kind::seen) ++picked_;
        where.is = plan::sighting::kind::seen;
        where.seen = std::move(one);
    }

    std::unordered_map<std::string, std::uint32_t> by_upn_;
    std::unordered_map<user_id, std::uint32_t> by_id_;
    std::size_t picked_ = 0;
};

struct paged {
    std::uint64_t pages = 0;
    bool whole = false;  ///< every page was read
};

/// Reads pages while that is the shorter way. What was read before a page failed for good still
/// counts.
asio::awaitable<result<paged>> read_pages(tools& with, std::size_t names, plan::snapshot& into,
                                          picker& from) {
    paged read;
    std::string next;
    persistence patience{with.chosen, with.time.now()};
    while (read.pages < names / batch_parts_max && with.stop.pulled() == reason::none) {
        co_await wait_for_quota(with, throttle::users_page_cost);
        auto const sent_at = with.time.now();
        with.paced.sent(sent_at, throttle::users_page_cost);
        auto from_page = next;
        auto page = co_await with.tenant.read_users(std::move(from_page));
        auto const now = with.time.now();
        with.paced.settled(sent_at, now, throttle::users_page_cost, page.how);
        if (page.how.kind != outcome_kind::done) {
            auto const again = patience.again(page.how, now, with.paced.gate());
            if (!again) co_return failure_of(page.how, users_unlisted);
            say_waiting(with, page.how, users_unlisted, *again - now);
            co_await with.time.sleep_until(*again);
            continue;
        }
        patience.succeeded(now);
        ++read.pages;
        from.pick(page.value.users, into);
        next = std::move(page.value.next);
        if (next.empty() || from.picked() == names) {
            read.whole = true;
            break;
        }
    }
    co_return read;
}

/// Asks for everyone not yet seen by name.
asio::awaitable<std::optional<failure>> read_by_name(tools& with, jobs::string_list const& names,
                                                     seen_tenant& into) {
    std::vector<schedule::errand> errands;
    for (std::uint32_t user = 0; user < names.size(); ++user) {
        if (into.snapshot.users[user].is == plan::sighting::kind::seen) continue;
        schedule::errand one;
        one.user = user;
        one.key = names[user];
        errands.push_back(std::move(one));
    }
    schedule::schedule looking{with.paced, with.chosen, std::move(errands), schedule::aim{}};
    execute::tools const driven{with.tenant, with.time, with.stop};
    co_await execute::run(looking, driven);
    into.requests += looking.done().requests;
    if (looking.stopped()) {
        co_return failure_of(*looking.stopped(), "the users could not be read");
    }
    for (std::size_t at = 0; at < looking.errands().size(); ++at) {
        auto& sighted = into.snapshot.users[looking.errands()[at].user];
        auto const& record = looking.records()[at];
        sighted.detail = record.detail;
        if (record.end == schedule::errand_end::seen) {
            sighted.is = plan::sighting::kind::seen;
            sighted.seen = *record.seen;
        } else if (record.end == schedule::errand_end::not_found) {
            sighted.is = plan::sighting::kind::not_found;
        }
    }
    co_return std::nullopt;
}

}  // namespace

namespace {

/// Asks until there is an answer, or the patience is over; `ask` is called anew for each try.
template <class T, class Ask>
asio::awaitable<result<T>> ask_patiently(tools& with, throttle::cost of, std::string_view unread,
                                         Ask ask) {
    persistence patience{with.chosen, with.time.now()};
    for (;;) {
        co_await wait_for_quota(with, of);
        auto const sent_at = with.time.now();
        with.paced.sent(sent_at, of);
        auto read = co_await ask();
        auto const now = with.time.now();
        with.paced.settled(sent_at, now, of, read.how);
        if (read.how.kind == outcome_kind::done) co_return std::move(read.value);
        auto const again = patience.again(read.how, now, with.paced.gate());
        if (!again || with.stop.pulled() != reason::none) co_return failure_of(read.how, unread);
        say_waiting(with, read.how, unread, *again - now);
        co_await with.time.sleep_until(*again);
    }
}

}  // namespace

asio::awaitable<result<std::vector<subscription>>> read_subscriptions(tools& with) {
    auto& tenant = with.tenant;
    auto const ask = [&tenant] { return tenant.read_subscriptions(); };
    return ask_patiently<std::vector<subscription>>(with, throttle::subscriptions_cost,
                                                    subscriptions_unread, ask);
}

asio::awaitable<result<std::vector<group>>> find_groups(tools& with, std::string name) {
    auto& tenant = with.tenant;
    auto const ask = [&tenant, name] { return tenant.find_groups(name); };
    return ask_patiently<std::vector<group>>(with, throttle::groups_cost, groups_unread, ask);
}

asio::awaitable<std::map<group_id, std::string>> read_group_names(tools& with,
                                                                  std::span<group_id const> of) {
    std::map<group_id, std::string> names;
    while (!of.empty()) {
        auto const now = of.first(std::min(of.size(), batch_parts_max));
        of = of.subspan(now.size());
        std::vector<operation> asked;
        throttle::cost total;
        for (auto const id : now) {
            auto& one = asked.emplace_back();
            one.kind = operation_kind::read_group;
            one.group = id;
            total += throttle::cost_of(one.kind);
        }
        co_await wait_for_quota(with, total);
        auto const sent_at = with.time.now();
        with.paced.sent(sent_at, total);
        auto const replies = co_await with.tenant.perform(std::move(asked));
        for (auto const& reply : replies) {
            with.paced.settled(sent_at, with.time.now(),
                               throttle::cost_of(operation_kind::read_group), reply);
            if (reply.read_group) names.emplace(reply.read_group->id, reply.read_group->name);
        }
    }
    co_return names;
}

asio::awaitable<result<seen_tenant>> read_users(tools& with, jobs::string_list const& names) {
    seen_tenant seen;
    seen.snapshot.users.resize(names.size());
    if (names.size() > by_name_max) {
        picker from{names};
        auto const read = co_await read_pages(with, names.size(), seen.snapshot, from);
        if (!read) co_return read.error();
        seen.requests = read->pages;
        auto const missing = names.size() - from.picked();
        if (read->whole) {
            seen.way = fmt::format(
                "read {} pages of the tenant's users ({} requests less than "
                "asking for {} by name)",
                read->pages, names.size() / batch_parts_max - read->pages, names.size());
            if (missing > 0) {
                seen.way += fmt::format("; {} not among them asked for by name", missing);
            }
        } else {
            seen.way = fmt::format("read {} pages of the tenant's users, then asked for {} by name",
                                   read->pages, missing);
        }
        if (missing == 0) co_return seen;
    } else {
        seen.way = fmt::format("asked for {} users by name, in batches of {}", names.size(),
                               batch_parts_max);
    }
    if (auto const failed = co_await read_by_name(with, names, seen)) co_return *failed;
    co_return seen;
}

}  // namespace allot::survey
