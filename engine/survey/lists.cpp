#include "engine/survey/reading.hpp"

/// Whole lists of the tenant: its subscriptions, its users.
namespace allot::survey {

namespace asio = boost::asio;

namespace {

constexpr std::string_view subscriptions_unread = "the tenant's subscriptions could not be read";

}  // namespace

failure stopped() {
    return failure{errc::interrupted,
                   "stopped while the tenant was read; this command has written nothing"};
}

asio::awaitable<result<user_page>> read_page(tools& with, persistence& patience, std::string from) {
    auto const ask = [&] { return with.tenant.read_users(from); };
    co_return co_await persistently<user_page>(with, patience, throttle::users_page_cost,
                                               users_unlisted, ask);
}

asio::awaitable<result<std::vector<subscription>>> read_subscriptions(tools& with) {
    persistence patience{with.chosen, with.time.now()};
    auto const ask = [&] { return with.tenant.read_subscriptions(); };
    co_return co_await persistently<std::vector<subscription>>(
        with, patience, throttle::subscriptions_cost, subscriptions_unread, ask);
}

asio::awaitable<result<std::uint64_t>> each_user(tools& with, std::function<void(user&&)> take) {
    std::uint64_t pages = 0;
    std::uint64_t users = 0;
    std::string next;
    persistence patience{with.chosen, with.time.now()};
    page_chain chain;
    do {
        if (with.stop.pulled() != reason::none) co_return stopped();
        auto page = co_await read_page(with, patience, next);
        if (!page) co_return page.error();
        // A list without somebody would be taken for the whole one.
        if (!page->unread.empty()) {
            auto what = std::string{users_unlisted} + ": " + page->unread;
            co_return failure{errc::could_not_run, std::move(what)};
        }
        ++pages;
        users += page->users.size();
        if (auto const no_end = may_follow(chain, *page, users_unlisted)) co_return *no_end;
        for (auto& one : page->users) take(std::move(one));
        if (with.watch) with.watch(users);
        next = std::move(page->next);
    } while (!next.empty());
    co_return pages;
}

}  // namespace allot::survey
