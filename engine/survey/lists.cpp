#include "engine/survey/reading.hpp"

/// Whole lists of the tenant: its subscriptions, its users.
namespace allot::survey {

namespace asio = boost::asio;

namespace {

constexpr std::string_view users_unlisted = "the tenant's users could not be listed";
constexpr std::string_view subscriptions_unread = "the tenant's subscriptions could not be read";

}  // namespace

failure stopped() {
    return failure{errc::could_not_run, "stopped while the tenant's users were read"};
}

/// One page of users, however often it takes.
asio::awaitable<result<user_page>> read_page(tools& with, persistence& patience, std::string from) {
    for (;;) {
        co_await wait_for_quota(with, throttle::users_page_cost);
        auto const sent_at = with.time.now();
        with.paced.sent(sent_at, throttle::users_page_cost);
        auto asked = from;
        auto page = co_await with.tenant.read_users(std::move(asked));
        auto const now = with.time.now();
        with.paced.settled(sent_at, now, throttle::users_page_cost, page.how);
        if (page.how.kind == outcome_kind::done) {
            patience.succeeded(now);
            co_return std::move(page.value);
        }
        auto const again = patience.again(page.how, now, with.paced.gate());
        if (!again) co_return failure_of(page.how, users_unlisted);
        if (with.stop.pulled() != reason::none) co_return stopped();
        say_waiting(with, page.how, users_unlisted, *again - now);
        co_await with.time.sleep_until(*again);
    }
}

asio::awaitable<result<std::vector<subscription>>> read_subscriptions(tools& with) {
    persistence patience{with.chosen, with.time.now()};
    for (;;) {
        co_await wait_for_quota(with, throttle::subscriptions_cost);
        auto const sent_at = with.time.now();
        with.paced.sent(sent_at, throttle::subscriptions_cost);
        auto read = co_await with.tenant.read_subscriptions();
        auto const now = with.time.now();
        with.paced.settled(sent_at, now, throttle::subscriptions_cost, read.how);
        if (read.how.kind == outcome_kind::done) co_return std::move(read.value);
        auto const again = patience.again(read.how, now, with.paced.gate());
        if (!again || with.stop.pulled() != reason::none) {
            co_return failure_of(read.how, subscriptions_unread);
        }
        say_waiting(with, read.how, subscriptions_unread, *again - now);
        co_await with.time.sleep_until(*again);
    }
}

asio::awaitable<result<std::uint64_t>> each_user(tools& with, std::function<void(user&&)> take) {
    std::uint64_t pages = 0;
    std::uint64_t users = 0;
    std::string next;
    persistence patience{with.chosen, with.time.now()};
    do {
        if (with.stop.pulled() != reason::none) co_return stopped();
        auto page = co_await read_page(with, patience, next);
        if (!page) co_return page.error();
        ++pages;
        users += page->users.size();
        for (auto& one : page->users) take(std::move(one));
        if (with.watch) with.watch(users);
        next = std::move(page->next);
    } while (!next.empty());
    co_return pages;
}

}  // namespace allot::survey
