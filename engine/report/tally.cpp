#include "engine/report/tally.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace allot::report {

namespace {

using reconcile::verdict;

bool waits(verdict of) {
    return of == verdict::would_change || of == verdict::cancelled;
}

std::string_view persons(std::uint64_t count) {
    return count == 1 ? "person" : "people";
}

}  // namespace

bool needs_someone(verdict of) {
    return of == verdict::unverified || of == verdict::blocked || of == verdict::failed ||
           of == verdict::drifted;
}

void tally::add(reconcile::row const& of) {
    if (needs_someone(of.is)) need_.insert(of.user);
    if (waits(of.is)) later_.insert(of.user);
    if (of.before.empty() || of.after.empty()) return;
    bool const had = of.before != "none";
    bool const has = of.after != "none";
    if (had != has) taken_[of.sku] += has ? 1 : -1;
}

people tally::of(std::uint64_t total) const {
    people found;
    found.total = total;
    found.need = need_.size();
    found.later = static_cast<std::uint64_t>(std::ranges::count_if(
        later_, [&](std::string const& user) { return !need_.contains(user); }));
    found.fine = total - std::min(total, found.need + found.later);
    return found;
}

std::int64_t tally::seats_taken(std::string const& sku) const {
    auto const found = taken_.find(sku);
    return found == taken_.end() ? 0 : found->second;
}

std::string answer(std::string_view command, people const& of) {
    if (of.total == 0) return "The job names nobody.";
    if (of.fine == of.total) {
        return of.total == 1
                   ? "The one person of the job has what it says."
                   : fmt::format("All {} people have what the job says.", grouped(of.total));
    }
    bool const planned = command == "plan";
    auto text =
        planned ? fmt::format("{} of {} {} would be changed, {} {} what the job says",
                              grouped(of.later), grouped(of.total), persons(of.total),
                              grouped(of.fine), of.fine == 1 ? "has" : "have")
                : fmt::format("{} of {} {} {} what the job says", grouped(of.fine),
                              grouped(of.total), persons(of.total), of.fine == 1 ? "has" : "have");
    if (of.need > 0) {
        text += fmt::format("; {} need{} you", grouped(of.need), of.need == 1 ? "s" : "");
    }
    if (!planned && of.later > 0) {
        text += fmt::format("; {} {} not tried", grouped(of.later), of.later == 1 ? "was" : "were");
    }
    return text + '.';
}

std::string grouped(std::uint64_t number) {
    auto text = fmt::format("{}", number);
    for (auto at = text.size(); at > 3;) {
        at -= 3;
        text.insert(at, 1, ',');
    }
    return text;
}

}  // namespace allot::report
