#include "engine/plan/snapshot.hpp"

namespace allot::plan {

allot::user snapshot::seen(std::size_t user, std::string_view named) const {
    auto const& of = entries_[user];
    allot::user whole{*accounts_[of.account], of.id, {}};
    whole.upn = of.upn == 0 ? named : upns_[of.upn - 1];
    return whole;
}

std::string const& snapshot::detail(std::size_t user) const {
    static std::string const none;
    auto const found = rests_.find(user);
    return found == rests_.end() ? none : found->second.detail;
}

std::span<member const> snapshot::members(std::size_t user) const {
    auto const found = rests_.find(user);
    return found == rests_.end() ? std::span<member const>{} : found->second.members;
}

sighting snapshot::whole(std::size_t user, std::string_view named) const {
    sighting of;
    of.is = is(user);
    if (is_seen(user)) of.seen = seen(user, named);
    of.detail = detail(user);
    auto const its = members(user);
    of.members.assign(its.begin(), its.end());
    return of;
}

void snapshot::put(std::size_t user, allot::user const& seen, std::string_view named) {
    auto& into = entries_[user];
    into.is = sighting::kind::seen;
    into.id = seen.id;
    into.account = accounts_.number(seen);
    into.upn = seen.upn == named ? 0 : upns_.add(seen.upn) + 1;
    if (!rests_.empty()) rests_.erase(user);
}

void snapshot::put(std::size_t user, sighting of, std::string_view named) {
    if (of.is == sighting::kind::seen) {
        put(user, of.seen, named);
    } else {
        entries_[user] = entry{};
        entries_[user].is = of.is;
        rests_.erase(user);
    }
    if (!of.detail.empty() || !of.members.empty()) {
        rests_[user] = {std::move(of.detail), std::move(of.members)};
    }
}

}  // namespace allot::plan
