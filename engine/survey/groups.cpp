#include "engine/survey/reading.hpp"

/// What the survey asks of groups.
namespace allot::survey {

namespace asio = boost::asio;

asio::awaitable<result<std::vector<group>>> find_groups(tools& with, std::string name) {
    constexpr std::string_view unread = "the tenant's groups could not be read";
    persistence patience{with.chosen, with.time.now()};
    for (;;) {
        co_await wait_for_quota(with, throttle::groups_cost);
        auto const sent_at = with.time.now();
        with.paced.sent(sent_at, throttle::groups_cost);
        auto asked = name;
        auto read = co_await with.tenant.find_groups(std::move(asked));
        auto const now = with.time.now();
        with.paced.settled(sent_at, now, throttle::groups_cost, read.how);
        if (read.how.kind == outcome_kind::done) co_return std::move(read.value);
        auto const again = patience.again(read.how, now, with.paced.gate());
        if (!again || with.stop.pulled() != reason::none) co_return failure_of(read.how, unread);
        say_waiting(with, read.how, unread, *again - now);
        co_await with.time.sleep_until(*again);
    }
}

asio::awaitable<std::map<group_id, std::string>> read_group_names(tools& with,
                                                                  std::span<group_id const> of) {
    std::map<group_id, std::string> names;
    auto const each = throttle::cost_of(operation_kind::read_group);
    while (!of.empty()) {
        std::vector<operation> asked;
        throttle::cost total;
        for (auto const id : of.first(std::min(of.size(), batch_parts_max))) {
            auto& one = asked.emplace_back();
            one.kind = operation_kind::read_group;
            one.group = id;
            total += each;
        }
        of = of.subspan(asked.size());
        co_await wait_for_quota(with, total);
        auto const sent_at = with.time.now();
        with.paced.sent(sent_at, total);
        auto const replies = co_await with.tenant.perform(std::move(asked));
        for (auto const& reply : replies) {
            with.paced.settled(sent_at, with.time.now(), each, reply);
            if (reply.read_group) names.emplace(reply.read_group->id, reply.read_group->name);
        }
    }
    co_return names;
}

}  // namespace allot::survey
