#include "engine/report/tally.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/jobs/job.hpp"

namespace allot::report {

namespace {

using reconcile::verdict;

bool waits(verdict of) {
    return of == verdict::would_change || of == verdict::cancelled;
}

/// What so many of them are called.
std::string_view noun(people const& of) {
    if (of.groups == 0) return of.total == 1 ? "person" : "people";
    if (of.groups == of.total) return of.total == 1 ? "group" : "groups";
    return "people and groups";
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
    if (had == has) return;
    if (jobs::group_in(of.user)) {
        by_groups_.insert(of.sku);
    } else {
        taken_[of.sku] += has ? 1 : -1;
    }
}

people tally::of(summary const& job) const {
    people found;
    found.groups = job.groups;
    found.total = job.users + job.groups;
    found.need = need_.size();
    found.later = static_cast<std::uint64_t>(std::ranges::count_if(
        later_, [&](std::string const& user) { return !need_.contains(user); }));
    found.fine = found.total - std::min(found.total, found.need + found.later);
    return found;
}

std::optional<std::int64_t> tally::used_after(summary const& job, seat_line const& sku) const {
    if (job.command == "plan" || job.command == "verify") return sku.used_before + sku.needed;
    auto const& name = sku.part_number.empty() ? sku.sku : sku.part_number;
    if (by_groups_.contains(name)) return std::nullopt;
    auto const found = taken_.find(name);
    return sku.used_before + (found == taken_.end() ? 0 : found->second);
}

std::string answer(std::string_view command, people const& of) {
    if (of.total == 0) return "The job names nobody.";
    if (of.fine == of.total) {
        return of.total == 1
                   ? fmt::format("The one {} of the job has what it says.", noun(of))
                   : fmt::format("All {} {} have what the job says.", grouped(of.total), noun(of));
    }
    bool const planned = command == "plan";
    auto text = planned ? fmt::format("{} of {} {} would be changed, {} {} what the job says",
                                      grouped(of.later), grouped(of.total), noun(of),
                                      grouped(of.fine), of.fine == 1 ? "has" : "have")
                        : fmt::format("{} of {} {} {} what the job says", grouped(of.fine),
                                      grouped(of.total), noun(of), of.fine == 1 ? "has" : "have");
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
