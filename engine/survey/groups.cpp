#include <algorithm>

#include "engine/plan/group_subject.hpp"
#include "engine/survey/reading.hpp"

/// What the survey asks of groups.
namespace allot::survey {

namespace asio = boost::asio;

namespace {

constexpr std::string_view groups_unread = "the tenant's groups could not be read";
constexpr std::string_view members_unread = "the group's members could not be read";

/// Hands over the members, page by page.
template <class Take>
asio::awaitable<result<void>> each_member(tools& with, group_id of, bool in_error,
                                          std::uint64_t& requests, Take const& take) {
    persistence patience{with.chosen, with.time.now()};
    page_chain chain;
    std::string next;
    auto const ask = [&] { return with.tenant.read_members(of, in_error, next); };
    do {
        if (with.stop.pulled() != reason::none) co_return stopped();
        auto page = co_await persistently<user_page>(with, patience, throttle::members_cost,
                                                     members_unread, ask);
        if (!page) co_return page.error();
        ++requests;
        if (auto const no_end = may_follow(chain, *page, members_unread)) co_return *no_end;
        for (auto& one : page->users) take(std::move(one));
        next = std::move(page->next);
    } while (!next.empty());
    co_return result<void>{};
}

/// What is true of a group that could not be read, or may not be; sign-in and a stop end the whole
/// survey.
result<plan::sighting> unseen(tools const& with, failure const& because) {
    bool const ends = because.code == errc::sign_in_refused || with.stop.pulled() != reason::none;
    if (ends) return because;
    plan::sighting sighted;
    sighted.detail = because.message;
    return sighted;
}

/// Counts the members, and those of them who have each SKU.
asio::awaitable<result<void>> count_members(tools& with, plan::sighting& of,
                                            std::uint64_t& requests) {
    group_id const id{of.seen.id.value};
    auto const count = [&of](user&& seen) {
        auto& one = of.members.emplace_back();
        one.id = seen.id;
        for (auto const& state : seen.licences) {
            if (state.active) one.has.push_back(state.sku);
        }
        std::ranges::sort(one.has);
    };
    auto const counted = co_await each_member(with, id, false, requests, count);
    if (!counted || of.seen.licences.empty()) co_return counted;
    // While the tenant is at work on a group, what all its members have is there all the same.
    for (auto& state : of.seen.licences) {
        state.active = state.active || std::ranges::all_of(of.members, [&](auto const& one) {
                           return std::ranges::binary_search(one.has, state.sku);
                       });
    }
    std::vector<user> in_error;
    auto const gather = [&in_error](user&& member) { in_error.push_back(std::move(member)); };
    auto const gathered = co_await each_member(with, id, true, requests, gather);
    if (gathered) of.detail = plan::mark_member_errors(of.seen, in_error, false);
    co_return gathered;
}

}  // namespace

std::string ids_of(std::span<group const> of) {
    std::string text;
    for (auto const& one : of) text += (text.empty() ? "" : ", ") + one.id.str();
    return text;
}

asio::awaitable<result<std::vector<group>>> find_groups(tools& with, std::string name) {
    persistence patience{with.chosen, with.time.now()};
    auto const ask = [&] { return with.tenant.find_groups(name); };
    co_return co_await persistently<std::vector<group>>(with, patience, throttle::groups_cost,
                                                        groups_unread, ask);
}

asio::awaitable<result<plan::sighting>> see_group(tools& with, std::string name,
                                                  std::uint64_t& requests) {
    plan::sighting sighted;
    auto found = co_await find_groups(with, std::move(name));
    ++requests;
    if (!found) co_return unseen(with, found.error());
    if (found->size() != 1) {
        sighted.is = plan::sighting::kind::not_found;
        if (found->empty()) {
            sighted.detail = "the tenant has no group of this id or name";
        } else {
            sighted.detail =
                "several groups have this name; give the id of the one that is meant: " +
                ids_of(*found);
        }
        co_return sighted;
    }
    sighted.is = plan::sighting::kind::seen;
    sighted.seen = plan::as_subject(found->front());
    auto const counted = co_await count_members(with, sighted, requests);
    if (!counted) co_return unseen(with, counted.error());
    co_return sighted;
}

asio::awaitable<std::map<group_id, std::string>> read_group_names(tools& with,
                                                                  std::span<group_id const> of) {
    std::map<group_id, std::string> names;
    auto const each = throttle::cost_of(operation_kind::read_group);
    while (!of.empty()) {
        co_await wait_for_quota(with, each);
        if (with.stop.pulled() != reason::none) break;
        std::vector<operation> asked;
        throttle::cost total;
        for (auto const id : of.first(std::min(of.size(), batch_parts_max))) {
            auto more = total;
            more += each;
            // No more than there is quota for now: all of them may be more than it ever holds.
            if (!asked.empty() && with.paced.ready_at(with.time.now(), more) > with.time.now()) {
                break;
            }
            auto& one = asked.emplace_back();
            one.kind = operation_kind::read_group;
            one.group = id;
            total = more;
        }
        of = of.subspan(asked.size());
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
