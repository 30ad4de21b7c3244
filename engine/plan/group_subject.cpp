#include "engine/plan/group_subject.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <map>

namespace allot::plan {

namespace {

/// So many members are named.
constexpr std::size_t named_max = 5;

/// The error of most members; of equally many, the first by its letters.
std::string most_frequent(std::map<std::string, std::size_t> const& counts) {
    auto const found =
        std::ranges::max_element(counts, {}, [](auto const& one) { return one.second; });
    return found == counts.end() ? std::string{} : found->first;
}

}  // namespace

user as_subject(group const& of) {
    user subject;
    subject.id = user_id{of.id.value};
    subject.upn = of.name;
    for (auto const& gives : of.licences) {
        licence_state state;
        state.sku = gives.sku;
        state.disabled_plans = gives.disabled_plans;
        subject.licences.push_back(std::move(state));
    }
    return subject;
}

bool is_processed(group const& of) {
    return of.processing.empty() || of.processing == "ProcessingComplete";
}

std::string mark_member_errors(user& subject, std::span<user const> in_error, bool more) {
    group_id const group{subject.id.value};
    std::map<sku_id, std::map<std::string, std::size_t>> counts;
    std::string names;
    std::size_t members = 0;
    for (auto const& member : in_error) {
        std::string first;
        for (auto const& state : member.licences) {
            if (state.by_group != group || state.error.empty()) continue;
            ++counts[state.sku][state.error];
            if (first.empty()) first = state.error;
        }
        if (first.empty() || ++members > named_max) continue;
        names += fmt::format("{}{} ({})", names.empty() ? "" : ", ", member.upn, first);
    }
    if (members == 0) return {};
    for (auto& state : subject.licences) {
        if (auto const found = counts.find(state.sku); found != counts.end()) {
            state.error = most_frequent(found->second);
        }
    }
    return fmt::format("{}{} member{} in error: {}{}", more ? "at least " : "", members,
                       members == 1 ? " is" : "s are", names, members > named_max ? ", …" : "");
}

}  // namespace allot::plan
